"""Rows of products and variants: their codes, and what the search index must hear of them."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from pos_app.store import rows as generic
from pos_app.store.search_index import forget_products, forget_variants
from pos_app.store.streams import Row

_KEY = {"product": "product_id", "variant": "sku"}
_CODES = (
    "INSERT OR IGNORE INTO code SELECT codes, id FROM variant"
    " WHERE id {0} AND codes <> '' AND instr(codes, ' ') = 0",
    "INSERT OR IGNORE INTO code SELECT j.value, v.id FROM variant v,"
    """ json_each('[' || replace(json_quote(v.codes), ' ', '","') || ']') j"""
    " WHERE v.id {0} AND instr(v.codes, ' ') > 0 AND j.value <> ''",
)
"""Almost every article has one code, which needs no taking apart."""

_QUEUE = (
    "INSERT OR IGNORE INTO search_todo SELECT id FROM product"
    " WHERE product_id IN (SELECT value FROM json_each(?))"
)


def put(conn: Connection, entity: str, rows: Sequence[Row], gen: int) -> int:
    """Like rows.put, and keeps codes and index queue in step."""
    if not rows:
        return 0
    top = top_of(conn, entity)
    if generic.insert_new(conn, entity, rows, gen):
        added(conn, entity, top)
        return 0
    before = _here(conn, entity, rows)
    refused = generic.put(conn, entity, rows, gen)
    _changed(conn, entity, before)
    added(conn, entity, top)
    return refused


def remove(conn: Connection, entity: str, rows: Sequence[Row]) -> None:
    """Delete by the keys of `del` rows, with codes and index entries."""
    if rows:
        drop(conn, entity, _here(conn, entity, rows))


def drop(conn: Connection, entity: str, gone: Sequence[Any]) -> None:
    """Delete rows given as (id, product_id, codes)."""
    ids = [(row[0],) for row in gone]
    if not ids:
        return
    if entity == "product":
        forget_products(conn, ids)
    else:
        _remove_codes(conn, gone)
        forget_variants(conn, ids)
        _queue(conn, [row[1] for row in gone])
    conn.exec_driver_sql(f"DELETE FROM {entity} WHERE id = ?", ids)


def top_of(conn: Connection, entity: str) -> int:
    """The newest rowid: what is above it later has been added since."""
    return int(conn.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {entity}").scalar_one())


def _here(conn: Connection, entity: str, rows: Sequence[Row]) -> list[Any]:
    """(id, product_id, codes) of rows that exist already."""
    codes = "codes" if entity == "variant" else "''"
    keys = orjson.dumps([row[2] for row in rows if isinstance(row[2], str)])
    return list(
        conn.exec_driver_sql(
            f"SELECT id, product_id, {codes} FROM {entity}"
            f" WHERE {_KEY[entity]} IN (SELECT value FROM json_each(?))",
            (keys.decode(),),
        )
    )


def added(conn: Connection, entity: str, top: int) -> None:
    """Rows above `top` are new: one entry queues them all."""
    last = top_of(conn, entity)
    if last == top:
        return
    if entity == "variant":
        for statement in _CODES:
            conn.exec_driver_sql(statement.format(f"> {top}"))
    conn.exec_driver_sql(
        "INSERT INTO search_range (entity, low, high) VALUES (?, ?, ?)", (entity, top + 1, last)
    )


def _changed(conn: Connection, entity: str, before: Sequence[Any]) -> None:
    if not before:
        return
    products = {row[1] for row in before}
    if entity == "variant":
        ids = ",".join(str(row[0]) for row in before)
        _remove_codes(conn, before)
        for statement in _CODES:
            conn.exec_driver_sql(statement.format(f"IN ({ids})"))
        now = conn.exec_driver_sql(f"SELECT product_id FROM variant WHERE id IN ({ids})")
        products.update(now.scalars())
    _queue(conn, list(products))


def _remove_codes(conn: Connection, variants: Sequence[Any]) -> None:
    old = [(code, row[0]) for row in variants for code in row[2].split(" ")]
    conn.exec_driver_sql("DELETE FROM code WHERE code = ? AND variant = ?", old)


def _queue(conn: Connection, product_ids: list[str]) -> None:
    conn.exec_driver_sql(_QUEUE, (orjson.dumps(product_ids).decode(),))
