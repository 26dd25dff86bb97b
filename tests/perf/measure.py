"""Timing two things in turn, so that whatever else the machine does falls on both alike."""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One row of build/bench.json. `ratio` is p50 over the floor's p50 unless `target` names another.

    `target` says in words what `met` decides. Figures are None where nothing could be measured.
    """

    name: str
    unit: str
    p50: float | None
    p99: float | None
    floor_p50: float | None
    ratio: float | None
    target: str
    met: bool
    note: str = ""


def quantile(samples: Sequence[float], part: float) -> float:
    """The sample at this part of the sorted list."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def timed_ms(action: Callable[[], object]) -> float:
    """Wall time of one call in milliseconds."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def interleaved(
    ours: Callable[[], object], floor: Callable[[], object], rounds: int, warm_up: int = 20
) -> tuple[list[float], list[float]]:
    """Milliseconds of both, one after the other, `rounds` times, the garbage collector's turns between."""
    for _ in range(warm_up):
        ours()
        floor()
    mine: list[float] = []
    theirs: list[float] = []
    for index in range(rounds):
        mine.append(timed_ms(ours))
        theirs.append(timed_ms(floor))
        if index % 50 == 49:
            gc.collect()
    return mine, theirs


def compared(
    name: str,
    ours: Sequence[float],
    floor: Sequence[float],
    limit: float,
    *,
    unit: str = "ms",
    note: str = "",
) -> Result:
    """A result whose target is a ratio of medians."""
    p50, floor_p50 = quantile(ours, 0.5), quantile(floor, 0.5)
    ratio = p50 / floor_p50
    return Result(
        name,
        unit,
        round(p50, 4),
        round(quantile(ours, 0.99), 4),
        round(floor_p50, 4),
        round(ratio, 2),
        f"p50 <= {limit} x floor",
        ratio <= limit,
        note,
    )
