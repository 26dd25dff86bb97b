"""Many seeds in a few processes, and what came of them in words and in build/simulate.json."""

import argparse
import gc
import logging
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine

from tests.simulation.sim import records, seams
from tests.simulation.sim.central import open_engine
from tests.simulation.sim.lean import exec_driver_sql
from tests.simulation.sim.seed import STEPS, Outcome, play
from tests.simulation.sim.shop import Templates, build

ROOT = Path(__file__).resolve().parents[3]
RESULTS = ROOT / "build" / "simulate.json"
FAILED = ROOT / "build" / "failed-seeds"
_MEMORY = Path("/dev/shm")  # noqa: S108 a folder of our own is made in it; a disk would be slow
_FARTHEST = 1_000_000_000
"""`--from any` begins below it."""


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
        with seams.installed(), seams.replaced(Connection, "exec_driver_sql", exec_driver_sql):
            yield Stage(folder, templates, engine)
        engine.dispose()
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
        logging.disable(logging.NOTSET)
        shutil.rmtree(folder)


@dataclass(frozen=True, slots=True)
class Portion:
    """What one process has played at a time, and the processor time it took."""

    outcomes: list[Outcome]
    cpu_s: float


def portion(asked: tuple[list[int], int]) -> Portion:
    """What one process does; a bug in a seed is reported like a violation."""
    seeds, steps = asked
    begun = time.process_time()
    with stage() as here:
        outcomes = [_safely(here, seed, steps) for seed in seeds]
    return Portion(outcomes, time.process_time() - begun)


def campaign(seeds: Sequence[int], steps: int, processes: int) -> Iterable[Portion]:
    """Portions in any order, small ones, so that neither process waits long for the other."""
    size = max(1, min(25, len(seeds) // (processes * 2) or 1))
    portions = [(list(seeds[at : at + size]), steps) for at in range(0, len(seeds), size)]
    if processes == 1:
        for one in portions:
            yield portion(one)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap_unordered(portion, portions)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--from", dest="start", type=_start, default=0, help="a seed, or `any`")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    asked = parser.parse_args(words)
    seeds = range(asked.start, asked.start + asked.seeds)
    print(f"seeds {seeds[0]} to {seeds[-1]}")
    record = records.Record(seeds, asked.processes)
    for done in campaign(seeds, asked.steps, asked.processes):
        record.add(done.outcomes, done.cpu_s)
        for outcome in done.outcomes:
            if outcome.violation:
                _tell(outcome)
    record.write(RESULTS)
    print(record)
    return 1 if record.violations else 0


def _start(word: str) -> int:
    """`any` is another place each time: it is printed, and its seeds replay by their numbers."""
    return random.SystemRandom().randrange(_FARTHEST) if word == "any" else int(word)


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
