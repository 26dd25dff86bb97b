"""One chip for each category of goods; what does not fit is behind More."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton


class CategoryBar(QWidget):
    """The chosen category always has its chip in the bar, whatever fits."""

    chosen = Signal(str)
    more_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._now = ""
        self._chips: dict[str, TouchButton] = {}
        self._more = TouchButton(self.tr("More"), Kind.SECONDARY, "down", self)
        self._more.tapped.connect(self.more_asked)
        self._more.hide()

    @property
    def names(self) -> tuple[str, ...]:
        return self._names

    @property
    def current(self) -> str:
        return self._now

    def take(self, names: tuple[str, ...]) -> None:
        """Other categories, in the shop's order; the chosen one stays if it is still there."""
        if names == self._names:
            return
        for chip in self._chips.values():
            chip.deleteLater()
        self._names = names
        self._now = self._now if self._now in names else (names[0] if names else "")
        self._chips = {name: self._chip(name) for name in names}
        self._place()

    def choose(self, name: str) -> None:
        """Show a category as the chosen one and tell it."""
        self._now = name
        self._place()
        self.chosen.emit(name)

    def _chip(self, name: str) -> TouchButton:
        chip = TouchButton(name or self.tr("Other"), Kind.CHIP, parent=self)
        chip.tapped.connect(lambda: self.choose(name))
        return chip

    def _fitting(self) -> list[str]:
        """Names from the first on while they fit; the chosen one takes the last place if need be."""
        room, gap = self.width(), u(SIZES["edge"])
        widths = {name: chip.sizeHint().width() + gap for name, chip in self._chips.items()}
        if sum(widths.values()) - gap <= room:
            return list(self._names)
        room -= self._more.sizeHint().width()
        fits: list[str] = []
        for name in self._names:
            if sum(widths[it] for it in (*fits, name)) > room:
                break
            fits.append(name)
        while self._now in widths and self._now not in fits and fits:
            fits.pop()
            if sum(widths[it] for it in (*fits, self._now)) <= room or not fits:
                fits.append(self._now)
        return fits

    def _place(self) -> None:
        fits, x, gap = self._fitting(), 0, u(SIZES["edge"])
        top = (self.height() - u(SIZES["standard"])) // 2
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        shown = [self._chips[name] for name in fits]
        self._more.setVisible(len(fits) < len(self._names))
        if not self._more.isHidden():
            shown.append(self._more)
        for chip in self._chips.values():
            chip.setVisible(chip in shown)
        for chip in shown:
            wide = chip.sizeHint().width()
            left = self.width() - x - wide if rtl else x
            chip.setGeometry(left, top, wide, u(SIZES["standard"]))
            x += wide + gap
        for name, chip in self._chips.items():
            chip.setChecked(name == self._now)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()
