"""At least so many cuts in every kind of transaction, and the controls beside them."""

import argparse
import multiprocessing
import os
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.perf import report
from tests.perf.measure import Result
from tests.simulation.power import controls
from tests.simulation.power.cuts import Tally, day

RESULTS = Path(__file__).resolve().parents[3] / "build" / "powercuts.json"
ACTS, SHARE = 120, 0.7
"""Acts in a day, and the share of writes and syncs at which the power is cut."""
_MEMORY = Path("/dev/shm")  # noqa: S108 a folder of our own is made in it; cuts are ours, not the disk's


@dataclass(frozen=True, slots=True)
class Row:
    """What one design came to; `must_fail` for a control."""

    name: str
    tally: Tally
    must_fail: bool

    @property
    def is_right(self) -> bool:
        bad = self.tally.lost + self.tally.torn + self.tally.corrupt
        return (bad > 0) == self.must_fail and self.tally.total > 0


def one_day(seed: int) -> Tally:
    with _folder() as folder:
        return day(Path(folder) / "day", seed, ACTS, SHARE)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make powercuts", description=__doc__)
    parser.add_argument("--cuts", type=int, default=5000)
    parser.add_argument("--from", dest="start", type=int, default=0)
    asked = parser.parse_args(words)
    begun = time.monotonic()
    rows = [Row("as the till is", _days(asked.start, asked.cuts), must_fail=False)]
    for kind, count in rows[0].tally.cuts.most_common():
        print(f"  {count:>6} cuts in: {kind}")
    rows += _controls(asked.start)
    print("each cut leaves two files to look at")
    print(f"{'design':24} {'cuts':>6} {'lost':>6} {'torn':>6} {'corrupt':>7}")
    for row in rows:
        it, verdict = row.tally, "as it should" if row.is_right else "WRONG"
        print(f"{row.name:24} {it.total:>6} {it.lost:>6} {it.torn:>6} {it.corrupt:>7}  {verdict}")
    for complaint in rows[0].tally.complaints:
        print(f"  {complaint}")
    print(f"{time.monotonic() - begun:.0f} s")
    report.write([_result(row) for row in rows], RESULTS)
    return 0 if all(row.is_right for row in rows) else 1


def _days(start: int, cuts: int) -> Tally:
    """Days in two processes until there are enough cuts."""
    found, seed = Tally(), start
    with multiprocessing.get_context("spawn").Pool(min(2, os.cpu_count() or 1)) as pool:
        while found.total < cuts:
            seeds = range(seed, seed + 4)
            seed += 4
            for tally in pool.imap_unordered(one_day, seeds):
                add(found, tally)
    return found


def _controls(start: int) -> list[Row]:
    with _folder() as name:
        folder = Path(name)
        normal, off = Tally(), Tally()
        for seed in range(
            start, start + 5
        ):  # without syncs files break only where logs are folded in
            add(normal, controls.weaker(folder / "normal", seed, ACTS, SHARE, level=1))
            add(off, controls.weaker(folder / "off", seed, ACTS, SHARE, level=0))
        two = controls.two_files(folder / "two", start, 200, SHARE)
    return [
        Row("control: NORMAL", normal, must_fail=True),
        Row("control: OFF", off, must_fail=True),
        Row("control: two files", two, must_fail=True),
    ]


def add(into: Tally, tally: Tally) -> None:
    into.cuts.update(tally.cuts)
    into.tears.update(tally.tears)
    into.lost += tally.lost
    into.torn += tally.torn
    into.corrupt += tally.corrupt
    into.complaints = [*into.complaints, *tally.complaints][:20]


def _folder() -> tempfile.TemporaryDirectory[str]:
    home = str(_MEMORY) if _MEMORY.is_dir() else None
    return tempfile.TemporaryDirectory(prefix="omnitill-power-", dir=home)


def _result(row: Row) -> Result:
    it = row.tally
    bad = it.lost + it.torn + it.corrupt
    target = "must lose, tear or corrupt" if row.must_fail else "0 lost, torn or corrupt"
    kinds = dict(Counter(it.cuts).most_common())
    note = f"{it.total} cuts: {it.lost} lost, {it.torn} torn, {it.corrupt} corrupt; {kinds}"
    name = f"powercuts {row.name}"
    return Result(name, "cuts", float(bad), None, None, None, target, row.is_right, note)
