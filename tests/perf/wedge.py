"""wedge_200: a scanner and a typist at one keyboard, in real time, with the caret in a text field.

Four scans a second and a person's key between them. Nothing is compared with a floor: what counts
is that every scan is a unit in the basket and that the field holds what the person typed. Keys wait
in the queue with the time at which they were pressed, as those of a window system do.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent

from pos_app.domain.money import ONE
from pos_app.ui.screens.register import RegisterScreen
from tests.perf.bench_till import BenchTill, bench_till, post_key
from tests.perf.goods import ean13
from tests.perf.measure import Result, quantile
from tests.perf.shop import till_with

PERIOD_MS = 250
KEY_MS = 6
"""Between two keys of the scanner."""
PERSON_MS, HELD_MS = 190, 50
"""When in the period the person's key goes down: well away from the scans before and after."""
ARTICLES = 8
TYPED = "zlutoucky kun pel "
REST_MS = 1000


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key going down or up, so many milliseconds after the start."""

    at_ms: int
    char: str
    kind: QEvent.Type
    ends_scan: bool = False


def wedge_200(folder: Path, rounds: int) -> list[Result]:
    """`rounds` scans; takes a quarter of a second for each."""
    typed = "".join(TYPED[number % len(TYPED)] for number in range(rounds))
    with bench_till(till_with(100_000, folder)) as bench:
        register = bench.face.window.findChild(RegisterScreen)
        if register is None:
            raise RuntimeError("there is no register")
        register.ask_search()
        field = register.questions.search.field
        bench.until(field.hasFocus)
        waits = _play(bench, list(_strokes(rounds)))
        units, found = _units(bench), field.text()
    return [_result(rounds, units, typed, found, waits)]


def _strokes(rounds: int) -> Iterator[Stroke]:
    for number in range(rounds):
        begin = number * PERIOD_MS
        for place, char in enumerate(ean13(number % ARTICLES) + "\r"):
            at_ms = begin + place * KEY_MS
            yield Stroke(at_ms, char, QEvent.Type.KeyPress, char == "\r")
            yield Stroke(at_ms + KEY_MS // 2, char, QEvent.Type.KeyRelease)
        letter = TYPED[number % len(TYPED)]
        yield Stroke(begin + PERSON_MS, letter, QEvent.Type.KeyPress)
        yield Stroke(begin + PERSON_MS + HELD_MS, letter, QEvent.Type.KeyRelease)


def _play(bench: BenchTill, strokes: list[Stroke]) -> list[float]:
    """Milliseconds from each scan's last key to its unit in the basket."""
    start, end = time.monotonic(), strokes[-1].at_ms + REST_MS
    coming, ended, waits = iter(strokes), list[int](), list[float]()
    following = next(coming, None)
    while (now := (time.monotonic() - start) * 1000) < end:
        while following is not None and following.at_ms <= now:
            target = bench.app.focusWidget() or bench.face.window
            post_key(target, following.char, following.kind, following.at_ms + 1)
            if following.ends_scan:
                ended.append(following.at_ms)
            following = next(coming, None)
        bench.app.processEvents()
        done = min(_units(bench), len(ended))
        now = (time.monotonic() - start) * 1000
        waits += [now - ended[number] for number in range(len(waits), done)]
        time.sleep(0.0005)
    return waits


def _units(bench: BenchTill) -> int:
    return sum(line.qty for line in bench.till.basket.lines) // ONE


def _result(scans: int, units: int, typed: str, found: str, waits: list[float]) -> Result:
    is_unchanged = found == typed
    words = "as typed" if is_unchanged else f"{found!r} instead of {typed!r}"
    return Result(
        "wedge_200",
        "ms",
        round(quantile(waits, 0.5), 3),
        round(quantile(waits, 0.99), 3),
        None,
        None,
        f"{scans} scans, {scans} units, the field as typed",
        units == scans and is_unchanged,
        f"{units} units, field {words}; times are last key to booked line",
    )
