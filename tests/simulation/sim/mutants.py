"""make mutants: plant each fault of the bug bank and see which seed notices it first."""

import argparse
import json
import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.simulation.sim import (
    faults_of_central,
    faults_of_groups,
    faults_of_holds,
    faults_of_permits,
    faults_of_tills,
)
from tests.simulation.sim.bug_bank import MUTANTS, planted
from tests.simulation.sim.campaign import campaign, stage
from tests.simulation.sim.seed import STEPS

RESULTS = Path(__file__).resolve().parents[3] / "build" / "mutants.json"
WITHIN = 200
LEAST = 25
"""So many mutants at least, each caught within so many seeds."""
BANK = (faults_of_tills, faults_of_central, faults_of_groups, faults_of_holds, faults_of_permits)
"""Imported for what they enter into the bank."""
_OUTDATED = (AttributeError, ImportError, NameError, TypeError)
"""What a mutant breaks down with that no longer fits the program: nothing was caught then."""


@dataclass(frozen=True, slots=True)
class Caught:
    """`seed` is None when no seed noticed anything, `seeds` is how many were played."""

    name: str
    story: str
    seed: int | None
    seeds: int
    by: str


@dataclass(frozen=True, slots=True)
class Hunt:
    """One mutant, and the seeds that are played until one notices it."""

    name: str
    seeds: tuple[int, ...]

    def run(self) -> Caught:
        story = MUTANTS[self.name].story
        with stage() as here, planted(self.name):
            for played, seed in enumerate(self.seeds, 1):
                try:
                    by = here.play(seed).violation
                except _OUTDATED:
                    raise
                except Exception as error:  # noqa: BLE001 a program that breaks down is noticed too
                    last = traceback.extract_tb(error.__traceback__)[-1]
                    by = f"{type(error).__name__} in {last.name}: {error}"
                if by:
                    return Caught(self.name, story, seed, played, by)
        return Caught(self.name, story, None, len(self.seeds), "")


def run(hunt: Hunt) -> Caught:
    """In another process; says which mutant it was that does not fit the program any more."""
    try:
        return hunt.run()
    except _OUTDATED as error:
        error.add_note(f"the mutant {hunt.name} does not fit the program any more")
        words = "".join(traceback.format_exception(error))
        return Caught(hunt.name, MUTANTS[hunt.name].story, None, 0, f"OUTDATED {words}")


def noisy(seeds: range, processes: int) -> dict[int, str]:
    """Seeds that break an invariant without any mutant: noticing one there would mean nothing."""
    portions = campaign(seeds, STEPS, processes)
    return {it.seed: it.violation for one in portions for it in one.outcomes if it.violation}


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--only", default="", help="names of mutants, parted by commas")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    asked = parser.parse_args(words)
    names, begun = asked.only.split(",") if asked.only else list(MUTANTS), time.monotonic()
    aside = noisy(range(WITHIN), asked.processes)
    for seed, violation in sorted(aside.items()):
        print(f"seed {seed} is left out, it breaks without any mutant: {violation[:120]}")
    seeds = tuple(it for it in range(WITHIN) if it not in aside)
    print(f"{len(seeds)} seeds are clean without a mutant ({time.monotonic() - begun:.0f} s)")
    print(f"{len(names)} mutants\n{'mutant':34} {'seeds':>5}  noticed by")
    found = list(_hunted([Hunt(name, seeds) for name in names], asked.processes))
    missed = [it.name for it in found if it.seed is None]
    seconds = time.monotonic() - begun
    print(f"{len(found) - len(missed)} of {len(found)} caught in {seconds:.0f} s")
    if not asked.only:
        _write(found, aside, seconds)
    return 1 if missed or aside else 0


def _hunted(hunts: Sequence[Hunt], processes: int) -> Iterable[Caught]:
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for it in pool.imap_unordered(run, hunts):
            needed = "-" if it.seed is None else str(it.seeds)
            print(f"{it.name:34} {needed:>5}  {it.by[:90] or 'NOTHING: a hole in the harness'}")
            sys.stdout.flush()
            yield it


def _write(found: Sequence[Caught], aside: dict[int, str], seconds: float) -> None:
    missed = [it.name for it in found if it.seed is None]
    content = {
        "mutants": len(found),
        "caught": len(found) - len(missed),
        "missed": missed,
        "clean_seeds": WITHIN - len(aside),
        "left_out": {str(seed): words for seed, words in sorted(aside.items())},
        "seconds": round(seconds, 1),
        "load": round(os.getloadavg()[0], 2),
        "target": f"at least {LEAST}, each caught within {WITHIN} seeds",
        "met": not missed and not aside and len(found) >= LEAST,
        "table": [asdict(it) for it in sorted(found, key=lambda it: it.seeds)],
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
