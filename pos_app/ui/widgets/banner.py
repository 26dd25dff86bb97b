"""A condition under the top bar: one line and one action, there until the condition is over."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pos_app.ui.icons import pixmap
from pos_app.ui.theme import color
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.text import ElidedLabel


class Banner(QWidget):
    """Tall enough for an action a finger can hit. Tones: warn, info, error."""

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone, self._icon = "warn", "warning"
        self.setFixedHeight(u(SIZES["banner"]))
        self._text = ElidedLabel("", "body", "warn_text")
        self._action = TouchButton("", Kind.QUIET)
        self._action.tapped.connect(self.acted)
        row = QHBoxLayout(self)
        row.setContentsMargins(u(16) + u(24) + u(12), 0, u(8), 0)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text() if not self.isHidden() else ""

    def show_condition(
        self, text: str, action: str = "", tone: str = "warn", icon: str = ""
    ) -> None:
        """Show it; the same text again changes nothing, so that it never flickers."""
        self._tone = tone
        self._icon = icon or {"warn": "warning", "error": "error"}.get(tone, "info")
        self._text.set_text(text)
        self._text.set_ink(f"{'err' if tone == 'error' else tone}_text")
        self._action.set_text(action)
        self._action.setVisible(bool(action))
        self.setAccessibleName(text)
        self.show()
        self.update()

    def over(self) -> None:
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        name = "err" if self._tone == "error" else self._tone
        painter = QPainter(self)
        painter.fillRect(self.rect(), color(f"{name}_bg"))
        line = u(SIZES["line"])
        painter.fillRect(0, self.height() - line, self.width(), line, color(f"{name}_text"))
        side = u(SIZES["icon"])
        picture = pixmap(self._icon, color(f"{name}_text"), side, self.devicePixelRatioF())
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = self.width() - u(16) - side if rtl else u(16)
        painter.drawPixmap(left, (self.height() - side) // 2, picture)
