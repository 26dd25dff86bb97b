"""Stock as this till knows it: central's figure less what was sold here and is not in it yet."""

from collections.abc import Sequence
from typing import Any

import orjson

from pos_app.domain.catalog import Stock, Tile
from pos_app.domain.money import Qty
from pos_app.store.db import Stores

# how many own facts the figures include is read with them: between two reads a page may come in,
# and for a moment its sales would count twice or not at all
_STOCK = (
    "SELECT s.place_id, coalesce(p.name, s.place_id), s.qty, s.as_of_ms,"
    " (SELECT includes_own_through FROM pull)"
    " FROM stock s LEFT JOIN place p USING (place_id) WHERE s.sku = ? ORDER BY 2"
)
_OF_TILES = (
    "SELECT t.tile_id, v.sku, s.qty, (SELECT includes_own_through FROM pull) FROM tile t"
    " JOIN variant v ON v.product_id = t.product_id AND v.active = 1"
    " JOIN stock s ON s.sku = v.sku AND s.place_id = ? WHERE t.page_category = ?"
)
_SOLD_SINCE = (
    "SELECT sku, sum(qty) FROM sale_line"
    " WHERE position > ? AND sku IN (SELECT value FROM json_each(?)) GROUP BY sku"
)


def stock(stores: Stores, sku: str) -> tuple[Stock, ...]:
    """Figures of every place, the own one first."""
    own = own_place(stores)
    rows = stores.replica.exec_driver_sql(_STOCK, (sku,)).fetchall()
    sold = _sold_since(stores, rows[0][-1], [sku]).get(sku, 0) if rows else 0
    found = [
        Stock(place, name, qty - sold if place == own else qty, at)
        for place, name, qty, at, _ in rows
    ]
    return tuple(sorted(found, key=lambda it: it.place_id != own))


def tiles_stock(stores: Stores, category: str) -> dict[str, Qty]:
    """By tile: what the own place has of all variants of its product."""
    place = own_place(stores)
    rows = stores.replica.exec_driver_sql(_OF_TILES, (place, category)).fetchall()
    sold = _sold_since(stores, rows[0][-1], [row[1] for row in rows]) if rows else {}
    sums: dict[str, Qty] = {}
    for tile_id, sku, qty, _ in rows:
        sums[tile_id] = sums.get(tile_id, 0) + qty - sold.get(sku, 0)
    return sums


def _sold_since(stores: Stores, included: int, skus: Sequence[str]) -> dict[str, Qty]:
    """What this till sold of these that figures including so many own facts lack."""
    identity = stores.identity
    if identity is None:
        return {}
    asked = (identity.base + included, orjson.dumps(list(skus)).decode())
    rows = stores.journal.exec_driver_sql(_SOLD_SINCE, asked)
    return {row[0]: row[1] for row in rows}


def own_place(stores: Stores) -> str:
    """The store's own stock lies under its id."""
    return stores.identity.device.store_id if stores.identity else ""


def with_stock(row: Sequence[Any], sums: dict[str, Qty]) -> Tile:
    """A tile from its row, and its figure where there is one."""
    tile_id, category, position, product_id, label, price, count = row
    stock_here = sums.get(tile_id)
    return Tile(tile_id, category, position, product_id, label, price, count, stock_here)
