"""make mutants: plant each fault of the bug bank and see which seed notices it first."""

import argparse
import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.perf import report
from tests.perf.measure import Result
from tests.simulation.sim import faults_of_central, faults_of_holds, faults_of_tills
from tests.simulation.sim.bug_bank import MUTANTS, planted
from tests.simulation.sim.campaign import stage

RESULTS = Path(__file__).resolve().parents[3] / "build" / "mutants.json"
WITHIN = 200
BANK = (faults_of_tills, faults_of_central, faults_of_holds)
"""Imported for what they enter into the bank."""


@dataclass(frozen=True, slots=True)
class Caught:
    """`seed` is None when no seed noticed anything."""

    name: str
    seed: int | None
    by: str


def hunt(name: str, start: int = 0, within: int = WITHIN) -> Caught:
    """Play seeds against one mutant until an invariant breaks."""
    with stage() as here, planted(name):
        for seed in range(start, start + within):
            try:
                outcome = here.play(seed)
            except Exception as error:  # noqa: BLE001 a program that breaks down is noticed too
                last = traceback.extract_tb(error.__traceback__)[-1]
                return Caught(name, seed, f"{type(error).__name__} in {last.name}")
            if outcome.violation:
                return Caught(name, seed, outcome.violation)
    return Caught(name, None, "")


def is_sound() -> bool:
    """Without any mutant nothing may be noticed, or the table would mean nothing."""
    with stage() as here:
        return not any(here.play(seed).violation for seed in range(3))


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--only", default="", choices=["", *MUTANTS])
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    asked = parser.parse_args(words)
    names, begun = [asked.only] if asked.only else list(MUTANTS), time.monotonic()
    print(f"{len(names)} mutants\n{'mutant':34} {'seeds':>5}  noticed by")
    if not is_sound():
        print("the program breaks invariants without any mutant: see make simulate")
        return 1
    found = []
    with multiprocessing.get_context("spawn").Pool(asked.processes) as pool:
        for caught in pool.imap(hunt, names):
            found.append(caught)
            needed = "-" if caught.seed is None else str(caught.seed + 1)
            print(
                f"{caught.name:34} {needed:>5}  {caught.by[:90] or 'NOTHING: a hole in the harness'}"
            )
            sys.stdout.flush()
    missed = [it.name for it in found if it.seed is None]
    print(f"{len(found) - len(missed)} of {len(found)} caught in {time.monotonic() - begun:.0f} s")
    if not asked.only:
        report.write([_result(found, missed)], RESULTS)
    return 1 if missed else 0


def _result(found: list[Caught], missed: list[str]) -> Result:
    needed = [it.seed + 1 for it in found if it.seed is not None]
    table = "; ".join(f"{it.name} {it.seed} {it.by.partition(':')[0]}" for it in found)
    return Result(
        "mutants",
        "not caught",
        float(len(missed)),
        None,
        None,
        None,
        f"at least 25, each caught within {WITHIN} seeds; the last needed {max(needed, default=0)}",
        not missed and len(found) >= 25,
        table,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
