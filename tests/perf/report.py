"""What `make bench` prints and writes: a line for each row as it comes, and build/bench.json."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.perf.measure import Result

HEAD = f"{'name':18} {'p50':>9} {'p99':>9} {'floor':>9} {'ratio':>6}  met  target"


def line(row: Result) -> str:
    """One row of the table; what is worth knowing about it follows below."""
    text = (
        f"{row.name:18} {_figure(row.p50, 9)} {_figure(row.p99, 9)} {_figure(row.floor_p50, 9)}"
        f" {_figure(row.ratio, 6, 2)}  {'yes' if row.met else 'NO ':3}  {row.target} ({row.unit})"
    )
    return f"{text}\n{'':20}{row.note}" if row.note else text


def _figure(value: float | None, width: int, digits: int = 3) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:{width}.{digits}f}"


def rows_in(path: Path) -> list[Result]:
    """What a file of results holds; nothing, where there is none."""
    if not path.exists():
        return []
    return [Result(**row) for row in json.loads(path.read_text(encoding="utf-8"))]


def write(results: Sequence[Result], path: Path) -> None:
    """Merge into the file by name, so that one measurement can be repeated alone."""
    fresh = {row.name: row for row in results}
    old = rows_in(path)
    merged = [fresh.pop(row.name, row) for row in old] + list(fresh.values())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(row) for row in merged], indent=1) + "\n", encoding="utf-8")
