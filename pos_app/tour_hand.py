"""The hand of the tour: finds what a person would see, and touches it through real Qt events."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

PATIENCE_S = 20.0


class TourFailed(Exception):
    """Something the tour expected did not happen; the message says what."""


class Hand:
    """Touches and types in one window, waits for what should follow, and takes its picture."""

    def __init__(self, window: QWidget, folder: Path) -> None:
        self._window, self._folder = window, folder
        self._pictures = 0

    def until(self, what: str, holds: Callable[[], object], timeout_s: float = PATIENCE_S) -> None:
        """Let the till work until this holds; TourFailed when it does not come true in time."""
        end = time.monotonic() + timeout_s
        while not holds():
            if time.monotonic() > end:
                raise TourFailed(f"waited {timeout_s:.0f} s for {what}")
            QTest.qWait(5)

    def button(self, name: str) -> QAbstractButton | None:
        """A visible button whose accessible name or text begins so."""
        for found in self._window.findChildren(QAbstractButton):
            said = found.accessibleName() or found.text()
            if found.isVisible() and said.casefold().startswith(name.casefold()):
                return found
        return None

    def tap(self, name: str) -> None:
        """Touch a button by what it says."""
        self.until(f"the button {name}", lambda: self.button(name))
        found = self.button(name)
        if found is not None:
            self.touch(found)

    def touch(self, widget: QWidget, at: QPoint | None = None) -> None:
        QTest.mouseClick(
            widget,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            at or widget.rect().center(),
        )

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self._sink(), key)

    def type_slowly(self, text: str) -> None:
        """As a person types: no wedge scanner is that slow."""
        for char in text:
            QTest.keyClicks(self._sink(), char)
            QTest.qWait(90)

    def wedge(self, code: str) -> None:
        """As a keyboard-wedge scanner types: all at once, then Enter."""
        sink = self._sink()
        QTest.keyClicks(sink, code)
        QTest.keyClick(sink, Qt.Key.Key_Return)

    def picture(self, name: str) -> Path:
        """The window as it looks now, numbered."""
        self._pictures += 1
        QTest.qWait(120)  # a pressed look is kept 80 ms so that it is seen
        path = self._folder / f"{self._pictures:02d}-{name}.png"
        if not self._window.grab().save(str(path)):
            raise TourFailed(f"the picture {path} could not be written")
        return path

    def _sink(self) -> QWidget:
        return self._window.focusWidget() or self._window
