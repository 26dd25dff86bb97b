"""Timing two things in turn, so that whatever else the machine does falls on both alike."""

import gc
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Result:
    """One row of build/bench.json. `ratio` is p50 over the floor's p50; `target` says it in words."""

    name: str
    unit: str
    p50: float
    p99: float
    floor_p50: float
    ratio: float
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


def write(results: Sequence[Result], path: Path) -> None:
    """Merge into the file by name, so that one measurement can be repeated alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    old = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    fresh = {result.name: asdict(result) for result in results}
    kept = [row for row in old if row["name"] not in fresh]
    path.write_text(json.dumps([*kept, *fresh.values()], indent=1) + "\n", encoding="utf-8")


def table(results: Sequence[Result]) -> str:
    """The results as lines of text."""
    head = f"{'name':18} {'p50':>9} {'p99':>9} {'floor':>9} {'ratio':>6}  met  target"
    rows = [
        f"{r.name:18} {r.p50:9.3f} {r.p99:9.3f} {r.floor_p50:9.3f} {r.ratio:6.2f}  "
        f"{'yes' if r.met else 'NO ':3}  {r.target} ({r.unit}){' · ' + r.note if r.note else ''}"
        for r in results
    ]
    return "\n".join([head, *rows])
