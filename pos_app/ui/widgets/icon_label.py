"""A sign that stands by itself and keeps its token's colour when the look changes."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel

from pos_app.ui.icons import pixmap
from pos_app.ui.theme import color, theme
from pos_app.ui.units import u


class IconLabel(QLabel):
    """`side` is a size of the scale, before `u()`; `ink` a token. An unknown name raises."""

    def __init__(self, name: str, ink: str, side: int) -> None:
        super().__init__()
        self._name, self.ink, self._side = name, ink, side
        theme().changed.connect(self._paint_icon)
        self._paint_icon()

    def show_icon(self, ink: str, name: str = "") -> None:
        """In another colour, and another sign if one is named."""
        wanted = name or self._name, ink
        if wanted != (self._name, self.ink):
            self._name, self.ink = wanted
            self._paint_icon()

    @Slot()
    def _paint_icon(self) -> None:
        self.setPixmap(pixmap(self._name, color(self.ink), u(self._side)))
