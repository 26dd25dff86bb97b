"""scan_100k, scan_1m: the last key of a scan to its painted row, on the real register."""

import random
import time
from dataclasses import replace
from pathlib import Path

from tests.perf.bench_till import BenchTill, bench_till, post_keys
from tests.perf.goods import ean13
from tests.perf.measure import Result, compared, quantile
from tests.perf.shop import till_with

BASKET = 50
"""Lines before the next customer."""
WARM_UP = 20
FRAME_MS = 16.7
LOST_S = 10.0


class Times:
    """Milliseconds of wall clock, and of processor time of the thread that paints."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def add(self, wall_s: float, cpu_s: float) -> None:
        self.wall.append(wall_s * 1000)
        self.cpu.append(cpu_s * 1000)

    def after_warm_up(self) -> "Times":
        warm = Times()
        warm.wall, warm.cpu = self.wall[WARM_UP:], self.cpu[WARM_UP:]
        return warm


def scan(name: str, count: int, folder: Path, rounds: int) -> list[Result]:
    """The clock runs from the last key, Enter, to the end of the pass of the event loop that painted.

    The digits before it are posted first and timed apart: a scanner sends them one by one.
    """
    articles = random.Random(3).sample(range(count), rounds + WARM_UP)
    ours, digits, floor = Times(), Times(), Times()
    with bench_till(till_with(count, folder)) as bench:
        for number, article in enumerate(articles):
            if number % BASKET == 0:
                bench.till.void_basket()
            bench.settle()
            _scan(bench, ean13(article), digits, ours)
            bench.settle()
            _repaint(bench, floor)
    return [_result(name, *(it.after_warm_up() for it in (ours, digits, floor)))]


def _scan(bench: BenchTill, code: str, digits: Times, ours: Times) -> None:
    want = len(bench.till.basket.lines) + 1
    target = bench.app.focusWidget() or bench.face.window
    bench.painted.rows = 0
    cpu, start = time.thread_time(), time.perf_counter()
    post_keys(target, code)
    bench.app.processEvents()
    digits.add(time.perf_counter() - start, time.thread_time() - cpu)
    cpu, start = time.thread_time(), time.perf_counter()
    post_keys(target, "\r")
    while bench.painted.rows < want:
        bench.app.processEvents()
        if time.perf_counter() - start > LOST_S:
            raise TimeoutError(f"{code} was never painted")
    ours.add(time.perf_counter() - start, time.thread_time() - cpu)


def _repaint(bench: BenchTill, floor: Times) -> None:
    """Nothing happens but the whole list is painted again."""
    viewport = bench.lines.viewport()
    cpu, start = time.thread_time(), time.perf_counter()
    viewport.repaint()
    floor.add(time.perf_counter() - start, time.thread_time() - cpu)


def _result(name: str, ours: Times, digits: Times, floor: Times) -> Result:
    found = compared(name, ours.wall, floor.wall, 2.0)
    wall_p99, cpu_p99 = quantile(ours.wall, 0.99), quantile(ours.cpu, 0.99)
    cpu_ratio = cpu_p99 / quantile(floor.cpu, 0.5)
    burst = quantile([sum(it) for it in zip(digits.wall, ours.wall, strict=True)], 0.5)
    return replace(
        found,
        target=f"p50 <= 2 x repaint, CPU p99 <= 3 x repaint, wall p99 <= {FRAME_MS} ms when quiet",
        met=found.met and cpu_ratio <= 3 and wall_p99 <= FRAME_MS,
        note=f"CPU p50 {quantile(ours.cpu, 0.5):.2f} p99 {cpu_p99:.2f} ms = {cpu_ratio:.2f} x;"
        f" all 14 keys posted at once {burst:.2f} ms",
    )
