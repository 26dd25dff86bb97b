"""Booked sales, as their store may read them."""

from typing import Any

from sqlalchemy import Connection, Table, select

from sync.central.errors import Refusal
from sync.central.schema import fact_exception, sale, sale_line, sale_tender

_COUNTED = {"sold", "held", "refunded", "over_refunded"}
"""What central counts of a line; it is not what the till said."""


def booked(conn: Connection, store_id: str, sale_id: str) -> dict[str, Any]:
    """A sale with its lines, tenders and exceptions; another store's is not there."""
    row = (
        conn.execute(select(sale).where(sale.c.store_id == store_id, sale.c.sale_id == sale_id))
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise Refusal(404, "no_such_sale")
    flagged = select(fact_exception.c.code).where(
        fact_exception.c.store_id == store_id,
        fact_exception.c.device_id == row["device_id"],
        fact_exception.c.incarnation == row["incarnation"],
        fact_exception.c.seq == row["seq"],
    )
    return {
        **row,
        "lines": _parts(conn, sale_line, store_id, sale_id),
        "tenders": _parts(conn, sale_tender, store_id, sale_id),
        "exceptions": sorted(conn.execute(flagged).scalars()),
    }


def _parts(conn: Connection, part: Table, store_id: str, sale_id: str) -> list[dict[str, Any]]:
    told = [column for column in part.c if column.name not in _COUNTED]
    query = select(*told).where(part.c.store_id == store_id, part.c.sale_id == sale_id)
    if part is sale_line:
        query = query.where(part.c.sold.is_not(None))
    return [dict(row) for row in conn.execute(query.order_by(part.c.position)).mappings()]
