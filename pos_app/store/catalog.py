"""Reading the replica: what a code means, what it costs, what a shop has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from pos_app.domain.catalog import Product, SearchHit, Stock, Tile, Unit, Variant
from pos_app.domain.settings import ShopSettings
from pos_app.domain.staff import Right, Staff
from pos_app.domain.tax import TaxRate
from pos_app.store import search, stock
from pos_app.store.connect import fetch, raw
from pos_app.store.db import Stores
from pos_app.store.options import names_in, options_of
from pos_app.store.settings import shop_settings

# A variant can be sold once its price and tax rate are here too; until then it is not found, and
# the till asks central. A price row with no amount is an open price.
_VARIANT = (
    "SELECT v.sku, v.product_id, v.name, v.options, v.unit, p.amount, v.tax_code, t.name, t.ppm,"
    " v.category, v.codes FROM {} JOIN price p ON p.sku = v.sku JOIN tax_rate t ON t.code = v.tax_code"
)
_UNITS = {unit.value: unit for unit in Unit}
# a unit this till does not know cannot be priced by it
_SOLD = f"v.active = 1 AND v.unit IN ({', '.join(repr(str(it)) for it in _UNITS)})"
_FIND = (
    _VARIANT.format("code c JOIN variant v ON v.id = c.variant") + f" WHERE c.code = ? AND {_SOLD}"
)
_BY_SKU = _VARIANT.format("variant v") + f" WHERE v.sku = ? AND {_SOLD}"
_OF_PRODUCT = (
    _VARIANT.format("variant v") + f" WHERE v.product_id = ? AND {_SOLD} ORDER BY v.sort, v.id"
)
_TILES = (
    "SELECT t.tile_id, t.page_category, t.position, t.product_id,"
    " coalesce(nullif(t.label, ''), d.name, ''), p.amount,"
    " (SELECT count(*) FROM variant n WHERE n.product_id = t.product_id AND n.active = 1)"
    " FROM tile t LEFT JOIN product d ON d.product_id = t.product_id"
    " LEFT JOIN variant v ON v.id = (SELECT id FROM variant f WHERE f.product_id = t.product_id"
    " AND f.active = 1 ORDER BY f.sort, f.id LIMIT 1)"
    " LEFT JOIN price p ON p.sku = v.sku"
    " WHERE t.page_category = ? ORDER BY t.position, t.tile_id"
)
_COUNTED = ("product", "variant", "code", "price", "stock", "staff")


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A person, and the hash of the PIN; it stays inside the store package."""

    staff: Staff
    pin_hash: str


class Catalog:
    """Reads of replica.db. Each thread gets its own connection; searches can be interrupted."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._searching: Connection | None = None

    def find(self, code_key: str) -> tuple[Variant, ...]:
        """Variants that carry this code (domain.gtin.code_key); more than one: ask which."""
        with self._stores.using_replica:
            rows = fetch(self._stores.replica, _FIND, (code_key,))
        return tuple([_variant(row, code_key) for row in rows])

    def by_sku(self, sku: str) -> Variant | None:
        with self._stores.using_replica:
            row = self._stores.replica.exec_driver_sql(_BY_SKU, (sku,)).fetchone()
        return _variant(row, row[10].partition(" ")[0]) if row else None

    def product(self, product_id: str) -> Product | None:
        """A product with the variants that can be sold; None when there are none."""
        with self._stores.using_replica:
            conn = self._stores.replica
            head = conn.exec_driver_sql(
                "SELECT name, axes FROM product WHERE product_id = ?", (product_id,)
            ).fetchone()
            rows = conn.exec_driver_sql(_OF_PRODUCT, (product_id,)).fetchall()
        if head is None or not rows:
            return None
        variants = tuple(_variant(row, row[10].partition(" ")[0]) for row in rows)
        return Product(product_id, head[0], names_in(head[1]), variants)

    def search(self, text: str, limit: int = 50) -> tuple[SearchHit, ...]:
        """Goods by name, option, SKU or a piece of a code; raises Interrupted after `interrupt`."""
        with self._stores.using_replica:
            conn = self._searching = self._stores.replica
            try:
                return search.search(conn, text, limit)
            finally:
                self._searching = None

    def interrupt(self) -> None:
        """From any thread: end the search that is running; without one nothing happens."""
        conn = self._searching
        if conn is not None:
            raw(conn).interrupt()

    def stock(self, sku: str) -> tuple[Stock, ...]:
        """Figures of every place, the own one first and less what it sold since."""
        with self._stores.using_replica:
            return stock.stock(self._stores, sku)

    def tiles(self, category: str) -> tuple[Tile, ...]:
        """One page of the tile grid."""
        with self._stores.using_replica:
            rows = self._stores.replica.exec_driver_sql(_TILES, (category,)).fetchall()
            sums = stock.tiles_stock(self._stores, category)
        return tuple(stock.with_stock(row, sums) for row in rows)

    def categories(self) -> tuple[str, ...]:
        """Pages of the tile grid, in the order of their first tiles."""
        return tuple(
            row[0]
            for row in self._all(
                "SELECT page_category FROM tile GROUP BY page_category"
                " ORDER BY min(position), page_category"
            )
        )

    def tax_rates(self) -> tuple[TaxRate, ...]:
        return tuple(TaxRate(*row) for row in self._all("SELECT code, name, ppm FROM tax_rate"))

    def settings(self) -> ShopSettings:
        return shop_settings(dict(self._all("SELECT name, value FROM setting")))

    def staff(self) -> tuple[Staff, ...]:
        """Everybody who may sign in, by name."""
        return tuple(row.staff for row in self.staff_rows())

    def staff_rows(self) -> tuple[StaffRow, ...]:
        rows = self._all(
            "SELECT staff_id, name, role, rights, pin_length, pin_hash FROM staff"
            " WHERE active = 1 ORDER BY name, staff_id"
        )
        return tuple(StaffRow(_staff(row), row[5]) for row in rows)

    def counts(self) -> dict[str, int]:
        """How many rows of each kind are here."""
        return {name: self._all(f"SELECT count(*) FROM {name}")[0][0] for name in _COUNTED}

    def pulled_at_ms(self) -> int | None:
        """When central was last heard; None before the first page."""
        at: int | None = self._all("SELECT pulled_at_ms FROM pull")[0][0]
        return at

    def _all(self, sql: str) -> list[Any]:
        with self._stores.using_replica:
            return list(self._stores.replica.exec_driver_sql(sql))


def _variant(row: Sequence[Any], code: str) -> Variant:
    sku, product_id, name, options, unit, price, tax_code, tax_name, ppm, category, _ = row
    return Variant(
        sku,
        product_id,
        name,
        options_of(options),
        _UNITS[unit],
        price,
        TaxRate(tax_code, tax_name, ppm),
        code,
        category,
    )


def _staff(row: Sequence[Any]) -> Staff:
    known = {right.value for right in Right}
    rights = frozenset(Right(it) for it in names_in(row[3]) if it in known)
    return Staff(row[0], row[1], row[2], rights, row[4])
