"""make bench: every figure of the till beside its floor, measured in the same run.

Each group runs in a process of its own, so that none finds the memory or the threads of another.
Exit code 0 whatever was measured: a bench tells, it does not judge.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.perf import report
from tests.perf.groups import GROUPS, Group, named
from tests.perf.measure import Result

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "build" / "bench"
RESULTS = ROOT / "build" / "bench.json"


def main(words: Sequence[str] | None = None) -> int:
    """Print the table as it comes; a name nobody knows is one sentence and exit code 2."""
    names = [row for group in GROUPS for row in group.rows]
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", choices=["", *names], metavar="NAME")
    parser.add_argument("--rounds", type=int, default=0, help="instead of each one's own")
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    groups = named(options.only)
    DATA.mkdir(parents=True, exist_ok=True)
    if options.here:
        group = groups[0]
        report.write(group.run(DATA, options.rounds or group.rounds), options.here)
        return 0
    _say(f"{os.cpu_count()} cores, load {_load()}\n{report.HEAD}")
    for group in groups:
        rows = _measured(group, options.rounds)
        report.write(rows, RESULTS)
        for row in rows:
            _say(report.line(row))
    _say(f"written to {RESULTS}")
    return 0


def _measured(group: Group, rounds: int) -> list[Result]:
    """The rows of one group, and how busy the machine was meanwhile."""
    before = _load()
    with TemporaryDirectory() as folder:
        found = Path(folder) / "rows.json"
        command = [
            sys.executable,
            "-m",
            "tests.perf",
            "--only",
            group.rows[0],
            "--here",
            str(found),
        ]
        done = subprocess.run(
            [*command, "--rounds", str(rounds)], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        rows = report.rows_in(found)
    if not rows:
        log = DATA / f"{group.rows[0]}.log"
        log.write_text(done.stderr, encoding="utf-8")
        why = f"not measured (exit code {done.returncode}): {log.relative_to(ROOT)} says why"
        rows = [Result(name, "", None, None, None, None, "", False, why) for name in group.rows]
    load = f"load {before}-{_load()}"
    return [replace(row, note=f"{row.note}; {load}" if row.note else load) for row in rows]


def _load() -> str:
    """How many processes want a core, where the system says."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
