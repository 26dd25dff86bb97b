"""What was sold and what of it was paid back, whichever of the two is known first."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Row, and_, select, update

from sync.central import bulk, db
from sync.central.holds.tables import refund_line
from sync.central.recompute import Finding
from sync.central.schema import sale_line

_SOLD = """ON CONFLICT (store_id, sale_id, line_id) DO UPDATE SET {told},
 refunded = CASE WHEN sale_line.refunded <= excluded.sold
  THEN sale_line.refunded ELSE excluded.sold END,
 over_refunded = sale_line.over_refunded + CASE WHEN sale_line.refunded <= excluded.sold
  THEN 0 ELSE sale_line.refunded - excluded.sold END
 WHERE sale_line.sold IS NULL RETURNING store_id, line_id, over_refunded"""


def sold(
    conn: Connection, names: tuple[str, ...], rows: Sequence[tuple[object, ...]]
) -> set[tuple[str, str]]:
    """Fill in lines of which a refund was known before their sale; its counters are kept.

    Returns the store and the id of lines of which more was paid back than was sold.
    """
    told = ", ".join(f"{name} = excluded.{name}" for name in names)
    statement = _SOLD.format(told=told)
    written = bulk.add(conn, sale_line, {}, names, rows, statement)
    return {(str(row.store_id), str(row.line_id)) for row in written if row.over_refunded}


def refunded(conn: Connection, refund: dict[str, object]) -> list[Finding]:
    """Count a refund of one line, once for ever. One beyond what was sold is recorded all the same;
    the finding names whoever else refunded the line."""
    if not _is_new(conn, refund):
        return [Finding("duplicate_refund", f"{refund['line_id']}: {refund['refund_id']}")]
    line = _locked(conn, refund)
    qty = int(str(refund["qty"]))
    fits = qty if line.sold is None else min(qty, line.sold - line.held - line.refunded)
    c = sale_line.c
    statement = update(sale_line).where(_is(refund))
    conn.execute(
        statement.values(refunded=c.refunded + fits, over_refunded=c.over_refunded + qty - fits)
    )
    return [Finding("over_refunded", _others(conn, refund))] if fits < qty else []


def _is_new(conn: Connection, refund: dict[str, object]) -> bool:
    fresh = db.insert(conn, refund_line).values(refund).on_conflict_do_nothing()
    return conn.execute(fresh.returning(refund_line.c.line_id)).one_or_none() is not None


def _locked(conn: Connection, refund: dict[str, object]) -> Row[tuple[object, ...]]:
    """The line's row; one of its own when the sale is not known yet."""
    key = {name: refund[name] for name in ("store_id", "sale_id", "line_id")}
    conn.execute(db.insert(conn, sale_line).values(key).on_conflict_do_nothing())
    return conn.execute(select(sale_line).where(_is(refund)).with_for_update()).one()


def _is(refund: dict[str, object]) -> ColumnElement[bool]:
    c = sale_line.c
    return and_(
        c.store_id == refund["store_id"],
        c.sale_id == refund["sale_id"],
        c.line_id == refund["line_id"],
    )


def _others(conn: Connection, refund: dict[str, object]) -> str:
    c = refund_line.c
    query = select(c.device_id, c.actor).where(
        c.store_id == refund["store_id"],
        c.sale_id == refund["sale_id"],
        c.line_id == refund["line_id"],
    )
    actors = sorted(f"{row.actor}@{row.device_id}" for row in conn.execute(query))
    return f"{refund['line_id']}: {', '.join(actors)}"[:500]
