"""Digits typed on the register: a quantity for the next article, or with Enter a code."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from pos_app.domain.money import ONE, Qty

_MOST_PIECES = 5
_MOST = 48
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class TypedCode:
    """Keeps what was typed; `on_qty` hears the quantity it is so far, `on_code` a finished code."""

    def __init__(
        self, on_qty: Callable[[Qty | None], object], on_code: Callable[[str], object]
    ) -> None:
        self._on_qty, self._on_code = on_qty, on_code
        self._text = ""

    @property
    def text(self) -> str:
        return self._text

    @property
    def is_quantity(self) -> bool:
        """What was typed is short enough to be one."""
        return len(self._text) <= _MOST_PIECES

    def forget(self) -> None:
        """Somebody else used or dropped the quantity."""
        self._text = ""

    def take_key(self, event: QKeyEvent) -> bool:
        """Use a digit, ⌫, or Enter and Esc while something is typed; False for any other key."""
        text, key = event.text(), event.key()
        if text.isdecimal() and text.isascii():
            self._become((self._text + text)[:_MOST])
        elif not self._text:
            return False
        elif key == Qt.Key.Key_Backspace:
            self._become(self._text[:-1])
        elif key == Qt.Key.Key_Escape:
            self._become("")
        elif key in _ENTER:
            code = self._text
            self._become("")
            self._on_code(code)
        else:
            return False
        event.accept()
        return True

    def _become(self, text: str) -> None:
        self._text = text
        whole = int(text or "0")
        self._on_qty(whole * ONE if whole and len(text) <= _MOST_PIECES else None)
