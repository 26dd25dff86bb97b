"""Stock as this till knows it: central's figure less what was sold here and is not in it yet."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from pos_app.domain.catalog import Stock, Tile
from pos_app.domain.money import Qty
from pos_app.store.db import Stores
from pos_app.store.streams import Counted

# which own facts a figure holds is read with it: between two reads a page may come in, and for a
# moment its sales would count twice or not at all
_STOCK = (
    "SELECT s.place_id, coalesce(p.name, s.place_id), s.qty, s.as_of_ms,"
    " s.own_life, s.own_seq, coalesce(c.own_life, 0), coalesce(c.own_seq, 0)"
    " FROM stock s LEFT JOIN place p USING (place_id) LEFT JOIN counted c ON c.gen = s.gen"
    " WHERE s.sku = ? ORDER BY 2"
)
_OF_TILES = (
    "SELECT t.tile_id, v.sku, s.qty,"
    " s.own_life, s.own_seq, coalesce(c.own_life, 0), coalesce(c.own_seq, 0) FROM tile t"
    " JOIN variant v ON v.product_id = t.product_id AND v.active = 1"
    " JOIN stock s ON s.sku = v.sku AND s.place_id = ? LEFT JOIN counted c ON c.gen = s.gen"
    " WHERE t.page_category = ?"
)
_SOLD_SINCE = (
    "SELECT sku, position, qty FROM sale_line"
    " WHERE position > ? AND sku IN (SELECT value FROM json_each(?))"
)
_LIVES = "SELECT incarnation, base FROM life WHERE device_id = ? ORDER BY base"


def stock(stores: Stores, sku: str) -> tuple[Stock, ...]:
    """Figures of every place, the own one first."""
    own = own_place(stores)
    rows = stores.replica.exec_driver_sql(_STOCK, (sku,)).fetchall()
    here = next((_held(row) for row in rows if row[0] == own), None)
    sold = _sold_since(stores, {sku: here}).get(sku, 0) if here else 0
    found = [
        Stock(place, name, qty - sold if place == own else qty, at)
        for place, name, qty, at, *_ in rows
    ]
    return tuple(sorted(found, key=lambda it: it.place_id != own))


def tiles_stock(stores: Stores, category: str) -> dict[str, Qty]:
    """By tile: what the own place has of all variants of its product."""
    place = own_place(stores)
    rows = stores.replica.exec_driver_sql(_OF_TILES, (place, category)).fetchall()
    sold = _sold_since(stores, {row[1]: _held(row) for row in rows})
    sums: dict[str, Qty] = {}
    for tile_id, sku, qty, *_ in rows:
        sums[tile_id] = sums.get(tile_id, 0) + qty - sold.get(sku, 0)
    return sums


def _held(row: Sequence[Any]) -> Counted:
    """Own facts in a figure: as many as when it came, or as many as when last nothing was missing."""
    return max(Counted(*row[-4:-2]), Counted(*row[-2:]))


def _sold_since(stores: Stores, held: Mapping[str, Counted]) -> dict[str, Qty]:
    """What this till sold of these articles that figures holding so many own facts lack."""
    since = {sku: _position(stores, own) for sku, own in held.items() if own.life}
    sold: dict[str, Qty] = {}
    if not since or stores.identity is None:
        return sold
    asked = (min(since.values()), orjson.dumps(list(since)).decode())
    for sku, position, qty in stores.journal.exec_driver_sql(_SOLD_SINCE, asked):
        if position > since[sku]:
            sold[sku] = sold.get(sku, 0) + qty
    return sold


def _position(stores: Stores, own: Counted) -> int:
    """Where in this journal the own facts end that a figure holds.

    All of a life before the one in question came before; what this file lacks of it is not here.
    """
    identity = stores.identity
    if identity is None:
        return 0
    if own.life == identity.device.incarnation:
        return identity.base + own.seq
    lives = stores.journal.exec_driver_sql(_LIVES, (identity.device.device_id,)).fetchall()
    at = lives[0][1]
    for (life, base), end in zip(lives, [base for _, base in lives[1:]] + [2**62], strict=True):
        if life <= own.life:
            at = min(base + own.seq, end) if life == own.life else end
    return int(at)


def own_place(stores: Stores) -> str:
    """The store's own stock lies under its id."""
    return stores.identity.device.store_id if stores.identity else ""


def with_stock(row: Sequence[Any], sums: dict[str, Qty]) -> Tile:
    """A tile from its row, and its figure where there is one."""
    tile_id, category, position, product_id, label, price, count = row
    stock_here = sums.get(tile_id)
    return Tile(tile_id, category, position, product_id, label, price, count, stock_here)
