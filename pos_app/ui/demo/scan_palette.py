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
        grid = QGridLayout(self)
        grid.setContentsMargins(u(12), u(12), u(12), u(12))
        grid.setSpacing(u(8))
        for place, (name, code) in enumerate(codes):
            button = TouchButton(name, Kind.SECONDARY, "scan")
            button.setAccessibleDescription(code)
            button.tapped.connect(partial(send, code))
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
