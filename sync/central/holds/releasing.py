"""How holds end: each resolves once, by whoever changes its state first."""

from collections.abc import Collection

import orjson
from sqlalchemy import ColumnElement, Connection, Row, and_, case, select, update

from sync.central import db
from sync.central.auth import Caller
from sync.central.holds.asking import Asked, Verdict, refused
from sync.central.holds.tables import command, coupon, hold, hold_line, value_account
from sync.central.schema import sale_line
from sync.wire_commands import HoldReleaseArgs

OPEN = ("held", "orphaned")
"""States that still block what they reserve."""


def release(conn: Connection, asked: Asked) -> Verdict:
    """`hold.release`: give back a hold this till has not used."""
    hold_id = asked.read(HoldReleaseArgs).hold_id
    found = find(conn, asked.who.store_id, hold_id)
    if found is None:
        return refused("unknown_hold")
    if found.device_id != asked.who.device_id:
        return refused("not_yours")
    done = resolve(conn, found, "released", asked.command_id, asked.at_ms)
    if done or state_of(conn, found) in ("released", "expired"):
        return Verdict("granted", hold_id=hold_id)
    return refused("confirmed")


def find(conn: Connection, store_id: str, hold_id: str) -> Row[tuple[object, ...]] | None:
    query = select(hold).where(hold.c.store_id == store_id, hold.c.hold_id == hold_id)
    return conn.execute(query).one_or_none()


def find_or_forestall(
    conn: Connection, who: Caller, hold_id: str, at_ms: int
) -> Row[tuple[object, ...]] | None:
    """The hold a fact names; its own till has done with it.

    The request for one that is not known may be pending, or still on its way: it is refused here
    and now, since no other fact would ever end what it reserved.
    """
    found = find(conn, who.store_id, hold_id)
    if found is not None:
        return found
    row = {
        "store_id": who.store_id,
        "command_id": hold_id,
        "device_id": who.device_id,
        "type": "",
        "digest": "",
        "asked_at_ms": at_ms,
    }
    verdict = refused("ended", "a fact came before the request")
    answer = orjson.dumps(verdict.fields()).decode()
    ends = {"status": verdict.status, "answer_json": answer, "answered_at_ms": at_ms}
    own_pending = and_(command.c.status == "pending", command.c.device_id == who.device_id)
    statement = db.insert(conn, command).values(row | ends)
    key = command.c.store_id, command.c.command_id
    conn.execute(statement.on_conflict_do_update(index_elements=key, set_=ends, where=own_pending))
    return find(conn, who.store_id, hold_id)  # it may have been granted meanwhile


def state_of(conn: Connection, found: Row[tuple[object, ...]]) -> str:
    return str(conn.execute(select(hold.c.state).where(_is(found))).scalar_one())


def resolve(
    conn: Connection,
    found: Row[tuple[object, ...]],
    state: str,
    by: str,
    at_ms: int,
    of: Collection[str] = OPEN,
) -> bool:
    """End a hold and free what it reserved; False when it had ended already."""
    ends = {"state": state, "resolved_at_ms": at_ms, "resolved_by": by}
    statement = update(hold).where(_is(found), hold.c.state.in_(of)).values(ends)
    if conn.execute(statement).rowcount != 1:
        return False
    _free(conn, found)
    return True


def sweep(conn: Connection, at_ms: int, *which: ColumnElement[bool]) -> None:
    """Holds whose time is over: stored value and coupons are free again. A refund hold becomes
    orphaned and goes on blocking, since its money may have been paid out by a till that is silent."""
    due = select(hold).where(hold.c.state == "held", hold.c.due_at_ms <= at_ms, *which)
    in_turn = due.order_by(hold.c.store_id, hold.c.hold_id).with_for_update()
    for found in conn.execute(in_turn).all():
        if found.kind == "refund":
            orphan = update(hold).where(_is(found), hold.c.state == "held")
            conn.execute(orphan.values(state="orphaned"))
        else:
            resolve(conn, found, "expired", "time", at_ms, of=("held",))


def _is(found: Row[tuple[object, ...]]) -> ColumnElement[bool]:
    return and_(hold.c.store_id == found.store_id, hold.c.hold_id == found.hold_id)


def _free(conn: Connection, found: Row[tuple[object, ...]]) -> None:
    if found.kind == "refund":
        _free_lines(conn, found)
    elif found.kind == "value":
        c = value_account.c
        account = c.tenant_id == found.tenant_id, c.account_id == found.subject
        conn.execute(update(value_account).where(*account).values(held=c.held - found.amount))
    else:
        this = coupon.c.tenant_id == found.tenant_id, coupon.c.code == found.subject
        conn.execute(update(coupon).where(*this).values(held=coupon.c.held - 1))


def _free_lines(conn: Connection, found: Row[tuple[object, ...]]) -> None:
    own = hold_line.c.store_id == found.store_id, hold_line.c.hold_id == found.hold_id
    lines = conn.execute(select(hold_line).where(*own).order_by(hold_line.c.line_id)).all()
    c = sale_line.c
    for line in lines:
        key = (
            c.store_id == found.subject_store,
            c.sale_id == found.subject,
            c.line_id == line.line_id,
        )
        # a refund that met this hold may have found no room: it was paid all the same, and counts
        # now. Left as excess, the line would look refundable once more.
        room = c.sold - c.held + line.qty - c.refunded
        fits = case((c.over_refunded <= room, c.over_refunded), else_=room)
        freed = {"refunded": c.refunded + fits, "over_refunded": c.over_refunded - fits}
        conn.execute(update(sale_line).where(*key).values(held=c.held - line.qty, **freed))
