"""Coupons that may be used a stated number of times, mostly once."""

from sqlalchemy import ColumnElement, Connection, and_, select, update

from sync.central import db
from sync.central.holds import recovery, releasing
from sync.central.holds.asking import HOLD_MS, Asked, Verdict, pending, refused
from sync.central.holds.tables import coupon, coupon_use, hold
from sync.wire_commands import CouponHoldArgs


def hold_use(conn: Connection, asked: Asked) -> Verdict:
    """Reserve one use for 15 minutes."""
    code = asked.read(CouponHoldArgs).code
    own = hold.c.tenant_id == asked.who.tenant_id, hold.c.kind == "coupon"
    releasing.sweep(conn, asked.at_ms, *own, hold.c.subject == code)
    if waits := recovery.waits_for(conn, asked.who.tenant_id):
        return pending("recovering", waits)
    c = coupon.c
    this = _is(asked.who.tenant_id, code)
    statement = update(coupon).where(this, c.held + c.used < c.allowed).values(held=c.held + 1)
    if conn.execute(statement).rowcount != 1:
        found = conn.execute(select(c.code).where(this)).one_or_none()
        return refused("used" if found else "unknown_coupon")
    conn.execute(
        hold.insert().values(
            store_id=asked.who.store_id,
            hold_id=asked.command_id,
            kind="coupon",
            state="held",
            tenant_id=asked.who.tenant_id,
            device_id=asked.who.device_id,
            subject=code,
            amount=1,
            granted_at_ms=asked.at_ms,
            due_at_ms=asked.at_ms + HOLD_MS,
        )
    )
    return Verdict("granted", hold_id=asked.command_id, valid_for_ms=HOLD_MS)


def use(conn: Connection, row: dict[str, object], times: int) -> int | None:
    """Count uses and say by how many it is used too often; None if they were counted before.

    Of a coupon nobody knows here no use is allowed.
    """
    fresh = db.insert(conn, coupon_use).values(row).on_conflict_do_nothing()
    if conn.execute(fresh.returning(coupon_use.c.ref_id)).one_or_none() is None:
        return None
    unknown = {"tenant_id": row["tenant_id"], "code": row["code"], "allowed": 0}
    conn.execute(db.insert(conn, coupon).values(unknown).on_conflict_do_nothing())
    statement = update(coupon).where(_is(str(row["tenant_id"]), str(row["code"])))
    counted = statement.values(used=coupon.c.used + times)
    excess = coupon.c.used - coupon.c.allowed
    count: int = conn.execute(counted.returning(excess)).scalar_one()
    return max(0, count)


def _is(tenant_id: str, code: str) -> ColumnElement[bool]:
    return and_(coupon.c.tenant_id == tenant_id, coupon.c.code == code)
