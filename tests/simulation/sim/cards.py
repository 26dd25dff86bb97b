"""Gift cards as protocol.md 4.2 has them spent: an amount held at central, confirmed in the sale.

A till of today cannot sell for a card; the requests and facts are those it will send.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from pos_app.domain.clock import Now
from pos_app.domain.sale import SaleDraft
from pos_app.store import sale_rows
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from sync.errors import CentralError
from tests.simulation.sim.model import Book
from tests.simulation.sim.network import Line
from tests.simulation.sim.permission import ask
from tests.simulation.sim.refunds import RELEASE
from tests.simulation.sim.seams import replaced
from tests.simulation.sim.world import World

ISSUE, SALE = "value.issued.v1", "sale.completed.v1"
_CARD = "card-1"
"""One for all, so that tills meet."""
_SALES = f"SELECT id, payload FROM fact WHERE type = '{SALE}' AND payload NOT LIKE '%\"holds\":[]%'"


@dataclass(frozen=True, slots=True)
class Spending:
    """A customer pays with a card. Kept before anything is sent."""

    command_id: str
    account_id: str
    amount: int

    def used(self) -> dict[str, Any]:
        """As a sale names it."""
        use = {"subject": self.account_id, "amount": self.amount, "currency": "CZK"}
        return {"hold_id": self.command_id, "kind": "value"} | use


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer who buys a gift card, or has one filled up, or pays with it."""

    what: Literal["buys", "spends"]
    account_id: str
    amount: int


class Named:
    """For which card, and how much, the sale is that a till is completing."""

    def __init__(self) -> None:
        self.holds: dict[str, Spending] = {}

    @contextmanager
    def installed(self) -> Iterator[None]:
        usual = sale_rows.payload

        def payload(draft: SaleDraft, *rest: Any) -> dict[str, Any]:
            found, wish = usual(draft, *rest), self.holds.get(draft.till_id)
            return found | {"holds": [wish.used()] if wish else []}

        with replaced(sale_rows, "payload", payload):
            yield


class CardDesk:
    """Of one machine; `open` is what its journal would remember of requests without an end."""

    def __init__(self, world: World, book: Book, device_id: str, named: Named) -> None:
        self._world, self._book, self._device_id = world, book, device_id
        self._named, self._count = named, 0
        self.open: list[Spending] = []
        self.planned: list[Visit] = []
        """Customers who come before anybody else."""

    def start(self, stores: Stores, now: Callable[[], Now]) -> None:
        """Every hold that no sale names is given back, known or not."""
        spent = self._spent(stores)
        while self.open:
            if self.open[0].command_id not in spent:
                self._record(stores, now, RELEASE, {"hold_id": self.open[0].command_id})
            self.open.pop(0)

    def act(
        self, stores: Stores, line: Line, now: Callable[[], Now], sell: Callable[[], None]
    ) -> None:
        """A customer comes with a card. `sell` completes a sale, or raises when the till falls."""
        if not self.open:
            visit = self.planned.pop(0) if self.planned else self._anybody()
            if visit.what == "buys":
                self._issue(stores, now, visit.account_id, visit.amount)
                return
            self.open.append(Spending(self._new_id("spend"), visit.account_id, visit.amount))
        wish = self.open[0]
        args = {"account_id": wish.account_id, "amount_minor": wish.amount, "currency": "CZK"}
        try:
            answer = ask(stores, line, wish.command_id, {"type": "value.hold", "args": args})
        except CentralError as error:
            self._world.note(f"{self._device_id} card not confirmed: {type(error).__name__}")
            return
        words = f"{self._device_id} card {wish.command_id}: {answer.status} {answer.code}"
        self._world.note(words)
        if answer.status == "granted":
            self._sell(wish, sell)
        if answer.status != "refused" and wish.command_id not in self._spent(stores):
            self._record(stores, now, RELEASE, {"hold_id": wish.command_id})
        self.open.remove(wish)

    def _anybody(self) -> Visit:
        dice = self._world.dice
        amount = dice.choice((500, 1_000, 1_000))
        return Visit("buys" if dice.random() < 0.35 else "spends", _CARD, amount)

    def _sell(self, wish: Spending, sell: Callable[[], None]) -> None:
        self._named.holds[self._device_id] = wish
        try:
            sell()
        finally:
            del self._named.holds[self._device_id]

    def _spent(self, stores: Stores) -> set[str]:
        """Holds that sales of this journal name, also when the till fell before anybody saw it."""
        found = set()
        for sale_id, text in stores.journal.exec_driver_sql(_SALES).fetchall():
            (used,) = orjson.loads(text)["holds"]
            self._book.spent[sale_id] = used["subject"], used["hold_id"], used["amount"]
            found.add(used["hold_id"])
        return found

    def _issue(self, stores: Stores, now: Callable[[], Now], account_id: str, amount: int) -> None:
        payload: dict[str, Any] = {
            "entry_id": self._new_id("issue"),
            "account_id": account_id,
            "kind": "gift_card",
            "currency": "CZK",
            "amount_minor": amount,
            "issued_at_ms": self._world.now_ms,
        }
        self._record(stores, now, ISSUE, payload)
        self._book.issued[payload["entry_id"]] = account_id, amount

    def _new_id(self, what: str) -> str:
        self._count += 1
        return f"{what}-{self._device_id}-{self._count:08d}"

    def _record(
        self, stores: Stores, now: Callable[[], Now], fact_type: str, payload: dict[str, Any]
    ) -> None:
        Journal(stores).record(fact_type, "anna", payload, now())
