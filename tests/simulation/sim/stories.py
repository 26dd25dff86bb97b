"""What is rare by nature, so planned: a share of the seeds tells each of these, faults and all."""

from collections.abc import Callable, Sequence
from typing import Literal

from tests.simulation.sim.cards import Visit
from tests.simulation.sim.central import Backup, Central
from tests.simulation.sim.model import Book
from tests.simulation.sim.refunds import Customer
from tests.simulation.sim.till import SimTill
from tests.simulation.sim.world import World

_UNNOTICED_MS = 1_900


class Stories:
    """Of one seed. Nothing of them happens once the faults are over."""

    def __init__(
        self,
        world: World,
        central: Central,
        book: Book,
        tills: Sequence[SimTill],
        restore: Callable[[Backup | None], None],
    ) -> None:
        self._world, self._central, self._book = world, central, book
        self._tills, self._restore = tills, restore

    def plan(self) -> None:
        """Central is restored in two of five seeds, a till in one of three."""
        dice, world = self._world.dice, self._world

        def pair(first: Callable[[], None], then: Callable[[], None]) -> None:
            world.at(dice.randrange(3_000, 20_000), first)
            world.at(dice.randrange(20_000, 40_000), then)

        if dice.random() < 0.4:
            pair(self._central.back_up, lambda: self._restore(None))
        if dice.random() < 0.33:
            till = dice.choice(self._tills)
            pair(till.back_up, till.put_back)
        if dice.random() < 0.15:
            self._ended_life(dice.choice(self._tills))
        if dice.random() < 0.3:
            begin = dice.choice((self._second_thoughts, self._half_a_journal))
            one, other = dice.sample(self._tills, 2)
            self._later(dice.randrange(3_000, 12_000), lambda: begin(one, other))
        if dice.random() < 0.15:
            self._card_twice(*dice.sample(self._tills, 2))

    def rush(self, till: SimTill) -> None:
        """A queue at the counter while the clock is set back by less than a journal would notice:
        facts of one batch whose times are not in order."""

        def back() -> None:
            till.clock_skew_ms -= _UNNOTICED_MS

        for order, act in enumerate([till.act] * 4 + [back] + [till.act] * 4):
            self._later(order * 150, act)

    def _ended_life(self, till: SimTill) -> None:
        """A till is put back where nobody can tell it what it lacks, so it begins a new life; then
        central forgets the newest facts of the old one, which only this till still has."""

        def put_back() -> None:
            till.cut(True)
            till.put_back(box_is_lost=True)

        def restore() -> None:
            till.cut(False)
            self._restore(None)

        acts = self._central.back_up, till.back_up, put_back, restore
        for order, act in enumerate(acts):
            self._later(order * 13_000 + self._world.dice.randrange(1_000, 8_000), act)

    def _second_thoughts(self, one: SimTill, other: SimTill) -> None:
        """A backup holds what a customer then leaves alone, and another one is paid for it. Restored,
        central is told of the payment while the hold of the first is back."""
        sold = [it.sale_id for it in self._book.sales.values() if self._is_there(it.sale_id)]
        if not sold:
            self._later(2_000, lambda: self._second_thoughts(one, other))
            return
        sale_id = sold[-1]

        def leave() -> None:
            one.desk.customer = Customer(sale_id, "leaves")
            one.pay_back()
            one.wake()

        def restore() -> None:
            one.cut(True)
            other.wake()
            self._restore(backup)

        def back() -> None:
            one.desk.customer = other.desk.customer = Customer()
            one.cut(False)

        one.desk.customer = Customer(sale_id, "waits")
        one.pay_back()
        self._central.back_up()
        backup = self._central.backups[-1]
        self._in_turn(
            (1_000, leave),
            (4_000, lambda: self._pay_back(other, sale_id)),
            (4_000, lambda: self._pay_back(other, sale_id)),
            (3_000, restore),
            (6_000, other.wake),
            (4_000, back),
        )

    def _card_twice(self, one: SimTill, other: SimTill) -> None:
        """All of a card is spent after the backup. Restored, central hears of it last."""

        def visit(till: SimTill, what: Literal["buys", "spends"]) -> Callable[[], None]:
            def come() -> None:
                till.cards.planned.append(Visit(what, "card-of-one", 1_000))
                till.take_card()
                till.wake()

            return come

        def restore() -> None:
            one.cut(True)
            other.wake()
            self._restore(self._central.backups[-1] if self._central.backups else None)

        self._in_turn(
            (self._world.dice.randrange(3_000, 12_000), visit(one, "buys")),
            (4_000, self._central.back_up),
            (1_000, visit(one, "spends")),
            (4_000, restore),
            (4_000, visit(other, "spends")),
            (3_000, lambda: one.cut(False)),
        )

    def _half_a_journal(self, one: SimTill, other: SimTill) -> None:
        """A sale has reached central, that it was paid back at once has not; then the receipt is
        shown somewhere else."""
        one.cut(True)
        one.sell()
        mine = [it for it in self._book.sales.values() if it.device_id == one.name]
        sale_id = mine[-1].sale_id if mine else ""

        def back() -> None:
            one.desk.customer = other.desk.customer = Customer()
            one.cut(False)

        self._in_turn(
            (100, lambda: self._pay_back(one, sale_id)),
            (500, lambda: one.speak_through(sale_id)),
            (3_000, lambda: self._pay_back(other, sale_id)),
            (2_000, lambda: self._pay_back(other, sale_id)),
            (2_000, back),
        )

    def _is_there(self, sale_id: str) -> bool:
        """At central, and nothing of it was paid back yet."""
        is_paid = any(sale_id == it[0] for it in self._book.refunds.values())
        return sale_id in self._book.told and not is_paid and self._central.has(sale_id)

    def _pay_back(self, till: SimTill, sale_id: str) -> None:
        """If it is granted."""
        if sale_id in self._book.told:
            till.desk.customer = Customer(sale_id, "pays")
            till.pay_back()
            till.wake()

    def _in_turn(self, *acts: tuple[int, Callable[[], None]]) -> None:
        delay_ms = 0
        for pause_ms, act in acts:
            delay_ms += pause_ms
            self._later(delay_ms, act)

    def _later(self, delay_ms: int, act: Callable[[], None]) -> None:
        """Unless the faults are over by then."""
        self._world.at(delay_ms, lambda: None if self._world.is_healed else act())
