"""start_paint, start_ready, memory_idle: whole processes, each beside a bare window."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from tests.perf.measure import Result, quantile

BARE = Path(__file__).with_name("bare_window.py")
AS_INSTALLED = (
    "import runpy, sys; sys.modules.update(rich=None, pygments=None);"
    " runpy.run_module('pos_app', run_name='__main__', alter_sys=True)"
)
"""httpx loads its command line wherever the test tools' rich and pygments are; no shop has these."""


def _spawn(words: list[str]) -> dict[str, float]:
    """Run a program that reports about its own start; the last argument is the moment of spawning."""
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, *words, str(time.monotonic_ns())],
        capture_output=True,
        text=True,
        check=True,
        env=env,
        timeout=60,
    )
    answer: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def measure(data_dir: Path, rounds: int) -> list[Result]:
    """`data_dir` is an enrolled till with a catalogue; nobody signs in, and there is no central."""
    till = ["-c", AS_INSTALLED, "--data-dir", str(data_dir), "--report-start"]
    ours, bare = [], []
    for _ in range(rounds + 1):
        ours.append(_spawn(till))
        bare.append(_spawn([str(BARE)]))
    ours, bare = ours[1:], bare[1:]
    floor_ms = [row["painted_ms"] for row in bare]
    floor_mb = [row["rss_mb"] for row in bare]
    return [
        _row("start_paint", "ms", [row["painted_ms"] for row in ours], floor_ms, 2.2),
        _row("start_ready", "ms", [row["ready_ms"] for row in ours], floor_ms, 4.0),
        _row("memory_idle", "MB", [row["rss_mb"] for row in ours], floor_mb, 3.0),
    ]


def _row(name: str, unit: str, ours: list[float], floor: list[float], limit: float) -> Result:
    ratio = median(ours) / median(floor)
    return Result(
        name,
        unit,
        round(median(ours), 1),
        round(quantile(ours, 0.99), 1),
        round(median(floor), 1),
        round(ratio, 2),
        f"<= {limit} x a bare PySide6 window",
        ratio <= limit,
    )
