"""The whole till as it runs in a shop, in a window nobody sees, with no central to talk to."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication

from pos_app.app import TillApp, new_application
from pos_app.config import Config
from pos_app.services.till import Till
from pos_app.ui.main_window import SELL
from pos_app.ui.selling.line_list import LineList
from tests.perf.sales import JANA

NOBODY = "http://127.0.0.1:9"
SIZE = (1366, 768)
PATIENCE_S = 30.0


class Painted:
    """Notes how many rows the basket had when its last row was painted last."""

    def __init__(self) -> None:
        self.rows = 0

    def watch(self) -> None:
        """From now on every LineList tells; call before the first one is made."""
        paint = LineList.paintEvent

        def paint_event(view: LineList, event: QPaintEvent) -> None:
            paint(view, event)
            count = view.rows.rowCount()
            if count and event.region().intersects(view.cell(count - 1)):
                self.rows = count

        LineList.paintEvent = paint_event  # type: ignore[method-assign, assignment]


class BenchTill:
    """A signed-in till with an open shift and the register in front."""

    def __init__(self, app: QApplication, face: TillApp, painted: Painted) -> None:
        self.app, self.face, self.painted = app, face, painted

    @property
    def till(self) -> Till:
        assembly = self.face.assembly
        if assembly is None or assembly.till is None:
            raise RuntimeError("the till is not put together")
        return assembly.till

    @property
    def lines(self) -> LineList:
        """The basket on the screen."""
        found = self.face.window.findChild(LineList)
        if found is None:
            raise RuntimeError("the register shows no basket")
        return found

    def settle(self) -> None:
        """Let everything that is due happen."""
        for _ in range(5):
            self.app.processEvents()

    def until(self, is_true: Callable[[], bool]) -> None:
        """Turn the event loop until it is."""
        end = time.monotonic() + PATIENCE_S
        while not is_true():
            self.app.processEvents()
            if time.monotonic() > end:
                raise TimeoutError("the till did not get there")


@contextmanager
def bench_till(data_dir: Path, size: tuple[int, int] = SIZE) -> Iterator[BenchTill]:
    """Start it, sign Jana in, open a shift; closed at the end with an empty basket."""
    painted = Painted()
    painted.watch()
    app = new_application()
    face = TillApp(app, Config(data_dir, server_url=NOBODY))
    ready: list[bool] = []
    face.ready.connect(lambda: ready.append(True))
    bench = BenchTill(app, face, painted)
    try:
        face.show(*size)
        bench.until(lambda: bool(ready))
        face.window.windowHandle().requestActivate()
        bench.until(face.window.isActiveWindow)
        bench.till.sign_in(JANA)
        if bench.till.shift is None:
            bench.till.open_shift(10_000)
        bench.till.void_basket()
        face.window.show_place(SELL)
        bench.settle()
        yield bench
        bench.till.void_basket()
    finally:
        face.close()


def post_keys(target: QObject, text: str) -> None:
    """Press and release every key of a wedge, one after the other, into the event queue."""
    for char in text:
        post_key(target, char, QEvent.Type.KeyPress)
        post_key(target, char, QEvent.Type.KeyRelease)


def post_key(target: QObject, char: str, kind: QEvent.Type, at_ms: int = 0) -> None:
    """One key going down or up; with `at_ms` it carries the time stamp of a window system."""
    event = QKeyEvent(kind, _key(char), Qt.KeyboardModifier.NoModifier, char)
    event.setTimestamp(at_ms)
    QCoreApplication.postEvent(target, event)


@cache
def _key(char: str) -> Qt.Key:
    return Qt.Key.Key_Return if char == "\r" else Qt.Key(ord(char.upper()))
