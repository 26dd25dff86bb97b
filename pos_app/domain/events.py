"""What happened at the till: frozen values, told to every listener by one callable."""

from dataclasses import dataclass

from pos_app.domain.catalog import Product, Variant
from pos_app.domain.money import Money, Qty
from pos_app.domain.sale import Sale
from pos_app.domain.shift import Shift
from pos_app.domain.staff import Staff


@dataclass(frozen=True, slots=True)
class SignedIn:
    staff: Staff


@dataclass(frozen=True, slots=True)
class SignedOut:
    pass


@dataclass(frozen=True, slots=True)
class Locked:
    """The till waits for a PIN; the basket stays. `staff` was signed in."""

    staff: Staff


@dataclass(frozen=True, slots=True)
class ShiftOpened:
    shift: Shift


@dataclass(frozen=True, slots=True)
class DrawerWanted:
    """A person opens the drawer without a sale; the reason is in the journal already."""


@dataclass(frozen=True, slots=True)
class LineAdded:
    row: int


@dataclass(frozen=True, slots=True)
class LineChanged:
    row: int


@dataclass(frozen=True, slots=True)
class LineRemoved:
    row: int


@dataclass(frozen=True, slots=True)
class BasketReplaced:
    """Another basket is in front: new, resumed after a restart, recalled or emptied."""


@dataclass(frozen=True, slots=True)
class BasketDiscounted:
    """The basket's own discount changed: every line's share may have."""


@dataclass(frozen=True, slots=True)
class BasketSuspended:
    basket_id: str
    label: str


@dataclass(frozen=True, slots=True)
class QtyPending:
    """A quantity was keyed for the next article (None: no longer)."""

    qty: Qty | None


@dataclass(frozen=True, slots=True)
class TendersChanged:
    """A tender was taken or removed."""


@dataclass(frozen=True, slots=True)
class SaleCompleted:
    sale: Sale


@dataclass(frozen=True, slots=True)
class CodeUnknown:
    """Nothing here carries this code. `asked_central`: also the server did not know it; `no_answer`:
    the server was asked in vain."""

    code: str
    asked_central: bool = False
    no_answer: bool = False


@dataclass(frozen=True, slots=True)
class CodeRefused:
    """The code could not be used; `reason` is a key the screen has words for.

    One of: check_digit, garbled, too_long, locked, no_shift, tenders_taken, not_a_product,
    not_allowed, quantity, answer_first.
    """

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChooseVariant:
    """One code stands on several variants: a person must say which.

    The answer is `till.add_variant(sku, event.qty, event.price)`: both come from the code.
    """

    code: str
    variants: tuple[Variant, ...]
    qty: Qty | None = None
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class MatrixWanted:
    """A product with several variants was chosen."""

    product: Product


@dataclass(frozen=True, slots=True)
class PriceWanted:
    """An open-price article: the cashier must key the price, then `till.add_variant(sku, qty, price)`."""

    variant: Variant
    qty: Qty | None = None


@dataclass(frozen=True, slots=True)
class WeightWanted:
    """Goods sold by weight without a weight in the code: key it, then `till.add_variant(sku, weight)`."""

    variant: Variant


Event = (
    SignedIn
    | SignedOut
    | Locked
    | ShiftOpened
    | DrawerWanted
    | LineAdded
    | LineChanged
    | LineRemoved
    | BasketReplaced
    | BasketDiscounted
    | BasketSuspended
    | QtyPending
    | TendersChanged
    | SaleCompleted
    | CodeUnknown
    | CodeRefused
    | ChooseVariant
    | MatrixWanted
    | PriceWanted
    | WeightWanted
)
