"""Pickup orders: compare-and-set on a version, a lease with a fence, one owner while offline."""

from sqlalchemy import ColumnElement, Connection, and_, case, or_, select, update

from sync.central.errors import Refusal
from sync.central.holds import recovery
from sync.central.holds.asking import Asked, Verdict, pending, refused
from sync.central.holds.tables import pickup_order
from sync.central.schema import device
from sync.wire_commands import CustodyTransferArgs, OrderClaimArgs, OrderTransitionArgs

LEASE_MS = 90_000

_FROM: dict[str, tuple[str, ...]] = {
    "allocated": ("placed",),
    "picking": ("placed", "allocated"),
    "ready": ("allocated", "picking"),
    "handed_over": ("ready",),
    "cancelled": ("placed", "allocated", "picking", "ready"),
    "not_collected": ("ready",),
    "returned": ("handed_over", "not_collected"),
}
"""Which states each state may follow."""


def claim(conn: Connection, asked: Asked) -> Verdict:
    """Lease the order for 90 s. The fence grows when it goes to another till, or lapsed before."""
    order = _order(asked, asked.read(OrderClaimArgs).order_id)
    if waits := recovery.waits_for(conn, asked.who.tenant_id):
        return pending("recovering", waits)
    c = pickup_order.c
    me = asked.who.device_id
    is_mine = and_(c.lease_device == me, c.lease_until_ms > asked.at_ms)
    lease = update(pickup_order).where(order, or_(is_mine, c.lease_until_ms <= asked.at_ms))
    values = {
        "fence": case((is_mine, c.fence), else_=c.fence + 1),
        "lease_device": me,
        "lease_until_ms": asked.at_ms + LEASE_MS,
    }
    done = conn.execute(lease.values(values).returning(c.fence, c.version)).one_or_none()
    if done is None:
        return _why_not(conn, order, asked)
    return Verdict("granted", valid_for_ms=LEASE_MS, version=done.version, fence=done.fence)


def transition(conn: Connection, asked: Asked) -> Verdict:
    """Move the order on, if it still is where the till believes it to be."""
    args = asked.read(OrderTransitionArgs)
    order = _order(asked, args.order_id)
    expected = _expected(asked)
    if waits := recovery.waits_for(conn, asked.who.tenant_id):
        # whoever handed it over since the backup may not have said so yet
        return pending("recovering", waits)
    c = pickup_order.c
    is_free = c.lease_until_ms <= asked.at_ms
    is_mine = and_(c.lease_device == asked.who.device_id, c.fence == args.fence)
    move = update(pickup_order).where(
        order,
        c.version == expected,
        c.state.in_(_FROM[args.to]),
        or_(is_free, is_mine),
    )
    values: dict[str, object] = {"state": args.to, "version": c.version + 1}
    if args.to == "ready":
        values["custody"] = asked.who.device_id
    done = conn.execute(move.values(values).returning(c.version)).one_or_none()
    if done is None:
        return _why_not(conn, order, asked)
    return Verdict("granted", version=done.version)


def transfer(conn: Connection, asked: Asked) -> Verdict:
    """Give custody away; only its owner can, because only the owner may have handed over offline."""
    args = asked.read(CustodyTransferArgs)
    if not _is_till(conn, asked, args.to_device_id):
        return refused("unknown_till")
    order = _order(asked, args.order_id)
    expected = _expected(asked)
    if waits := recovery.waits_for(conn, asked.who.tenant_id):
        return pending("recovering", waits)
    c = pickup_order.c
    give = update(pickup_order).where(
        order, c.version == expected, c.custody == asked.who.device_id
    )
    values = {"custody": args.to_device_id, "version": c.version + 1}
    done = conn.execute(give.values(values).returning(c.version)).one_or_none()
    if done is None:
        return _why_not(conn, order, asked)
    return Verdict("granted", version=done.version)


def _order(asked: Asked, order_id: str) -> ColumnElement[bool]:
    c = pickup_order.c
    return and_(c.store_id == asked.who.store_id, c.order_id == order_id)


def _expected(asked: Asked) -> int:
    if asked.expected_version is None:
        raise Refusal(422, "bad_request", "expected_version: missing")
    return asked.expected_version


def _why_not(conn: Connection, order: ColumnElement[bool], asked: Asked) -> Verdict:
    """The reason as things stand now; the decision itself was the statement before."""
    found = conn.execute(select(pickup_order).where(order)).one_or_none()
    if found is None:
        return refused("unknown_order")
    if asked.expected_version not in (None, found.version):
        return Verdict("refused", "other_version", version=found.version)
    if found.lease_until_ms > asked.at_ms and found.lease_device != asked.who.device_id:
        return Verdict("refused", "leased", version=found.version)
    return Verdict("refused", "not_allowed", found.state, version=found.version)


def _is_till(conn: Connection, asked: Asked, device_id: str) -> bool:
    c = device.c
    query = select(c.device_id).where(
        c.store_id == asked.who.store_id, c.device_id == device_id, c.state == "active"
    )
    return conn.execute(query).one_or_none() is not None
