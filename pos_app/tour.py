"""The tour: a first sale played offscreen through real events, checked at every step."""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def play(out: Path | None, catalog: Path | None) -> int:
    """Play it, say each step with its time, and return 0 only when everything was verified."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    folder = out or Path(tempfile.mkdtemp(prefix="omnitill-tour-"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(f"omnitill: no pictures can be put there: {error}\n")
        return 1
    from pos_app.tour_steps import FAILURES, Tour

    _say(f"Pictures and receipt go to {folder}")
    with (
        tempfile.TemporaryDirectory(prefix="omnitill-shop-") as shop,
        Tour(Path(shop), folder, catalog, _say) as tour,
    ):
        for number, (name, step) in enumerate(tour.steps(), 1):
            began = time.monotonic()
            try:
                found = step()
            except FAILURES as error:
                _say(f"{number:2d}  {name:44} FAILED: {error}")
                tour.last_picture()
                return 1
            _say(_line(number, name, time.monotonic() - began, found))
    _say(f"Everything was verified: {folder}")
    return 0


def _line(number: int, name: str, took_s: float, found: Any) -> str:
    return f"{number:2d}  {name:44} {took_s:6.2f} s  ok  {found or ''}".rstrip()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
