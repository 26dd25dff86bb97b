"""Chips of which one is chosen, wrapped into as many lines as they need."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.text import TextLabel


class ChipFlow(QWidget):
    """`texts` maps what is chosen to what the chip says; a name stands before the first."""

    def __init__(
        self,
        name: str,
        texts: Sequence[tuple[str, str]],
        chosen: str,
        on_choose: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_choose = on_choose
        self._name = TextLabel(name, "body", "soft")
        self._name.setParent(self)
        self._chips: dict[str, TouchButton] = {}
        for key, text in texts:
            chip = self._chips[key] = TouchButton(text, Kind.CHIP, parent=self)
            chip.tapped.connect(lambda key=key: self.choose(key))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.mark(chosen)

    @property
    def chosen(self) -> str:
        """The key of the chosen chip; empty when none is."""
        return next((key for key, chip in self._chips.items() if chip.isChecked()), "")

    def choose(self, key: str) -> None:
        """Choose one and tell it; the one chosen before goes back."""
        self.mark(key)
        self._on_choose(key)

    def chip(self, key: str) -> TouchButton:
        return self._chips[key]

    def mark(self, key: str) -> None:
        """Show one as chosen without telling it; an unknown key means none."""
        for name, chip in self._chips.items():
            chip.setChecked(name == key)

    def _flow(self, width: int, *, place: bool) -> int:
        """Place the chips in lines of so many pixels, or only say how tall they stand."""
        gap, tall = u(SIZES["edge"]), u(SIZES["standard"])
        start = self._name.sizeHint().width() + u(16) if self._name.text() else 0
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x, y = start, 0
        if place:
            left = width - start if rtl else 0
            self._name.setGeometry(left, 0, start, tall)
        for chip in self._chips.values():
            if chip.isHidden():
                continue
            wide = chip.sizeHint().width()
            if x > start and x + wide > width:
                x, y = start, y + tall + gap
            if place:
                chip.setGeometry(width - x - wide if rtl else x, y, wide, tall)
            x += wide + gap
        return y + tall

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._flow(width, place=False)

    def sizeHint(self) -> QSize:
        return QSize(u(480), self._flow(max(self.width(), u(480)), place=False))

    def minimumSizeHint(self) -> QSize:
        return QSize(u(SIZES["danger_wide"]), u(SIZES["standard"]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._flow(self.width(), place=True)
