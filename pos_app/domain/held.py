"""A basket as it lies in the journal: the one in progress after a restart, and those put aside."""

from dataclasses import dataclass

from pos_app.domain.basket import Discount, Line
from pos_app.domain.money import Money
from pos_app.domain.sale import Tender


@dataclass(frozen=True, slots=True)
class SavedBasket:
    """Everything of a sale in progress."""

    basket_id: str
    lines: tuple[Line, ...]
    discount: Discount | None
    tenders: tuple[Tender, ...]


@dataclass(frozen=True, slots=True)
class SuspendedBasket:
    """A row of the list of held sales; `count` counts items as a cashier does."""

    basket_id: str
    label: str
    by: str
    at_ms: int
    count: int
    total: Money
