"""Writing what an import changes, and collecting the rows that the tills will read."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import uuid_utils
from sqlalchemy import Connection, Table, and_, delete, select

from sync.central import db, stock
from sync.central.feed import Changes, catalog_stream, prices_stream
from sync.central.importers.articles import Catalogue, NewVariant
from sync.central.importers.difference import Difference, product_row, variant_row
from sync.central.importers.target import Target
from sync.central.schema import barcode, price, product, stock_level, tax_rate, variant
from sync.central.stock import Move

_PORTION = 500


class StockMode(StrEnum):
    """OPENING books a figure only the first time the article has one at the place, so that a
    second import does not undo the sales since; COUNT makes the stock what the file says."""

    OPENING = "opening"
    COUNT = "count"
    IGNORE = "ignore"


def apply(
    conn: Connection,
    catalogue: Catalogue,
    what: Difference,
    target: Target,
    now_ms: int,
    changes: Changes,
    stock_mode: StockMode = StockMode.OPENING,
) -> None:
    """Write the difference in the caller's transaction, which ends with `changes.write`."""
    _write_rows(conn, what, target)
    _publish(what, target, changes)
    if target.place_id and stock_mode is not StockMode.IGNORE:
        moves = _moves(conn, catalogue.variants, target.place_id, now_ms, stock_mode)
        stock.book(conn, target.stock_owner, moves, now_ms, changes)


def _write_rows(conn: Connection, what: Difference, target: Target) -> None:
    ours = {"tenant_id": target.tenant_id}
    rates = [{"code": it.code, "name": it.name, "ppm": it.ppm} for it in what.rates]
    prices = [{"sku": it.sku, "amount": it.price} for it in what.prices]
    codes = [{"sku": it.sku, "code_key": code} for it in what.codes for code in it.codes]
    _upsert(conn, tax_rate, [ours | row for row in rates])
    _upsert(conn, product, [ours | product_row(it) for it in what.products])
    _upsert(conn, variant, [ours | variant_row(it) for it in what.variants])
    _upsert(conn, price, [{"price_list": target.price_list} | row for row in prices])
    _forget_codes(conn, [it.sku for it in what.codes], target)
    _upsert(conn, barcode, [ours | row for row in codes])


def _upsert(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        conn.execute(db.upsert(conn, table), rows)


def _forget_codes(conn: Connection, skus: list[str], target: Target) -> None:
    for at in range(0, len(skus), _PORTION):
        some = barcode.c.sku.in_(skus[at : at + _PORTION])
        conn.execute(delete(barcode).where(and_(barcode.c.tenant_id == target.tenant_id, some)))


def _publish(what: Difference, target: Target, changes: Changes) -> None:
    catalog = catalog_stream(target.tenant_id)
    written = {it.sku for it in what.variants}
    also = [it for it in what.codes if it.sku not in written]
    changes.put(catalog, "tax_rate", [(it.code, it.name, it.ppm) for it in what.rates])
    changes.put(catalog, "product", [tuple(product_row(it).values()) for it in what.products])
    changes.put(catalog, "variant", [_wire(it) for it in (*what.variants, *also)])
    prices = [(it.sku, it.price) for it in what.prices]
    changes.put(prices_stream(target.price_list), "price", prices)


def _wire(it: NewVariant) -> tuple[str | int, ...]:
    row = variant_row(it)
    return (
        row["sku"],
        row["product_id"],
        row["name"],
        row["options_json"],
        row["unit"],
        row["tax_code"],
        " ".join(it.codes),
        row["category"],
        row["active"],
        row["sort"],
    )


def _moves(
    conn: Connection,
    variants: Sequence[NewVariant],
    place_id: str,
    now_ms: int,
    mode: StockMode,
) -> list[Move]:
    wanted = {it.sku: it.stock for it in variants if it.stock is not None}
    if mode is StockMode.OPENING:
        return [
            Move(place_id, sku, qty, "opening", f"{place_id}|{sku}", now_ms)
            for sku, qty in wanted.items()
        ]
    levels = conn.execute(select(stock_level).where(stock_level.c.place_id == place_id))
    had = {row.sku: row.qty for row in levels}
    run = str(uuid_utils.uuid7())
    return [
        Move(place_id, sku, qty - had.get(sku, 0), "count", f"{run}|{sku}", now_ms)
        for sku, qty in wanted.items()
        if qty != had.get(sku)
    ]
