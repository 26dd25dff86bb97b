"""What a cashier can do at the till. No Qt; lives on one thread; listeners hear of it after the commit."""

import logging
from collections.abc import Callable

from pos_app.domain import checkout, quickcash
from pos_app.domain.basket import Basket, Discount, check_qty, line_of
from pos_app.domain.catalog import Unit, Variant
from pos_app.domain.clock import Now
from pos_app.domain.errors import NotNow
from pos_app.domain.events import (
    BasketReplaced,
    BasketSuspended,
    ChooseVariant,
    CodeRefused,
    CodeUnknown,
    DrawerWanted,
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
from pos_app.domain.held import SuspendedBasket
from pos_app.domain.money import ONE, Money, Qty
from pos_app.domain.sale import Sale, Settlement, Tender, TenderKind, check_tender, settle
from pos_app.domain.settings import ShopSettings
from pos_app.domain.shift import Shift, ShiftFigures
from pos_app.domain.staff import Right, Staff
from pos_app.services import shifts
from pos_app.services.codes import read_code
from pos_app.services.needs import CatalogReader, TillStore
from pos_app.services.presence import Presence
from pos_app.services.scanning import AskCentral, Scanning
from pos_app.services.selling import Selling

__all__ = ["AskCentral", "Till", "TillStore"]

MAX_REF = 64
"""What a person types beside a tender, such as the last digits of a card."""

log = logging.getLogger(__name__)


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
        self._store = store
        self._store_id, self._till_id = store_id, till_id
        self._notify, self._now, self._new_id = notify, now, new_id
        self._presence = Presence(store.facts, now)
        self._settings = self._next_settings = store.catalog.settings()
        self._shift = store.shifts.current()
        self._last_sale = store.sales.last()
        self._pending: Qty | None = None
        self._selling = Selling(store.baskets, new_id, self._settings.policy)
        self._scanning = Scanning(store.catalog, ask_central, self._check_can_sell, self._sell)

    @property
    def staff(self) -> Staff | None:
        """Who is signed in; None while the till is locked."""
        return self._presence.staff

    @property
    def shift(self) -> Shift | None:
        return self._shift

    @property
    def settings(self) -> ShopSettings:
        return self._settings

    @property
    def catalog(self) -> CatalogReader:
        """Search, tiles, products and stock, for screens; reads only."""
        return self._store.catalog

    @property
    def basket(self) -> Basket:
        """For reading; change it through the till. Another object after BasketReplaced."""
        return self._selling.basket

    @property
    def tenders(self) -> tuple[Tender, ...]:
        return self._selling.tenders

    @property
    def settlement(self) -> Settlement:
        """How far the tenders taken pay the basket."""
        return self._settled(self.tenders)

    @property
    def last_sale(self) -> Sale | None:
        """The sale booked last at this till, also after a restart."""
        return self._last_sale

    @property
    def pending_qty(self) -> Qty | None:
        """The quantity keyed for the next article, in thousandths."""
        return self._pending

    def shift_figures(self) -> ShiftFigures:
        """What the open shift has taken so far."""
        shift = self._open_shift()
        return self._store.shifts.figures(shift.shift_id)

    def last_close_cash(self) -> Money | None:
        """What was counted at the last close: the float a new shift most likely starts with."""
        return self._store.shifts.last_close_cash()

    def may(self, right: Right) -> bool:
        """Whether the person signed in may; nobody signed in may nothing."""
        return self._presence.may(right)

    def sign_in(self, staff: Staff) -> None:
        """A person whose PIN was checked. The basket stays, whoever it was."""
        self._presence.staff = staff
        self._notify(SignedIn(staff))

    def sign_out(self) -> None:
        """The basket stays in the journal and in front for whoever comes next."""
        if self.staff is not None:
            self._presence.record("signed_out")
            self._leave(SignedOut())

    def lock(self) -> None:
        """Refuse everything until somebody signs in; the basket stays."""
        if self.staff is not None:
            self._leave(Locked(self.staff))

    def open_shift(self, float_amount: Money) -> Shift:
        """Right OPEN_SHIFT; NotNow("shift_open") when there is one."""
        staff = self._presence.allow(Right.OPEN_SHIFT)
        if self._shift is not None:
            raise NotNow("shift_open")
        self._shift = shifts.open_shift(
            self._store.shifts, self._new_id(), staff, float_amount, self._now(), self._settings
        )
        self._notify(ShiftOpened(self._shift))
        return self._shift

    def open_drawer(self, reason: str = "") -> None:
        """Right OPEN_DRAWER. Written down first; DrawerWanted then makes the printer open it."""
        self._presence.allow(Right.OPEN_DRAWER)
        self._presence.record("drawer_opened", reason)
        self._notify(DrawerWanted())

    def open_drawer_to_count(self) -> None:
        """Right OPEN_SHIFT, before a shift: whoever counts the float opens the drawer for it."""
        self._presence.allow(Right.OPEN_SHIFT)
        if self._shift is not None:
            raise NotNow("shift_open")
        self._presence.record("drawer_opened", "float count")
        self._notify(DrawerWanted())

    def reload_settings(self) -> None:
        """The replica's settings changed: used at once, or after the sale in progress."""
        self._next_settings = self._store.catalog.settings()
        if self._selling.is_empty and self._next_settings != self._settings:
            self._start_over()
            self._notify(BasketReplaced())

    def scan(self, raw: str | bytes, source: str = "") -> None:
        """Whatever a scanner or the search field's Enter delivers. Never raises a RuleError.

        Leads to one of LineAdded, LineChanged, CodeUnknown, CodeRefused, ChooseVariant,
        PriceWanted, WeightWanted; after CodeUnknown the server is asked, and a line or another
        CodeUnknown follows. `source` is for the log.
        """
        read = read_code(raw, self._settings.measure_rules, self._settings.currency.digits)
        log.info("code of %d characters from %s: %s", len(raw), source or "a person", read.kind)
        basket_id, pending = self._selling.basket_id, self._pending
        event = self._scanning.outcome(read, pending)
        self._notify(event)
        if not isinstance(event, CodeRefused):
            self._use_up_pending()
        if isinstance(event, CodeUnknown):
            self._scanning.ask_central(
                read, pending, lambda: basket_id == self._selling.basket_id, self._notify
            )

    def choose_variant(self, event: ChooseVariant, sku: str) -> None:
        """The answer to ChooseVariant: which of the variants was meant."""
        variant = next((it for it in event.variants if it.sku == sku), None)
        if variant is None:
            raise NotNow("unknown_article")
        self._check_can_sell()
        self._notify(self._sell(variant, event.qty, event.price))

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
        self._check_can_sell()
        variant = self._store.catalog.by_sku(sku)
        if variant is None:
            raise NotNow("unknown_article")
        if price is not None:
            self._presence.allow(Right.OPEN_PRICE)
        self._notify(self._sell(variant, self._pending if qty is None else qty, price))
        if not keep_pending:
            self._use_up_pending()

    def choose_product(self, product_id: str) -> None:
        """A tile or a search result: one variant is added, several lead to MatrixWanted."""
        self._check_can_sell()
        product = self._store.catalog.product(product_id)
        if product is None or not product.variants:
            raise NotNow("unknown_article")
        if len(product.variants) == 1:
            self.add_variant(product.variants[0].sku)
        else:
            self._notify(MatrixWanted(product))

    def set_pending_qty(self, qty: Qty | None) -> None:
        """Quantity for the next article, in thousandths; None forgets it. -> QtyPending"""
        if qty is not None:
            check_qty(qty, Unit.KG)
        self._pending = qty
        self._notify(QtyPending(qty))

    def change_qty(self, row: int, qty: Qty) -> None:
        """Set the quantity of a line, in thousandths. Zero is refused: use remove_line."""
        self._check_can_sell()
        self._notify(self._selling.set_qty(row, qty))

    def remove_line(self, row: int) -> None:
        self._check_can_sell()
        self._notify(self._selling.remove(row))

    def undo_remove(self) -> bool:
        """Put the line removed last back where it was; False when there is none."""
        self._check_can_sell()
        event = self._selling.undo_remove()
        if event is not None:
            self._notify(event)
        return event is not None

    def set_line_discount(self, row: int, discount: Discount | None) -> None:
        """Right DISCOUNT."""
        self._presence.allow(Right.DISCOUNT)
        self._check_can_sell()
        self._notify(self._selling.set_line_discount(row, discount))

    def set_discount(self, discount: Discount | None) -> None:
        """Right DISCOUNT. The basket's own discount, on top of those of lines."""
        self._presence.allow(Right.DISCOUNT)
        self._check_can_sell()
        self._notify(self._selling.set_discount(discount))

    def void_basket(self) -> None:
        """Right VOID_BASKET. Throw the basket away; tenders must have been removed."""
        self._presence.allow(Right.VOID_BASKET)
        self._check_can_sell()
        if not self._selling.is_empty:
            self._presence.record("basket_voided", f"{self.basket.total} {self._selling.basket_id}")
            self._store.baskets.discard(self._selling.basket_id)
            self._start_over()
            self._notify(BasketReplaced())

    def suspend(self, label: str = "") -> None:
        """Put the basket aside; without a label it is named after its first line."""
        staff = self._check_can_sell()
        if self._selling.is_empty:
            raise NotNow("empty")
        basket_id, label = self._selling.basket_id, label or self.basket.lines[0].name
        self._store.baskets.suspend(basket_id, label, staff.name, self._now().wall_ms)
        self._start_over()
        self._notify(BasketReplaced())
        self._notify(BasketSuspended(basket_id, label))

    def suspended(self) -> tuple[SuspendedBasket, ...]:
        """Oldest first."""
        return tuple(self._store.baskets.suspended(self._settings.policy))

    def resume(self, basket_id: str) -> None:
        """Take a basket up again; the one in front must be empty."""
        self._check_can_sell()
        if not self._selling.is_empty:
            raise NotNow("basket_in_use")
        self._selling.resume(basket_id, self._settings.policy)
        self._notify(BasketReplaced())

    def take_tender(self, kind: TenderKind, amount: Money, ref: str = "") -> Sale | None:
        """Take a tender; the one that settles the basket books the sale and returns it.

        A second tap after that finds an empty basket and does nothing (None).
        """
        staff, shift = self._presence.allow(Right.SELL), self._open_shift()
        if self._selling.is_empty:
            return None
        tender = Tender(self._new_id(), kind, amount, ref.strip()[:MAX_REF])
        check_tender(tender, self.settlement, self._settings.currency, self._settings.max_change)
        tenders = (*self.tenders, tender)
        if self._settled(tenders).is_complete:
            return self._complete(staff, shift, tenders)
        self._selling.set_tenders(tenders)
        self._notify(TendersChanged())
        return None

    def remove_tender(self, tender_id: str) -> None:
        """Give a tender back; one that is not there any more is no error (double tap)."""
        self._presence.allow(Right.SELL)
        rest = tuple(it for it in self.tenders if it.tender_id != tender_id)
        if rest != self.tenders:
            self._selling.set_tenders(rest)
            self._notify(TendersChanged())

    def quick_cash(self) -> tuple[Money, ...]:
        """Likely cash amounts for what is due, ascending, the first is exact."""
        settings = self._settings
        return quickcash.suggestions(self.settlement.due, settings.currency, settings.notes)

    def _sell(self, variant: Variant, qty: Qty | None, price: Money | None) -> Event:
        """Add it, or ask for what is missing."""
        if variant.price is None and price is None:
            self._presence.allow(Right.OPEN_PRICE)
            return PriceWanted(variant, qty)
        if variant.unit is Unit.KG and qty is None:
            return WeightWanted(variant)
        line = line_of(variant, self._new_id(), ONE if qty is None else qty, price)
        return self._selling.add(line)

    def _complete(self, staff: Staff, shift: Shift, tenders: tuple[Tender, ...]) -> Sale:
        now = self._now()
        draft = checkout.draft(
            self.basket,
            tenders,
            self._settled(tenders),
            self._settings.currency,
            store_id=self._store_id,
            till_id=self._till_id,
            shift=shift,
            cashier=staff,
            completed_at_ms=now.wall_ms,
        )
        sale = self._last_sale = self._store.sales.book(draft, now)
        self._start_over()
        self._notify(BasketReplaced())
        self._notify(SaleCompleted(sale))
        return sale

    def _start_over(self) -> None:
        self._settings = self._next_settings
        self._selling.start(self._settings.policy)

    def _settled(self, tenders: tuple[Tender, ...]) -> Settlement:
        return settle(self.basket.total, tenders, self._settings.currency)

    def _use_up_pending(self) -> None:
        if self._pending is not None:
            self._pending = None
            self._notify(QtyPending(None))

    def _leave(self, event: Event) -> None:
        self._presence.staff, self._pending = None, None
        self._notify(event)

    def _open_shift(self) -> Shift:
        if self._shift is None:
            raise NotNow("no_shift")
        return self._shift

    def _check_can_sell(self) -> Staff:
        """Goods may be changed: somebody may sell, a shift is open, no tender has been taken."""
        staff = self._presence.allow(Right.SELL)
        self._open_shift()
        if self.tenders:
            raise NotNow("tenders_taken")
        return staff
