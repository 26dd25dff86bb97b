"""What a campaign came to, in words and as JSON: seeds, steps, faults by kind, violations, time."""

import json
import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.simulation.sim.seed import Outcome

LIMIT_S = 300.0
"""For 2,000 seeds on two cores (protocol.md 10.4)."""


class Record:
    """Grows while a campaign runs."""

    def __init__(self, seeds: range, processes: int) -> None:
        self.seeds, self.processes = seeds, processes
        self.violations: dict[int, str] = {}
        self.faults = Counter[str]()
        self.steps = self.sales = 0
        self.cpu_s = 0.0
        self._begun, self._load = time.monotonic(), os.getloadavg()[0]

    def add(self, outcomes: Sequence[Outcome], cpu_s: float) -> None:
        """Some more seeds, and the processor time they took."""
        self.cpu_s += cpu_s
        for it in outcomes:
            self.steps += it.steps
            self.sales += it.sales
            self.faults.update({_kind(name): count for name, count in it.faults.items()})
            if it.violation:
                self.violations[it.seed] = it.violation

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun

    def write(self, path: Path) -> None:
        """`load` is what the machine was busy with before us, and at the end with us."""
        count, seconds = len(self.seeds), self.seconds
        found = {
            "seeds": count,
            "first": self.seeds[0],
            "last": self.seeds[-1],
            "steps": self.steps,
            "steps_per_seed": round(self.steps / count, 1),
            "sales": self.sales,
            "faults": dict(self.faults.most_common()),
            "violations": {str(seed): words for seed, words in sorted(self.violations.items())},
            "processes": self.processes,
            "seconds": round(seconds, 1),
            "cpu_seconds": round(self.cpu_s, 1),
            "cpu_seconds_per_seed": round(self.cpu_s / count, 3),
            "load": [round(self._load, 2), round(os.getloadavg()[0], 2)],
            "target": f"0 violations; 2,000 seeds in {LIMIT_S:.0f} s",
            "met": not self.violations and seconds * 2000 / count <= LIMIT_S,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")

    def __str__(self) -> str:
        count = len(self.seeds)
        lines = [
            f"{count} seeds from {self.seeds[0]} in {self.seconds:.0f} s: {self.steps} steps,"
            f" {self.sales} sales, {self.faults.total()} faults;"
            f" {len(self.violations)} violations",
            f"{self.cpu_s:.0f} s of processor, {self.cpu_s / count:.2f} for each seed of"
            f" {self.steps / count:.0f} steps",
            *(f"  {times:>8} {name}" for name, times in self.faults.most_common()),
        ]
        return "\n".join(lines)


def _kind(fault: str) -> str:
    """A fault without the name of the machine."""
    return " ".join(word for word in fault.split() if not word.startswith("s-") and word != "of")
