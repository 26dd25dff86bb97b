"""Fingers, keys and scanners for tests: real events, sent where the window system sends them."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget


def tap(widget: QWidget) -> None:
    """A finger down and up in the middle."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def key(window: QWidget, which: Qt.Key | str) -> None:
    """A key of the keyboard, to whatever has the focus."""
    _send(window, which)


def type_text(window: QWidget, text: str, gap_ms: int = 90) -> None:
    """A person typing: 12 keys a second at the fastest."""
    for sign in text:
        _send(window, sign)
        QTest.qWait(gap_ms)


def wedge(window: QWidget, code: str) -> None:
    """A keyboard-wedge scanner: a burst of keys ended by Enter."""
    for sign in code:
        _send(window, sign)
    _send(window, Qt.Key.Key_Return)


def ctrl(window: QWidget, which: Qt.Key) -> None:
    """A shortcut, as for pasting."""
    QTest.keyClick(window.windowHandle(), which, Qt.KeyboardModifier.ControlModifier)


def _send(window: QWidget, which: Qt.Key | str) -> None:
    # the stubs have the overload for a char as int
    QTest.keyClick(window.windowHandle(), which)  # type: ignore[arg-type]
