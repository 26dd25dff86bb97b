"""The one number pad: amounts, quantities and PINs, by finger or by hardware keys."""

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton

BACKSPACE: Final = "backspace"
CLEAR: Final = "clear"
ENTER: Final = "enter"
_CALCULATOR: Final = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("0", "00", BACKSPACE))
_TELEPHONE: Final = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), (CLEAR, "0", BACKSPACE))


class PadOrder(StrEnum):
    AMOUNT = "amount"
    """7-8-9 on top, with 00: amounts and quantities."""
    PIN = "pin"
    """1-2-3 on top, like a card terminal."""


class NumberPad(QWidget):
    """Tells which digits were pressed; the field that shows them keeps the value.

    Keys fire on press. It is never mirrored. `take_key` gives it hardware keys at any time.
    """

    typed = Signal(str)
    """One or two digits."""
    erased = Signal()
    """The last digit goes."""
    cleared = Signal()
    entered = Signal()

    def __init__(
        self,
        order: PadOrder = PadOrder.AMOUNT,
        enter_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`enter_text` labels a wide ⏎ key under the digits; without it there is none."""
        super().__init__(parent)
        self._order = order
        self._keys: dict[str, TouchButton] = {}
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(u(SIZES["edge"]))
        rows = _CALCULATOR if order is PadOrder.AMOUNT else _TELEPHONE
        for row, names in enumerate(rows):
            for column, name in enumerate(names):
                grid.addWidget(self._key(name), row, column)
        if enter_text:
            grid.addWidget(self._key(ENTER, enter_text), len(rows), 0, 1, 3)
        self.set_key_size(SIZES["key"])

    def key(self, name: str) -> TouchButton:
        """The button of a digit, 00, backspace, clear or enter."""
        return self._keys[name]

    def set_key_size(self, side: int) -> None:
        """Side of a key in u: 80, or 72 in the compact class. PIN keys are wider than tall."""
        wide = max(side, SIZES["key_pin_wide"]) if self._order is PadOrder.PIN else side
        for name, key in self._keys.items():
            if name == ENTER:
                key.setFixedHeight(u(side))
            else:
                key.setFixedSize(QSize(u(wide), u(side)))

    def take_key(self, event: QKeyEvent) -> bool:
        """Use a hardware key; False when it is none of the pad's."""
        text = event.text()
        if text.isdecimal() and text.isascii():
            self._press(text)
        elif event.key() == Qt.Key.Key_Backspace:
            self._press(BACKSPACE)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and ENTER in self._keys:
            if not event.isAutoRepeat():
                self._press(ENTER)
        else:
            return False
        event.accept()
        return True

    def _press(self, name: str) -> None:
        self._keys[name].fire()

    def _key(self, name: str, text: str = "") -> TouchButton:
        icons = {BACKSPACE: "backspace", ENTER: "enter"}
        label = text or {CLEAR: self.tr("Clear"), BACKSPACE: ""}.get(name, name)
        type_ = "strong" if name in {CLEAR, ENTER} else "pad"
        key = TouchButton(
            label, Kind.SECONDARY, icons.get(name, ""), type_=type_, on_press=True, repeats=True
        )
        if name in icons:
            key.set_icon(icons[name], "icon_large" if name == BACKSPACE else "icon")
        spoken = {BACKSPACE: self.tr("Delete last digit"), CLEAR: self.tr("Clear")}
        key.setAccessibleName(spoken.get(name, label))
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        key.tapped.connect(lambda: self._tell(name))
        self._keys[name] = key
        return key

    def _tell(self, name: str) -> None:
        signal = {BACKSPACE: self.erased, CLEAR: self.cleared, ENTER: self.entered}.get(name)
        if signal is None:
            self.typed.emit(name)
        else:
            signal.emit()


class Digits:
    """The digits typed so far as a whole number: minor units of an amount, or pieces.

    Decimals are fixed: typing 1 2 5 0 in a currency of two digits is 12.50. Digits that would
    make the number longer than `most` are refused.
    """

    def __init__(self, most: int = 9) -> None:
        self._most = most
        self._text = ""

    @property
    def value(self) -> int:
        return int(self._text or "0")

    @property
    def is_empty(self) -> bool:
        return not self._text

    def set(self, value: int) -> None:
        self._text = str(value) if value else ""

    def add(self, digits: str) -> bool:
        """False when there is no room for them."""
        text = (self._text + digits).lstrip("0")
        if len(text) > self._most:
            return False
        self._text = text
        return True

    def erase(self) -> None:
        self._text = self._text[:-1]

    def clear(self) -> None:
        self._text = ""
