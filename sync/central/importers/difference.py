"""What an import would change: only that is written and published."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Table, select

from pos_app.domain.tax import TaxRate
from sync.central.importers.articles import Catalogue, NewProduct, NewVariant
from sync.central.importers.target import Target, rates_of
from sync.central.schema import barcode, price, product, variant

_KEYS_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """New or changed rows. `codes` lists variants whose barcodes change, `new` counts those in
    `variants` that the shop did not have."""

    rates: tuple[TaxRate, ...]
    products: tuple[NewProduct, ...]
    variants: tuple[NewVariant, ...]
    codes: tuple[NewVariant, ...]
    prices: tuple[NewVariant, ...]
    new: int
    unchanged: int

    @property
    def is_empty(self) -> bool:
        return not (self.rates or self.products or self.variants or self.codes or self.prices)

    def lines(self) -> list[str]:
        changed = len(self.variants) - self.new
        return [
            f"{self.new} new variants, {changed} changed, {self.unchanged} as they were; "
            f"{len(self.products)} products, {len(self.prices)} prices, "
            f"{len(self.rates)} tax rates new or changed"
        ]


def difference(conn: Connection, catalogue: Catalogue, target: Target) -> Difference:
    """Compare a catalogue with what the shop has."""
    skus = [it.sku for it in catalogue.variants]
    ours = variant.c.tenant_id == target.tenant_id
    had = {row.sku: row for row in _rows(conn, variant, variant.c.sku, skus, ours)}
    codes = _codes(conn, skus, target)
    prices = {
        row.sku: row.amount
        for row in _rows(conn, price, price.c.sku, skus, price.c.price_list == target.price_list)
    }
    variants = [it for it in catalogue.variants if _differs(it, had.get(it.sku))]
    recoded = [it for it in catalogue.variants if set(it.codes) != codes.get(it.sku, set())]
    repriced = [it for it in catalogue.variants if prices.get(it.sku, -1) != it.price]
    touched = {it.sku for it in (*variants, *recoded, *repriced)}
    return Difference(
        rates=_new_rates(conn, catalogue, target),
        products=_new_products(conn, catalogue, target),
        variants=tuple(variants),
        codes=tuple(recoded),
        prices=tuple(repriced),
        new=sum(it.sku not in had for it in variants),
        unchanged=len(skus) - len(touched),
    )


def variant_row(it: NewVariant) -> dict[str, Any]:
    """A variant as its table holds it, without the shop's id."""
    return {
        "sku": it.sku,
        "product_id": it.product_id,
        "name": it.name,
        "options_json": json_text(it.options),
        "unit": it.unit.value,
        "tax_code": it.tax_code,
        "category": it.category,
        "active": int(it.is_active),
        "sort": it.sort,
    }


def product_row(it: NewProduct) -> dict[str, Any]:
    return {
        "product_id": it.product_id,
        "name": it.name,
        "category": it.category,
        "brand": it.brand,
        "axes_json": json_text(it.axes),
    }


def json_text(value: object) -> str:
    return orjson.dumps(value).decode()


def _differs(it: NewVariant, had: Row[Any] | None) -> bool:
    return had is None or any(getattr(had, key) != value for key, value in variant_row(it).items())


def _codes(conn: Connection, skus: Sequence[str], target: Target) -> dict[str, set[str]]:
    ours = barcode.c.tenant_id == target.tenant_id
    codes: dict[str, set[str]] = {}
    for row in _rows(conn, barcode, barcode.c.sku, skus, ours):
        codes.setdefault(row.sku, set()).add(row.code_key)
    return codes


def _new_rates(conn: Connection, catalogue: Catalogue, target: Target) -> tuple[TaxRate, ...]:
    had = rates_of(conn, target.tenant_id)
    return tuple(rate for rate in catalogue.tax_rates if had.get(rate.code) != rate)


def _new_products(conn: Connection, catalogue: Catalogue, target: Target) -> tuple[NewProduct, ...]:
    ids = [it.product_id for it in catalogue.products]
    ours = product.c.tenant_id == target.tenant_id
    had = {row.product_id: row for row in _rows(conn, product, product.c.product_id, ids, ours)}
    return tuple(
        it
        for it in catalogue.products
        if it.product_id not in had
        or any(getattr(had[it.product_id], key) != value for key, value in product_row(it).items())
    )


def _rows(
    conn: Connection,
    table: Table,
    key: ColumnElement[str],
    wanted: Sequence[str],
    ours: ColumnElement[bool],
) -> Iterator[Row[Any]]:
    for some in _portions(wanted):
        yield from conn.execute(select(table).where(ours, key.in_(some)))


def _portions(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[at : at + _KEYS_PER_QUERY] for at in range(0, len(keys), _KEYS_PER_QUERY))
