"""Somebody sets the till's clock wrong in mid-shift: order, numbers and money do not notice."""

import pytest

from tests.journeys import goods
from tests.journeys.conftest import Shop
from tests.journeys.counter import Counter, until

HOUR = 3_600_000
DAY = 24 * HOUR


def clock_events(shop: Shop) -> int:
    return int(shop.server.one("SELECT count(*) FROM inbox WHERE type = 'clock.event.v1'"))


def times(shop: Shop) -> list[int]:
    """When central is told that the facts happened, in the order of the chain."""
    return [row[0] for row in shop.server.rows("SELECT occurred_at_ms FROM inbox ORDER BY seq")]


def numbers(counter: Counter) -> list[int]:
    rows = counter.stores.journal.exec_driver_sql("SELECT number FROM sale ORDER BY position")
    return [row[0] for row in rows]


@pytest.mark.parametrize("back_ms", [HOUR, 40 * 365 * DAY], ids=["an hour", "to the eighties"])
def test_a_clock_set_back_in_mid_shift_changes_neither_order_nor_numbers(
    shop: Shop, back_ms: int
) -> None:
    counter, code = shop.till().connect().open_for(), goods.ean13(shop.server)
    before = counter.sell(code)

    counter.clock.off_ms = -back_ms
    after = [counter.sell(code) for _ in range(3)]

    until(lambda: counter.unsent() == 0)
    assert numbers(counter) == [1, 2, 3, 4]
    assert counter.sales.last() == after[-1]
    assert before.shift_id == after[-1].shift_id
    assert times(shop) == sorted(times(shop))
    assert clock_events(shop) == 1
    assert len(shop.server.receipts()) == 4
    assert shop.server.rows("SELECT code FROM fact_exception") == []


def test_a_restart_under_the_wrong_clock_goes_on_and_a_second_mistake_is_told_again(
    shop: Shop,
) -> None:
    counter, code = shop.till().open_for(), goods.ean13(shop.server)
    counter.sell(code)
    counter.clock.off_ms = -HOUR
    counter.sell(code)
    counter.close()

    counter = shop.till().connect()
    counter.clock.off_ms = -HOUR
    counter.open_for().sell(code)
    counter.clock.off_ms = 0
    counter.sell(code)
    counter.clock.off_ms = -2 * HOUR
    counter.sell(code)

    until(lambda: counter.unsent() == 0)
    assert numbers(counter) == [1, 2, 3, 4, 5]
    assert times(shop) == sorted(times(shop))
    assert clock_events(shop) == 2
    assert counter.journal.verify() is None


def test_a_clock_a_day_ahead_that_is_set_right_loses_nothing(shop: Shop) -> None:
    counter, code = shop.till().connect(), goods.ean13(shop.server)
    counter.clock.off_ms = DAY
    counter.open_for().sell(code)
    counter.clock.off_ms = 0
    counter.sell(code)

    until(lambda: counter.unsent() == 0)
    assert numbers(counter) == [1, 2]
    assert times(shop) == sorted(times(shop))
    assert len(shop.server.receipts()) == 2
