"""Facts wait for no other: each pair leaves the same behind, whichever of the two comes first.

A new type of fact gets its pairs here before anything is sent with it (README, decisions).
"""

from collections.abc import Callable
from dataclasses import dataclass

import orjson
import pytest
from sqlalchemy import Engine, Table

from sync.central.holds.tables import handover, pickup_order, refund_line, value_account
from sync.central.schema import sale_line
from tests.central.asking import an_order, ask, gift_card, new_id, refund, the_row
from tests.central.tills import SpeakingTill, enrolled


@dataclass(frozen=True, slots=True)
class Pair:
    """Two things that a till tells or asks, and what is in the books after both."""

    one: Callable[[], object]
    other: Callable[[], object]
    left: Callable[[], tuple[object, ...]]
    expected: tuple[object, ...]


def sale_and_refund(one: SpeakingTill, other: SpeakingTill, engine: Engine) -> Pair:
    sale = orjson.loads(one.sell(pieces=3)["payload"])
    key = {"sale_id": sale["sale_id"], "line_id": sale["lines"][0]["line_id"]}
    refund(other, key["sale_id"], key["line_id"], pieces=2)

    def left() -> tuple[object, ...]:
        counters = of(engine, sale_line, "sold", "held", "refunded", "over_refunded", **key)
        return *counters, *of(engine, refund_line, "qty", **key)

    return Pair(one.push, other.push, left, (3_000, 0, 2_000, 0, 2_000))


def issue_and_spend(one: SpeakingTill, other: SpeakingTill, engine: Engine) -> Pair:
    card = new_id()
    issued = {"account_id": card, "kind": "gift_card", "currency": "EUR", "issued_at_ms": 1}
    one.record("value.issued.v1", issued | {"entry_id": new_id(), "amount_minor": 500})
    used = {"hold_id": new_id(), "kind": "value", "subject": card, "amount": 400}
    other.sell(holds=[used])

    def left() -> tuple[object, ...]:
        return of(engine, value_account, "balance", "held", "kind", account_id=card)

    return Pair(one.push, other.push, left, (100, 0, "gift_card"))


def request_and_release(one: SpeakingTill, _: SpeakingTill, engine: Engine) -> Pair:
    card, hold_id = gift_card(engine, 500), new_id()
    one.record("hold.released.v1", {"hold_id": hold_id})

    def request() -> None:
        ask(one, "value.hold", hold_id, account_id=card, amount_minor=400, currency="EUR")

    def left() -> tuple[object, ...]:
        return of(engine, value_account, "balance", "held", account_id=card)

    return Pair(request, one.push, left, (500, 0))


def transition_and_hand_over(one: SpeakingTill, other: SpeakingTill, engine: Engine) -> Pair:
    order_id = an_order(engine)
    over = {"order_id": order_id, "line_ids": [f"{order_id}-0"], "handed_over_at_ms": 1}
    other.record("order.handed_over.v1", over)

    def request() -> None:
        ask(one, "order.transition", version=0, order_id=order_id, to="handed_over")

    def left() -> tuple[object, ...]:
        order = of(engine, pickup_order, "state", "version", order_id=order_id)
        return *order, *of(engine, handover, "line_id", order_id=order_id)

    return Pair(request, other.push, left, ("handed_over", 1, f"{order_id}-0"))


def of(engine: Engine, table: Table, *names: str, **key: str) -> tuple[object, ...]:
    row = the_row(engine, table, **key)
    return tuple(row[name] for name in names)


@pytest.mark.parametrize("order", [1, -1], ids=["as it happened", "the other way"])
@pytest.mark.parametrize(
    "pair", [sale_and_refund, issue_and_spend, request_and_release, transition_and_hand_over]
)
def test_a_pair_leaves_the_same_whichever_comes_first(
    engine: Engine, central: str, pair: Callable[..., Pair], order: int
) -> None:
    with enrolled(engine, central) as one, enrolled(engine, central, till_no="3") as other:
        it = pair(one, other, engine)
        for deed in (it.one, it.other)[::order]:
            deed()

    assert it.left() == it.expected
