"""Paying money back as protocol.md 4.4 allows it; a till of today has no screen for that yet.

The requests and facts are those a till will send, and central decides on them with its own code.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from pos_app.domain.clock import Now
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from sync.errors import CentralError
from sync.wire_commands import CommandAnswer
from tests.simulation.sim.central import Central
from tests.simulation.sim.model import Book, Booked
from tests.simulation.sim.network import Line
from tests.simulation.sim.permission import ask
from tests.simulation.sim.world import World

_SALE = (
    "SELECT f.seq, f.incarnation FROM fact f JOIN sale s ON s.position = f.position"
    " WHERE s.sale_id = ?"
)
REFUND, RELEASE = "refund.completed.v1", "hold.released.v1"


@dataclass(frozen=True, slots=True)
class Wish:
    """A customer wants money back for part of a line. Kept before anything is sent."""

    command_id: str
    sale: Booked
    line_id: str
    qty: int


@dataclass(frozen=True, slots=True)
class Customer:
    """Who stands at the desk. What is empty is left to chance."""

    sale_id: str = ""
    end: Literal["", "pays", "leaves", "waits"] = ""
    """Once it is granted: the money is paid out, the customer goes without it or has second thoughts."""


class RefundDesk:
    """Of one machine; `open` is what its journal would remember of requests without an end."""

    def __init__(self, world: World, book: Book, device_id: str) -> None:
        self._world, self._book, self._device_id = world, book, device_id
        self._count = 0
        self.open: list[Wish] = []
        self.customer = Customer()

    def start(self, stores: Stores, now: Callable[[], Now]) -> None:
        """Rule of 4.2: every hold that was not paid out is given back, known or not."""
        known = self.find(stores)
        while self.open:
            if self.open[0].command_id not in known:
                self._record(stores, now, RELEASE, {"hold_id": self.open[0].command_id})
            self.open.pop(0)

    def find(self, stores: Stores) -> set[str]:
        """Refunds in the journal, paid whether or not the till lived to show it; their holds."""
        query = f"SELECT payload FROM fact WHERE type = '{REFUND}' ORDER BY position"
        holds: set[str] = set()
        for (text,) in stores.journal.exec_driver_sql(query).fetchall():
            refund = orjson.loads(text)
            holds.update(refund["hold_ids"])
            for line in refund["lines"]:
                self._book.pay_back(
                    refund["refund_id"], refund["sale_id"], line["line_id"], line["qty"]
                )
        return holds

    def mourn(self, stores: Stores, central: Central) -> None:
        """Refunds that were paid and are in no journal any more: central knows them or nobody."""
        rows = stores.journal.exec_driver_sql("SELECT id, payload FROM fact").fetchall()
        here = {orjson.loads(row[1]).get("refund_id") for row in rows}
        own = {it for it in self._book.refunds if f"-{self._device_id}-" in it}
        self._book.died = (self._book.died - here) | (own - here)
        self._book.forget_the_dead(central.knows_refund)

    def act(self, stores: Stores, line: Line, shift_id: str, now: Callable[[], Now]) -> None:
        """A customer comes with a receipt."""
        if not self.open:
            if not self._book.told:
                return
            self.open.append(self._wish())
        wish = self.open[0]
        if self._never_sent(stores, wish.sale):
            left = wish.sale.sold(wish.line_id) - self._book.paid_back(
                wish.sale.sale_id, wish.line_id
            )
            if wish.qty <= left:
                self._pay(stores, shift_id, now, wish, ())
            self.open.pop(0)
            return
        try:
            answer = self._ask(stores, line, wish)
        except CentralError as error:
            self._world.note(f"{self._device_id} refund not confirmed: {type(error).__name__}")
            return
        self._settle(stores, line, shift_id, now, wish, answer)

    def _wish(self) -> Wish:
        """A planned customer wants back all of the first line."""
        dice, planned = self._world.dice, self._book.sales.get(self.customer.sale_id)
        sale = planned or self._book.sales[dice.choice(self._presented())]
        line_id, _, sold = sale.lines[0] if planned else dice.choice(sale.lines)
        self._count += 1
        command_id = f"refund-{self._device_id}-{self._count:08d}"
        qty = sold if planned else dice.choice((sold, sold, 1_000))
        return Wish(command_id, sale, line_id, qty)

    def _presented(self) -> list[str]:
        """Few sales, so that tills meet: the same again and again, or what was sold just now, which
        may not have been sent yet, or not with what came after it."""
        told = self._book.told
        if self._world.dice.random() < 0.5:
            return sorted(told)[-6:]
        return [it for it in self._book.sales if it in told][-3:]

    def _settle(
        self,
        stores: Stores,
        line: Line,
        shift_id: str,
        now: Callable[[], Now],
        wish: Wish,
        answer: CommandAnswer,
    ) -> None:
        self._world.note(
            f"{self._device_id} refund {wish.command_id}: {answer.status} {answer.code}"
        )
        end = self.customer.end or ("pays" if self._world.dice.random() < 0.85 else "leaves")
        if answer.status == "granted" and end == "waits":
            return
        if answer.status == "granted" and end == "pays":
            self._pay(stores, shift_id, now, wish, (wish.command_id,))
        elif answer.status != "refused":
            self._give_back(stores, line, now, wish)
        self.open.remove(wish)

    def _give_back(self, stores: Stores, line: Line, now: Callable[[], Now], wish: Wish) -> None:
        """Written down, so that it is never lost and never paid out, then asked for at once, so that
        nobody has to wait for it: central hears of it twice."""
        self._record(stores, now, RELEASE, {"hold_id": wish.command_id})
        if self._world.dice.random() < 0.5:
            asked = {"type": "hold.release", "args": {"hold_id": wish.command_id}}
            try:
                line.command(f"{wish.command_id}-back", asked)
            except CentralError as error:
                self._world.note(f"{self._device_id} not given back: {type(error).__name__}")

    def _ask(self, stores: Stores, line: Line, wish: Wish) -> CommandAnswer:
        lines = [{"line_id": wish.line_id, "qty": wish.qty}]
        args = {"sale_id": wish.sale.sale_id, "store_id": wish.sale.store_id, "lines": lines}
        return ask(stores, line, wish.command_id, {"type": "refund.hold", "args": args})

    def _never_sent(self, stores: Stores, sale: Booked) -> bool:
        """Rule 2: only what nobody else can know may be paid back without asking."""
        state = Journal(stores).state()
        row = stores.journal.exec_driver_sql(_SALE, (sale.sale_id,)).fetchone()
        if row is None or row[1] != state.incarnation:
            return False
        return bool(row[0] > state.in_flight_through)

    def _pay(
        self,
        stores: Stores,
        shift_id: str,
        now: Callable[[], Now],
        wish: Wish,
        hold_ids: tuple[str, ...],
    ) -> None:
        payload = {
            "refund_id": wish.command_id,
            "sale_id": wish.sale.sale_id,
            "store_id": wish.sale.store_id,
            "shift_id": shift_id,
            "cashier_id": "anna",
            "lines": [{"line_id": wish.line_id, "qty": wish.qty, "amount_minor": 100}],
            "tenders": [{"tender_id": wish.command_id, "kind": "cash", "amount_minor": 100}],
            "hold_ids": list(hold_ids),
            "currency": "CZK",
            "total_minor": 100,
            "completed_at_ms": self._world.now_ms,
        }
        self._record(stores, now, REFUND, payload)
        self._book.pay_back(wish.command_id, wish.sale.sale_id, wish.line_id, wish.qty)

    def _record(
        self, stores: Stores, now: Callable[[], Now], fact_type: str, payload: dict[str, Any]
    ) -> None:
        Journal(stores).record(fact_type, "anna", payload, now())
