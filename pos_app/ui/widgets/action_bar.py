"""The bar at the bottom of a screen: secondary actions on the weak side, the one primary on the strong."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pos_app.ui.layout import Metrics, arrange
from pos_app.ui.theme import color
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u


class ActionBar(QWidget):
    """Give it buttons; it mirrors for the left hand by itself. A destructive one keeps its distance."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # it fills itself: told so, Qt does not paint the window below it at every new amount, and
        # a sheet's background would not be painted either
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFixedHeight(u(SIZES["action_bar"]))
        self._row = QHBoxLayout(self)
        self._row.setSpacing(u(8))
        self._row.setContentsMargins(u(12), u(8), u(12), u(8))
        self._row.addStretch(1)
        self._weak = 0

    @property
    def is_empty(self) -> bool:
        return self._row.count() == 1

    def add_secondary(self, *buttons: QWidget, gap: int = 0) -> None:
        """On the weak side, in this order; `gap` in u goes before the first."""
        if gap:
            self._row.insertSpacing(self._weak, u(gap))
            self._weak += 1
        for button in buttons:
            self._row.insertWidget(self._weak, button)
            self._weak += 1

    def add_strong(self, *buttons: QWidget, gap: int = 12) -> None:
        """On the strong side, the last one in the corner."""
        for button in buttons:
            if self._row.count() > self._weak + 1:
                self._row.addSpacing(u(gap))
            self._row.addWidget(button)

    def set_metrics(self, metrics: Metrics) -> None:
        arrange(self._row, metrics)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), color("surface"))
