"""A row of chips of which at most one is chosen: reasons, filters, themes."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton


class ChipRow(QWidget):
    """`chosen` comes with the text of the chip now chosen."""

    chosen = Signal(str)

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(u(8))
        self._chips = {text: TouchButton(text, Kind.CHIP) for text in texts}
        for text, chip in self._chips.items():
            chip.tapped.connect(partial(self._choose, text))
            row.addWidget(chip)
        row.addStretch(1)

    @property
    def text(self) -> str:
        """Of the chosen chip; empty when none is."""
        return next((text for text, chip in self._chips.items() if chip.isChecked()), "")

    def chip(self, text: str) -> TouchButton:
        return self._chips[text]

    def set_chosen(self, text: str) -> None:
        """Show it as chosen without telling anybody."""
        for name, chip in self._chips.items():
            chip.setChecked(name == text)

    def _choose(self, text: str) -> None:
        self.set_chosen(text)
        self.chosen.emit(text)
