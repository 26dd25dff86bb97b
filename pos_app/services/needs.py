"""What the services need of the store, as types the store's classes satisfy.

Written down here so that a screen can import the till without importing SQLAlchemy, which alone
costs more than twice a bare window's start (floors.md 1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pos_app.domain.basket import Discount, Line
from pos_app.domain.catalog import Product, SearchHit, Stock, Tile, Variant
from pos_app.domain.clock import Now
from pos_app.domain.held import SavedBasket, SuspendedBasket
from pos_app.domain.money import Money
from pos_app.domain.sale import Sale, SaleDraft, Tender
from pos_app.domain.settings import ShopSettings
from pos_app.domain.shift import Shift, ShiftFigures
from pos_app.domain.tax import TaxPolicy


class CatalogReader(Protocol):
    """Reads of replica.db; every answer is a frozen value."""

    def find(self, code_key: str, /) -> tuple[Variant, ...]: ...

    def by_sku(self, sku: str, /) -> Variant | None: ...

    def product(self, product_id: str, /) -> Product | None: ...

    def search(self, text: str, /, limit: int = 50) -> tuple[SearchHit, ...]: ...

    def stock(self, sku: str, /) -> tuple[Stock, ...]: ...

    def tiles(self, category: str, /) -> tuple[Tile, ...]: ...

    def categories(self) -> tuple[str, ...]: ...

    def settings(self) -> ShopSettings: ...


class BasketStore(Protocol):
    """The basket in progress and those put aside; each call is committed when it returns."""

    def load_open(self) -> SavedBasket | None: ...

    def save_line(self, basket_id: str, row: int, line: Line, /) -> None: ...

    def replace_all(self, basket: SavedBasket, /) -> None: ...

    def save_discount(self, basket_id: str, discount: Discount | None, /) -> None: ...

    def save_tenders(self, basket_id: str, tenders: Sequence[Tender], /) -> None: ...

    def suspend(self, basket_id: str, label: str, by: str, at_ms: int, /) -> None: ...

    def suspended(self, policy: TaxPolicy, /) -> Sequence[SuspendedBasket]: ...

    def resume(self, basket_id: str, /) -> SavedBasket:
        """KeyError for a basket that is not held."""

    def discard(self, basket_id: str, /) -> None: ...


class SaleStore(Protocol):
    """Booked sales. `book` is one transaction, and books one sale id once."""

    def book(self, draft: SaleDraft, now: Now, /) -> Sale: ...

    def last(self) -> Sale | None: ...


class ShiftStore(Protocol):
    """Shifts of this till; `open` commits the shift and its fact together."""

    def open(self, shift: Shift, now: Now, currency: str, /) -> None: ...

    def last_number(self) -> int: ...

    def current(self) -> Shift | None: ...

    def figures(self, shift_id: str, /) -> ShiftFigures: ...

    def last_close_cash(self) -> Money | None: ...


class FactLog(Protocol):
    """Facts that stand alone, such as a basket thrown away."""

    def record(
        self, fact_type: str, actor: str, payload: Mapping[str, object], now: Now, /
    ) -> object: ...


@dataclass(frozen=True, slots=True)
class TillStore:
    """The parts of the store that belong to the till's thread."""

    catalog: CatalogReader
    baskets: BasketStore
    sales: SaleStore
    shifts: ShiftStore
    facts: FactLog
