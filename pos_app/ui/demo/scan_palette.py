"""A scanner to press: each button sends its code over the same serial line a device would."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton

_COLUMNS = 2


class ScanPalette(QWidget):
    """`codes` are (what it is, code); `send` gets the code and must not block for long."""

    def __init__(self, codes: Sequence[tuple[str, str]], send: Callable[[str], object]) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Scanner (virtual)"))
        self.setProperty("pane", "app")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # a click here must not take the keyboard away from the till
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setWindowFlag(Qt.WindowType.WindowDoesNotAcceptFocus)
        self._send = send
        self._codes: list[tuple[str, str]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(u(12), u(12), u(12), u(12))
        self._grid.setSpacing(u(8))
        self.set_codes(codes)

    def set_codes(self, codes: Sequence[tuple[str, str]]) -> None:
        """Other buttons, as when the catalogue has come in."""
        if list(codes) == self._codes:
            return
        self._codes = list(codes)
        for button in self.findChildren(TouchButton):
            self._grid.removeWidget(button)
            button.deleteLater()
        for place, (name, code) in enumerate(codes):
            button = TouchButton(name, Kind.SECONDARY, "scan")
            button.setAccessibleDescription(code)
            button.tapped.connect(partial(self._send, code))
            self._grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
        self.adjustSize()
