"""What a cashier can do at the till. No Qt; lives on one thread; listeners hear of it after the commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pos_app.domain import checkout, quickcash
from pos_app.domain.basket import Basket, Discount, Line, line_of
from pos_app.domain.catalog import Unit, Variant
from pos_app.domain.clock import Now
from pos_app.domain.errors import NotAllowed, NotNow, RuleError
from pos_app.domain.events import (
    BasketDiscounted,
    BasketReplaced,
    BasketSuspended,
    ChooseVariant,
    CodeRefused,
    CodeUnknown,
    Event,
    Locked,
    MatrixWanted,
    PriceWanted,
    QtyPending,
    SaleCompleted,
    ShiftOpened,
    SignedIn,
    SignedOut,
    TendersChanged,
    WeightWanted,
)
from pos_app.domain.held import SavedBasket, SuspendedBasket
from pos_app.domain.money import ONE, Money, Qty
from pos_app.domain.sale import Sale, Settlement, Tender, TenderKind, check_tender, settle
from pos_app.domain.settings import ShopSettings
from pos_app.domain.shift import Shift
from pos_app.domain.staff import Right, Staff
from pos_app.services.codes import CodeKind, CodeRead, read_code
from pos_app.services.needs import BasketStore, CatalogReader, SaleStore, ShiftStore

AskCentral = Callable[[str, Callable[[bool], None]], None]
"""Ask the server for a code the replica lacks; the answer comes on the same thread: is it here now?"""


@dataclass(frozen=True, slots=True)
class TillStore:
    """The parts of the store that belong to the till's thread."""

    catalog: CatalogReader
    baskets: BasketStore
    sales: SaleStore
    shifts: ShiftStore


class Till:
    """Selling at one drawer.

    Commands raise a RuleError (NotAllowed, NotNow, TenderRefused, QuantityOutOfRange, ...) or a
    StoreError and then have changed nothing; what a scan leads to comes as an event instead.
    """

    def __init__(
        self,
        store: TillStore,
        *,
        store_id: str,
        till_id: str,
        notify: Callable[[Event], None],
        now: Callable[[], Now],
        new_id: Callable[[], str],
        ask_central: AskCentral,
    ) -> None:
        """Take up where the journal says the till was: the shift, and the basket in progress."""
        raise NotImplementedError

    @property
    def staff(self) -> Staff | None:
        """Who is signed in; None while the till is locked."""
        raise NotImplementedError

    @property
    def shift(self) -> Shift | None:
        raise NotImplementedError

    @property
    def settings(self) -> ShopSettings:
        raise NotImplementedError

    @property
    def catalog(self) -> CatalogReader:
        """Search, tiles, products and stock, for screens; reads only."""
        raise NotImplementedError

    @property
    def basket(self) -> Basket:
        """For reading; change it through the till. Another object after BasketReplaced."""
        raise NotImplementedError

    @property
    def tenders(self) -> tuple[Tender, ...]:
        raise NotImplementedError

    @property
    def settlement(self) -> Settlement:
        """How far the tenders taken pay the basket."""
        raise NotImplementedError

    @property
    def last_sale(self) -> Sale | None:
        """The sale booked last at this till, also after a restart."""
        raise NotImplementedError

    @property
    def pending_qty(self) -> Qty | None:
        """The quantity keyed for the next article, in thousandths."""
        raise NotImplementedError

    def may(self, right: Right) -> bool:
        """Whether the person signed in may; nobody signed in may nothing."""
        raise NotImplementedError

    def sign_in(self, staff: Staff) -> None:
        """A person whose PIN was checked. The basket stays, whoever it was."""
        raise NotImplementedError

    def sign_out(self) -> None:
        raise NotImplementedError

    def lock(self) -> None:
        """Refuse everything until somebody signs in; the basket stays."""
        raise NotImplementedError

    def open_shift(self, float_amount: Money) -> Shift:
        """Right OPEN_SHIFT; NotNow("shift_open") when there is one."""
        raise NotImplementedError

    def reload_settings(self) -> None:
        """The replica's settings changed: used at once, or after the sale in progress."""
        raise NotImplementedError

    def scan(self, raw: str | bytes, source: str = "") -> None:
        """Whatever a scanner or the search field's Enter delivers. Never raises a RuleError.

        Leads to one of LineAdded, LineChanged, CodeUnknown, CodeRefused, ChooseVariant,
        MatrixWanted, PriceWanted, WeightWanted; after CodeUnknown the server is asked, and a line
        may still follow.
        """
        raise NotImplementedError

    def add_variant(
        self,
        sku: str,
        qty: Qty | None = None,
        price: Money | None = None,
        *,
        keep_pending: bool = False,
    ) -> None:
        """Add a variant a person chose. No quantity: the pending one, else one.

        Open price without price -> PriceWanted; by weight without quantity -> WeightWanted.
        A price needs the right OPEN_PRICE. `keep_pending` leaves the pending quantity for the next.
        """
        raise NotImplementedError

    def choose_product(self, product_id: str) -> None:
        """A tile or a search result: one variant is added, several lead to MatrixWanted."""
        raise NotImplementedError

    def set_pending_qty(self, qty: Qty | None) -> None:
        """Quantity for the next article, in thousandths; None forgets it. -> QtyPending"""
        raise NotImplementedError

    def change_qty(self, row: int, qty: Qty) -> None:
        """Set the quantity of a line, in thousandths. Zero is refused: use remove_line."""
        raise NotImplementedError

    def remove_line(self, row: int) -> None:
        raise NotImplementedError

    def undo_remove(self) -> bool:
        """Put the line removed last back where it was; False when there is none."""
        raise NotImplementedError

    def set_line_discount(self, row: int, discount: Discount | None) -> None:
        """Right DISCOUNT."""
        raise NotImplementedError

    def set_discount(self, discount: Discount | None) -> None:
        """Right DISCOUNT. The basket's own discount, on top of those of lines."""
        raise NotImplementedError

    def void_basket(self) -> None:
        """Right VOID_BASKET. Throw the basket away; tenders must have been removed."""
        raise NotImplementedError

    def suspend(self, label: str = "") -> None:
        """Put the basket aside; without a label it is named after its first line."""
        raise NotImplementedError

    def suspended(self) -> tuple[SuspendedBasket, ...]:
        """Oldest first."""
        raise NotImplementedError

    def resume(self, basket_id: str) -> None:
        """Take a basket up again; the one in front must be empty."""
        raise NotImplementedError

    def take_tender(self, kind: TenderKind, amount: Money, ref: str = "") -> Sale | None:
        """Take a tender; the one that settles the basket books the sale and returns it.

        A second tap after that finds an empty basket and does nothing (None).
        """
        raise NotImplementedError

    def remove_tender(self, tender_id: str) -> None:
        """Give a tender back; one that is not there any more is no error (double tap)."""
        raise NotImplementedError

    def quick_cash(self) -> tuple[Money, ...]:
        """Likely cash amounts for what is due, ascending, the first is exact."""
        raise NotImplementedError
