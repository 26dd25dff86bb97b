"""Minus, a number, plus: the quantity for what is chosen next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.text import TextLabel

_MOST = 999


class Stepper(QWidget):
    """Whole pieces, from one up. Digits typed on the keyboard replace the number."""

    changed = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count, self._typing = 1, False
        self._number = TextLabel("1", "title")
        self._number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._number.setMinimumWidth(u(SIZES["standard"]))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(u(SIZES["edge"]))
        row.addWidget(TextLabel(name, "body", "soft"))
        row.addWidget(self._button("minus", self.tr("One less"), -1))
        row.addWidget(self._number)
        row.addWidget(self._button("plus", self.tr("One more"), 1))

    @property
    def count(self) -> int:
        return self._count

    def set_count(self, count: int) -> None:
        self._count = max(1, min(count, _MOST))
        self._number.setText(str(self._count))
        self.changed.emit(self._count)

    def restart(self, count: int = 1) -> None:
        """The next digit starts a new number."""
        self._typing = False
        self.set_count(count)

    def take_key(self, event: QKeyEvent) -> bool:
        """Use a digit, + or −; False when the key is none of these."""
        text = event.text()
        if text in {"+", "-"}:
            self.set_count(self._count + (1 if text == "+" else -1))
        elif text.isdecimal() and text.isascii():
            self.set_count(int(f"{self._count if self._typing else ''}{text}"))
            self._typing = True
        else:
            return False
        event.accept()
        return True

    def _button(self, icon: str, name: str, step: int) -> TouchButton:
        button = TouchButton("", Kind.SECONDARY, icon, repeats=True)
        button.setAccessibleName(name)
        button.setFixedSize(u(SIZES["standard"]), u(SIZES["standard"]))
        button.tapped.connect(lambda: self.set_count(self._count + step))
        return button
