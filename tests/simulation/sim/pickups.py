"""Orders that customers fetch: claimed, moved on and handed over, with two tills at one shelf."""

from collections.abc import Callable
from typing import Any, Literal

import orjson

from pos_app.domain.clock import Now
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from sync.errors import CentralError
from sync.wire_commands import CommandAnswer
from tests.simulation.sim.model import Book
from tests.simulation.sim.network import Line
from tests.simulation.sim.permission import ask
from tests.simulation.sim.shop import ORDERS
from tests.simulation.sim.world import World

HAND_OVER = "order.handed_over.v1"
_GIVEN = f"SELECT payload FROM fact WHERE type = '{HAND_OVER}'"


class PickupDesk:
    """Of one machine: what it knows of orders is what central last answered."""

    def __init__(self, world: World, book: Book, device_id: str) -> None:
        self._world, self._book, self._device_id = world, book, device_id
        self._count = 0
        self._versions: dict[str, int] = {}
        self._fences: dict[str, int] = {}

    def start(self, stores: Stores) -> None:
        """What is in the journal has left the house, also when the till fell before it said so."""
        for (text,) in stores.journal.exec_driver_sql(_GIVEN).fetchall():
            given = orjson.loads(text)
            self._book.hand_over(given["order_id"], self._device_id, given["handed_over_at_ms"])

    def act(self, stores: Stores, line: Line, now: Callable[[], Now]) -> None:
        """A customer comes for an order; not everybody behind the counter claims it first."""
        order_id = self._world.dice.choice(ORDERS)
        try:
            if self._world.dice.random() < 0.6:
                claimed = self._ask(stores, line, "order.claim", order_id, {})
                if claimed.status != "granted":
                    return
                self._fences[order_id] = claimed.fence or 0
            moved = self._ask(stores, line, "order.transition", order_id, {"to": "handed_over"})
        except CentralError as error:
            self._world.note(f"{self._device_id} order not confirmed: {type(error).__name__}")
            return
        if moved.status == "granted":
            self._hand_over(stores, order_id, now)

    def _ask(
        self,
        stores: Stores,
        line: Line,
        what: Literal["order.claim", "order.transition"],
        order_id: str,
        args: dict[str, Any],
    ) -> CommandAnswer:
        """Learns the order's version from the answer, also from a refusal."""
        self._count += 1
        wanted: dict[str, Any] = {"type": what, "args": {"order_id": order_id, **args}}
        if what == "order.transition":
            wanted["args"]["fence"] = self._fences.get(order_id, 0)
            wanted["expected_version"] = self._versions.get(order_id, 1)
        answer = ask(stores, line, f"order-{self._device_id}-{self._count:08d}", wanted)
        self._world.note(
            f"{self._device_id} {what} {order_id}: {answer.status} {answer.code} {answer.detail}"
        )
        if answer.version is not None:
            self._versions[order_id] = answer.version
        return answer

    def _hand_over(self, stores: Stores, order_id: str, now: Callable[[], Now]) -> None:
        at_ms = self._world.now_ms
        payload = {
            "order_id": order_id,
            "line_ids": [f"{order_id}-1"],
            "fence": self._fences.get(order_id, 0),
            "handed_over_at_ms": at_ms,
        }
        Journal(stores).record(HAND_OVER, "anna", payload, now())
        self._book.hand_over(order_id, self._device_id, at_ms)
