"""An article as a reader of some format found it, and as the shop will sell it."""

from dataclasses import dataclass, field

from pos_app.domain.catalog import Unit
from pos_app.domain.money import Money, Qty
from pos_app.domain.tax import TaxRate
from sync.central.importers.report import Report


@dataclass(frozen=True, slots=True)
class Article:
    """One sellable row, still as text; a reader knows columns, not rules.

    `group` names the product among whose variants this one is; "" makes it a product of its own.
    `notes` are (kind, sentence) pairs that the reader wants in the report.
    """

    line: int
    sku: str
    name: str
    price: str
    group: str = ""
    barcodes: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    unit: Unit = Unit.PIECE
    tax: str = ""
    category: str = ""
    brand: str = ""
    stock: str = ""
    is_active: bool = True
    is_open_price: bool = False
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NewProduct:
    product_id: str
    name: str
    category: str
    brand: str
    axes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewVariant:
    """`price` None is an open price; `stock` None says nothing about stock."""

    sku: str
    product_id: str
    name: str
    options: tuple[tuple[str, str], ...]
    unit: Unit
    tax_code: str
    codes: tuple[str, ...]
    category: str
    is_active: bool
    sort: int
    price: Money | None
    stock: Qty | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All good rows of a file, and the report on all the others."""

    products: tuple[NewProduct, ...]
    variants: tuple[NewVariant, ...]
    tax_rates: tuple[TaxRate, ...] = ()
    report: Report = field(default_factory=Report)
