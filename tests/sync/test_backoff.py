"""Waiting after failures."""

from random import Random

import pytest

from sync.backoff import CAP_S, FIRST_S, Backoff


class Highest(Random):
    """Always draws the upper end."""

    def uniform(self, a: float, b: float) -> float:
        return b


def test_the_ceiling_doubles_up_to_a_minute() -> None:
    backoff = Backoff(Highest())

    waits = [backoff.next() for _ in range(9)]

    assert waits == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]


def test_a_success_starts_over() -> None:
    backoff = Backoff(Highest())
    for _ in range(5):
        backoff.next()

    backoff.reset()

    assert backoff.next() == FIRST_S


def test_waits_are_spread_over_the_whole_range() -> None:
    waits = [Backoff(Random(seed)).next() for seed in range(200)]

    assert min(waits) < 0.05
    assert 0.45 < max(waits) <= FIRST_S


@pytest.mark.parametrize("stated", [0.0, 3.0, 600.0])
def test_a_server_that_named_a_time_is_not_asked_before_it(stated: float) -> None:
    waits = [Backoff(Random(seed)).next(stated) for seed in range(50)]

    assert min(waits) >= stated
    assert max(waits) <= stated + FIRST_S


def test_a_thousand_failures_wait_no_longer_than_the_cap() -> None:
    backoff = Backoff()

    assert max(backoff.next() for _ in range(1000)) <= CAP_S
