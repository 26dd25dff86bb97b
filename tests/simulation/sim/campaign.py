"""Many seeds in a few processes, and what came of them in words and in build/simulate.json."""

import argparse
import gc
import logging
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from tests.perf import report
from tests.perf.measure import Result
from tests.simulation.sim import seams
from tests.simulation.sim.central import open_engine
from tests.simulation.sim.seed import STEPS, Outcome, play
from tests.simulation.sim.shop import Templates, build

ROOT = Path(__file__).resolve().parents[3]
RESULTS = ROOT / "build" / "simulate.json"
FAILED = ROOT / "build" / "failed-seeds"
_MEMORY = Path("/dev/shm")  # noqa: S108 a folder of our own is made in it; a disk would be slow
_LIMIT_S = 300.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Where one process plays: files in memory, and an engine whose statements stay compiled."""

    folder: Path
    templates: Templates
    engine: Engine

    def play(self, seed: int, steps: int = STEPS) -> Outcome:
        return play(seed, self.folder, self.templates, self.engine, steps)


@contextmanager
def stage() -> Iterator[Stage]:
    """Everything one process needs, with the seams in place."""
    home = str(_MEMORY) if _MEMORY.is_dir() else None
    logging.disable(logging.CRITICAL)
    usual = gc.get_threshold()
    folder = Path(tempfile.mkdtemp(prefix="omnitill-sim-", dir=home))
    try:
        templates = build(folder / "templates")
        (folder / "central").mkdir()
        engine = open_engine(folder / "central")
        gc.freeze()  # what lives as long as the process need not be looked at again and again
        gc.set_threshold(50_000, 20, 50)
        with seams.installed():
            yield Stage(folder, templates, engine)
        engine.dispose()
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
        logging.disable(logging.NOTSET)
        shutil.rmtree(folder)


def portion(asked: tuple[list[int], int]) -> list[Outcome]:
    """What one process does; a bug in a seed is reported like a violation."""
    seeds, steps = asked
    with stage() as here:
        return [_safely(here, seed, steps) for seed in seeds]


def campaign(seeds: Sequence[int], steps: int, processes: int) -> Iterable[Outcome]:
    """Outcomes in any order. Small portions in fresh processes, so that none grows old."""
    size = max(1, min(100, len(seeds) // (processes * 2) or 1))
    portions = [(list(seeds[at : at + size]), steps) for at in range(0, len(seeds), size)]
    if processes == 1:
        for one in portions:
            yield from portion(one)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for outcomes in pool.imap_unordered(portion, portions):
            yield from outcomes


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--from", dest="start", type=int, default=0)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    asked = parser.parse_args(words)
    begun, faults, failed, sales, steps = time.monotonic(), Counter[str](), 0, 0, 0
    seeds = range(asked.start, asked.start + asked.seeds)
    for outcome in campaign(seeds, asked.steps, asked.processes):
        faults.update({_kind(name): count for name, count in outcome.faults.items()})
        sales += outcome.sales
        steps += outcome.steps
        if outcome.violation:
            failed += 1
            _tell(outcome)
    took = time.monotonic() - begun
    print(
        f"{len(seeds)} seeds from {asked.start} in {took:.0f} s: {steps} steps, {sales} sales,"
        f" {sum(faults.values())} faults; {failed} violations"
    )
    for name, count in faults.most_common():
        print(f"  {count:>8} {name}")
    note = f"seeds {asked.start} to {seeds[-1]}, {steps} steps, {sales} sales, {dict(faults)}"
    report.write([_result(len(seeds), failed, took, note)], RESULTS)
    return 1 if failed else 0


def _safely(here: Stage, seed: int, steps: int) -> Outcome:
    try:
        return here.play(seed, steps)
    except Exception:  # noqa: BLE001 one broken seed must not hide the others
        return Outcome(seed, f"crashed: {traceback.format_exc()}")


def _tell(outcome: Outcome) -> None:
    FAILED.mkdir(parents=True, exist_ok=True)
    log = FAILED / f"{outcome.seed}.log"
    log.write_text("\n".join([*outcome.notes, outcome.violation]) + "\n", encoding="utf-8")
    print(f"seed {outcome.seed}: {outcome.violation}")
    print(f"  replay: make simulate SEEDS=1 FROM={outcome.seed}   ({log.relative_to(ROOT)})")
    sys.stdout.flush()


def _kind(fault: str) -> str:
    """A fault without the name of the machine."""
    return " ".join(word for word in fault.split() if not word.startswith("s-") and word != "of")


def _result(seeds: int, failed: int, took: float, note: str) -> Result:
    return Result(
        "simulate",
        "violations",
        float(failed),
        None,
        None,
        None,
        f"0 violations; {seeds} seeds took {took:.0f} s, 2,000 may take {_LIMIT_S:.0f}",
        failed == 0 and took * 2000 / seeds <= _LIMIT_S,
        note,
    )
