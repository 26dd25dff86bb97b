"""What can be sold: products, their variants, and the stock figure shown beside them."""

from dataclasses import dataclass
from enum import StrEnum

from pos_app.domain.money import Money, Qty
from pos_app.domain.tax import TaxRate


class Unit(StrEnum):
    """How a variant is counted."""

    PIECE = "piece"
    KG = "kg"


@dataclass(frozen=True, slots=True)
class Variant:
    """A sellable article. `price` per unit; None is an open price, asked for at the till."""

    sku: str
    product_id: str
    name: str
    options: tuple[tuple[str, str], ...]
    unit: Unit
    price: Money | None
    tax: TaxRate
    code: str = ""
    category: str = ""

    @property
    def detail(self) -> str:
        """The option values as a person reads them: Navy / M."""
        return " / ".join(value for _, value in self.options)


@dataclass(frozen=True, slots=True)
class Stock:
    """A stock figure of one place, in thousandths, and how old it is (UTC milliseconds)."""

    place_id: str
    place_name: str
    qty: Qty
    as_of_ms: int


@dataclass(frozen=True, slots=True)
class Product:
    """A product with its variants in the shop's order; one variant needs no choice."""

    product_id: str
    name: str
    axes: tuple[str, ...]
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One row of search results: enough to paint it, and the keys to sell it."""

    sku: str
    product_id: str
    name: str
    detail: str
    unit: Unit
    price: Money | None
    variant_count: int = 1


@dataclass(frozen=True, slots=True)
class Tile:
    """A place on the tile grid: a product under a name of the shop's choice."""

    tile_id: str
    category: str
    position: int
    product_id: str
    label: str
    price: Money | None
    variant_count: int = 1
    stock: Qty | None = None
