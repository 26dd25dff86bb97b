"""The sale in progress: every change is in the journal before anybody sees it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pos_app.domain.basket import Basket, Discount, Line
from pos_app.domain.errors import NotNow
from pos_app.domain.events import BasketDiscounted, Event, LineAdded, LineChanged, LineRemoved
from pos_app.domain.held import SavedBasket
from pos_app.domain.sale import Tender
from pos_app.domain.tax import TaxPolicy
from pos_app.services.needs import BasketStore


@dataclass(frozen=True, slots=True)
class Removed:
    """A line taken out, and the basket's discount before and after: removing may have cut it."""

    row: int
    line: Line
    before: Discount | None
    after: Discount | None


class Selling:
    """Basket and tenders in memory, equal to those in the journal after every call.

    A change that cannot be saved (StoreError) or computed (RuleError) has not happened.
    """

    def __init__(self, store: BasketStore, new_id: Callable[[], str], policy: TaxPolicy) -> None:
        self._store = store
        self._new_id = new_id
        saved = store.load_open()
        if saved is None:
            self.start(policy)
        else:
            self._show(saved, policy)

    @property
    def basket_id(self) -> str:
        return self.basket.basket_id

    @property
    def is_empty(self) -> bool:
        return not self.basket.lines

    def start(self, policy: TaxPolicy) -> None:
        """An empty basket under an id of its own; nothing is saved before the first line."""
        self._show(SavedBasket(self._new_id(), (), None, ()), policy)

    def add(self, line: Line) -> LineAdded | LineChanged:
        with self._kept():
            event = self.basket.add(line)
            self._save_line(event.row)
        return event

    def set_qty(self, row: int, qty: int) -> LineChanged:
        with self._kept():
            event = self.basket.set_qty(row, qty)
            self._save_line(row)
        return event

    def set_line_discount(self, row: int, discount: Discount | None) -> LineChanged:
        with self._kept():
            event = self.basket.set_line_discount(row, discount)
            self._save_line(row)
        return event

    def set_discount(self, discount: Discount | None) -> BasketDiscounted:
        with self._kept():
            self.basket.set_discount(discount)
            self._store.save_discount(self.basket_id, discount)
        return BasketDiscounted()

    def remove(self, row: int) -> LineRemoved:
        line, before = self.basket.lines[row], self.basket.discount
        with self._kept():
            event = self.basket.remove(row)
            self._save_all()
        self._removed.append(Removed(row, line, before, self.basket.discount))
        return event

    def undo_remove(self) -> Event | None:
        """Put the line removed last back where it was, with the discount it had cut."""
        if not self._removed:
            return None
        last = self._removed[-1]
        with self._kept():
            event = self.basket.insert(last.row, last.line)
            if self.basket.discount == last.after:
                self.basket.set_discount(last.before)
            self._save_all()
        self._removed.pop()
        return event

    def set_tenders(self, tenders: tuple[Tender, ...]) -> None:
        self._store.save_tenders(self.basket_id, tenders)
        self.tenders = tenders

    def resume(self, basket_id: str, policy: TaxPolicy) -> None:
        try:
            self._show(self._store.resume(basket_id), policy)
        except KeyError:
            raise NotNow("not_held") from None

    def _show(self, saved: SavedBasket, policy: TaxPolicy) -> None:
        self.basket = Basket(saved.basket_id, policy, list(saved.lines), saved.discount)
        self.tenders = saved.tenders
        self._removed: list[Removed] = []

    def _save_line(self, row: int) -> None:
        self._store.save_line(self.basket_id, row, self.basket.lines[row])

    def _save_all(self) -> None:
        basket = self.basket
        lines = tuple(basket.lines)
        self._store.replace_all(SavedBasket(basket.basket_id, lines, basket.discount, self.tenders))

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """Memory never runs ahead of the journal."""
        memo = self.basket.memo()
        try:
            yield
        except BaseException:
            self.basket.back_to(memo)
            raise
