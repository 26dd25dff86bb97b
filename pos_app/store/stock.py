"""Stock as this till knows it: central's figure less what was sold here and is not in it yet."""

from collections.abc import Sequence
from typing import Any

import orjson

from pos_app.domain.catalog import Stock, Tile
from pos_app.domain.money import Qty
from pos_app.store.db import Stores

_STOCK = (
    "SELECT s.place_id, coalesce(p.name, s.place_id), s.qty, s.as_of_ms"
    " FROM stock s LEFT JOIN place p USING (place_id) WHERE s.sku = ? ORDER BY 2"
)
_OF_TILES = (
    "SELECT t.tile_id, v.sku, s.qty FROM tile t"
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
    sold = sold_since(stores, [sku]).get(sku, 0)
    found = [
        Stock(place, name, qty - sold if place == own else qty, at) for place, name, qty, at in rows
    ]
    return tuple(sorted(found, key=lambda it: it.place_id != own))


def tiles_stock(stores: Stores, category: str) -> dict[str, Qty]:
    """By tile: what the own place has of all variants of its product."""
    place = own_place(stores)
    rows = stores.replica.exec_driver_sql(_OF_TILES, (place, category)).fetchall()
    sold = sold_since(stores, [row[1] for row in rows])
    sums: dict[str, Qty] = {}
    for tile_id, sku, qty in rows:
        sums[tile_id] = sums.get(tile_id, 0) + qty - sold.get(sku, 0)
    return sums


def sold_since(stores: Stores, skus: Sequence[str]) -> dict[str, Qty]:
    """What this till sold of these that central's figures do not include yet."""
    identity = stores.identity
    if identity is None or not skus:
        return {}
    pull = stores.replica.exec_driver_sql("SELECT includes_own_through FROM pull")
    position = identity.base + int(pull.scalar_one())
    asked = (position, orjson.dumps(list(skus)).decode())
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
