"""A slice of `make simulate`: some seeds hold every invariant, and a seed is the same each time."""

from collections.abc import Iterator

import pytest

from tests.simulation.sim.campaign import Stage, stage

SEEDS = range(40)


@pytest.fixture(scope="module")
def here() -> Iterator[Stage]:
    with stage() as built:
        yield built


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_breaks_no_invariant(here: Stage, seed: int) -> None:
    outcome = here.play(seed)

    assert not outcome.violation, "\n".join([*outcome.notes[-40:], outcome.violation])


def test_a_seed_replays_step_by_step(here: Stage) -> None:
    first, again = here.play(7), here.play(7)

    assert first == again
    assert first.steps > 100


def test_other_seeds_are_other_stories(here: Stage) -> None:
    assert here.play(1).fingerprint != here.play(2).fingerprint
