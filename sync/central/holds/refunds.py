"""Refund holds: quantities of sold lines that one till may pay back and no other."""

from collections import Counter

from sqlalchemy import ColumnElement, Connection, and_, select, update

from sync.central import db
from sync.central.holds import recovery, releasing
from sync.central.holds.asking import HOLD_MS, Asked, Verdict, pending, refused
from sync.central.holds.tables import hold, hold_line
from sync.central.schema import chain, sale, sale_line, store
from sync.wire_commands import RefundHoldArgs


class _NothingLeft(Exception):
    """A line cannot be held; whatever was held of the others is undone."""


def hold_lines(conn: Connection, asked: Asked) -> Verdict:
    """Hold all lines or none. Refund holds do not expire: see `releasing.sweep`."""
    args = asked.read(RefundHoldArgs)
    sold_in = args.store_id or asked.who.store_id
    if not _is_own_tenant(conn, asked, sold_in):
        return refused("unknown_store", sold_in)
    releasing.sweep(conn, asked.at_ms, hold.c.store_id == asked.who.store_id)
    if waits := recovery.waits_for(conn, asked.who.tenant_id):
        return pending("recovering", waits)
    if _is_uploading(conn, sold_in, args.sale_id):
        return pending("uploading", "the till that sold this is still sending")
    wanted = Counter[str]()
    for line in args.lines:
        wanted[line.line_id] += line.qty
    try:
        with db.savepoint(conn):
            for line_id, qty in sorted(wanted.items()):
                _reserve(conn, _line(sold_in, args.sale_id, line_id), qty)
    except _NothingLeft:
        return _why(conn, sold_in, args.sale_id, wanted)
    _write(conn, asked, sold_in, args.sale_id, wanted)
    return Verdict("granted", hold_id=asked.command_id)


def _line(store_id: str, sale_id: str, line_id: str) -> ColumnElement[bool]:
    c = sale_line.c
    return and_(c.store_id == store_id, c.sale_id == sale_id, c.line_id == line_id)


def _reserve(conn: Connection, line: ColumnElement[bool], qty: int) -> None:
    """The one statement that decides: its condition is read under the row's lock."""
    c = sale_line.c
    statement = update(sale_line).where(line, c.held + c.refunded + qty <= c.sold)
    if conn.execute(statement.values(held=c.held + qty)).rowcount != 1:
        raise _NothingLeft


def _why(conn: Connection, store_id: str, sale_id: str, wanted: Counter[str]) -> Verdict:
    c = sale_line.c
    query = select(c.line_id).where(
        c.store_id == store_id, c.sale_id == sale_id, c.sold.is_not(None)
    )
    unknown = sorted(set(wanted) - set(conn.execute(query).scalars()))
    if unknown:
        return refused("unknown_line", ", ".join(unknown)[:500])
    return refused("nothing_left", "already refunded, or another till is refunding it")


def _write(
    conn: Connection, asked: Asked, sold_in: str, sale_id: str, wanted: Counter[str]
) -> None:
    own = {"store_id": asked.who.store_id, "hold_id": asked.command_id}
    conn.execute(
        hold.insert().values(
            **own,
            kind="refund",
            state="held",
            tenant_id=asked.who.tenant_id,
            device_id=asked.who.device_id,
            subject=sale_id,
            subject_store=sold_in,
            amount=wanted.total(),
            granted_at_ms=asked.at_ms,
            due_at_ms=asked.at_ms + HOLD_MS,
        )
    )
    rows = [own | {"line_id": line_id, "qty": qty} for line_id, qty in wanted.items()]
    conn.execute(hold_line.insert(), rows)


def _is_own_tenant(conn: Connection, asked: Asked, store_id: str) -> bool:
    if store_id == asked.who.store_id:
        return True
    query = select(store.c.tenant_id).where(store.c.store_id == store_id)
    return conn.execute(query).scalar_one_or_none() == asked.who.tenant_id


def _is_uploading(conn: Connection, store_id: str, sale_id: str) -> bool:
    """Its till has declared more than it has delivered: a local refund may be among the rest."""
    same = and_(
        chain.c.store_id == sale.c.store_id,
        chain.c.device_id == sale.c.device_id,
        chain.c.incarnation == sale.c.incarnation,
    )
    query = (
        select(sale.c.sale_id)
        .join(chain, same)
        .where(
            sale.c.store_id == store_id,
            sale.c.sale_id == sale_id,
            chain.c.seq < chain.c.journal_head,
        )
    )
    return conn.execute(query).one_or_none() is not None
