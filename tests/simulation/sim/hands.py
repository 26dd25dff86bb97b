"""What cashiers do, drawn by lot."""

from collections.abc import Callable

from pos_app.domain.basket import Discount, DiscountKind
from pos_app.domain.money import ONE
from pos_app.domain.sale import TenderKind
from pos_app.services.till import Till
from tests.simulation.sim.model import Book
from tests.simulation.sim.shop import SKUS
from tests.simulation.sim.world import World


class Hands:
    """One cashier at one till."""

    def __init__(self, world: World, book: Book, device_id: str) -> None:
        self._dice = world.dice
        self._book = book
        self._device_id = device_id
        self._acts: tuple[tuple[Callable[[Till], None], int], ...] = (
            (self._add, 40),
            (self.sell, 40),
            (self._part, 6),
            (self._qty, 5),
            (self._remove, 4),
            (self._discount, 4),
            (self._hold, 4),
            (self._resume, 4),
            (self._give_back, 2),
            (self._drawer, 2),
            (self._void, 2),
            (self._newer_fact, 1),
        )

    def act(self, till: Till) -> None:
        """One thing; RuleError when it makes no sense now."""
        acts, weights = zip(*self._acts, strict=True)
        if till.basket.lines and self._dice.random() < 0.3:
            self.sell(till)
        else:
            self._dice.choices(acts, weights)[0](till)

    def _add(self, till: Till) -> None:
        till.add_variant(self._dice.choice(SKUS), self._dice.randrange(1, 4) * ONE)

    def sell(self, till: Till) -> None:
        """Take money for the basket, with something in it."""
        if not till.basket.lines:
            self._add(till)
        if self._dice.random() < 0.5 and till.settlement.due > 0:
            sale = till.take_tender(TenderKind.CARD_EXTERNAL, till.settlement.due)
        else:
            extra = self._dice.choice((0, 0, 100, 1_000))
            sale = till.take_tender(TenderKind.CASH, till.settlement.cash_due + extra)
        if sale is not None:
            self._book.tell(self._device_id, sale)

    def _part(self, till: Till) -> None:
        sale = till.take_tender(TenderKind.CARD_EXTERNAL, max(till.settlement.due // 2, 1))
        if sale is not None:
            self._book.tell(self._device_id, sale)

    def _give_back(self, till: Till) -> None:
        for tender in till.tenders[:1]:
            till.remove_tender(tender.tender_id)

    def _qty(self, till: Till) -> None:
        if till.basket.lines:
            till.change_qty(len(till.basket.lines) - 1, self._dice.randrange(1, 5) * ONE)

    def _remove(self, till: Till) -> None:
        if till.basket.lines:
            till.remove_line(self._dice.randrange(len(till.basket.lines)))
        if self._dice.random() < 0.3:
            till.undo_remove()

    def _discount(self, till: Till) -> None:
        if till.basket.lines:
            till.set_discount(Discount(DiscountKind.PERCENT, 100_000, "regular"))

    def _hold(self, till: Till) -> None:
        till.suspend()

    def _resume(self, till: Till) -> None:
        held = till.suspended()
        if held:
            till.resume(self._dice.choice(held).basket_id)

    def _drawer(self, till: Till) -> None:
        till.open_drawer("change")

    def _void(self, till: Till) -> None:
        till.void_basket()

    def _newer_fact(self, till: Till) -> None:
        """A fact this central does not know yet, as from a till of a newer version."""
        till._presence._facts.record("future.thing.v9", "anna", {"odd": True}, till._now())
