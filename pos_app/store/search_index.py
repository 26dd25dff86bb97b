"""Keeping the search index: what is queued, how a product is described to it, in small chunks."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from pos_app.store.fold import fold, words
from pos_app.store.options import NONE, detail_of

HEAD = "\ue000"
"""Put before the first word of a name: `HEAD + mil` finds names that start with mil."""

_CHUNK = 250
"""Products in one transaction."""


def is_behind(conn: Connection) -> bool:
    """Whether something is queued."""
    row = conn.exec_driver_sql(
        "SELECT EXISTS (SELECT 1 FROM search_todo) OR EXISTS (SELECT 1 FROM search_range)"
    ).scalar()
    return bool(row)


def index_some(conn: Connection) -> bool:
    """Index one chunk inside the caller's transaction; whether more is left."""
    todo = _next(conn)
    if not todo:
        return _expand(conn)
    low, high = todo[0], todo[-1]
    _index(conn, todo)
    conn.exec_driver_sql("DELETE FROM search_todo WHERE product BETWEEN ? AND ?", (low, high))
    return True


def _next(conn: Connection) -> list[int]:
    rows = conn.exec_driver_sql(f"SELECT product FROM search_todo ORDER BY product LIMIT {_CHUNK}")
    return [product for (product,) in rows.cursor.fetchall()]


def _expand(conn: Connection) -> bool:
    """Ranges become the products they are about; each product once, however many rows named it."""
    ranges = conn.exec_driver_sql("SELECT id, entity, low, high FROM search_range").fetchall()
    for _, entity, low, high in ranges:
        conn.exec_driver_sql(_EXPAND[entity], (low, high))
    if ranges:
        conn.exec_driver_sql("DELETE FROM search_range WHERE id <= ?", (ranges[-1][0],))
    return bool(ranges)


_EXPAND = {
    "product": "INSERT OR IGNORE INTO search_todo SELECT id FROM product WHERE id BETWEEN ? AND ?",
    "variant": (
        "INSERT OR IGNORE INTO search_todo SELECT p.id FROM variant v JOIN product p"
        " ON p.product_id = v.product_id WHERE v.id BETWEEN ? AND ?"
    ),
}

_PRODUCTS = (
    "SELECT p.id, p.product_id, p.name, p.brand, v.id, v.sku, v.name, v.options, v.codes, v.unit"
    " FROM search_todo t JOIN product p ON p.id = t.product"
    " JOIN variant v ON v.product_id = p.product_id"
    " WHERE t.product BETWEEN ? AND ? AND v.active = 1 ORDER BY p.id, v.sort, v.id"
)

_RESTING = (
    "SELECT v.id FROM search_todo t JOIN product p ON p.id = t.product"
    " JOIN variant v ON v.product_id = p.product_id"
    " WHERE t.product BETWEEN ? AND ? AND v.active = 0"
)


def _index(conn: Connection, todo: Sequence[int]) -> None:
    rows = conn.exec_driver_sql(_PRODUCTS, (todo[0], todo[-1])).cursor.fetchall()
    found = _by_product(rows)
    gone: list[tuple[Any, ...]] = [(it,) for it in todo if it not in found]
    if gone:
        forget_products(conn, gone)
    resting = list(conn.exec_driver_sql(_RESTING, (todo[0], todo[-1])).cursor.fetchall())
    if resting:
        forget_variants(conn, resting)
    if not found:
        return
    conn.exec_driver_sql(
        "INSERT OR REPLACE INTO search_name(rowid, words) VALUES (?, ?)",
        [(product, _words(its)) for product, its in found.items()],
    )
    conn.exec_driver_sql(
        "INSERT OR REPLACE INTO search_face VALUES (?, ?, ?, ?, ?, ?, ?)",
        [_face(its) for its in found.values()],
    )
    conn.exec_driver_sql(
        "INSERT OR REPLACE INTO search_code(rowid, codes) VALUES (?, ?)",
        [(row[4], fold(f"{row[5]} {row[8]}")) for row in rows],
    )


def _by_product(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _words(variants: Sequence[Any]) -> str:
    """Each word once: the index keeps no positions."""
    first = variants[0]
    name = words(fold(first[2]))
    said = dict.fromkeys(name)
    said.update(dict.fromkeys(words(fold(first[3]))))
    for row in variants:
        if row[6] != first[2]:
            said.update(dict.fromkeys(words(fold(row[6]))))
        if row[7] != NONE:
            said.update(dict.fromkeys(words(fold(detail_of(row[7])))))
    head = [HEAD + name[0]] if name else []
    return " ".join([*head, *said])


def _face(variants: Sequence[Any]) -> tuple[Any, ...]:
    product, product_id, name, _, _, sku, variant_name, options, _, unit = variants[0]
    if len(variants) > 1:
        return (product, product_id, sku, name, "", unit, len(variants))
    return (product, product_id, sku, variant_name, detail_of(options), unit, 1)


def forget_products(conn: Connection, products: list[tuple[Any, ...]]) -> None:
    """These products have nothing to sell any more."""
    for table, key in (("search_name", "rowid"), ("search_face", "product")):
        conn.exec_driver_sql(f"DELETE FROM {table} WHERE {key} = ?", products)


def forget_variants(conn: Connection, variants: list[tuple[Any, ...]]) -> None:
    """These variants are gone or not sold any more."""
    conn.exec_driver_sql("DELETE FROM search_code WHERE rowid = ?", variants)
