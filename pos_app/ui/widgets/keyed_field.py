"""A value keyed on the number pad: no caret, no on-screen keyboard; the chosen one takes the digits."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from pos_app.ui.theme import color, font
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Face, Kind, TouchButton, paint_box


class KeyedField(TouchButton):
    """Tapped = chosen. The screen keeps the value and says what is shown."""

    def __init__(self, name: str, type_: str = "strong", *, wide: int = 88, tall: int = 48) -> None:
        super().__init__("", Kind.SECONDARY, type_=type_, repeats=True)
        self._name, self._wide = name, wide
        self._chosen = False
        self.setFixedHeight(u(tall))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_value("")

    def show_value(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(text or self.tr("empty"))
        self.update()

    def set_chosen(self, chosen: bool) -> None:
        """The pad types here now."""
        self._chosen = chosen
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(u(self._wide), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(u(self._wide), u(SIZES["floor"]))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border = "primary" if self._chosen else "control"
        line = "line_pressed" if self._chosen else "line_control"
        fill = "surface" if self._chosen else "sunken"
        paint_box(painter, self.rect(), Face(fill, "text", border, line), u(SIZES["radius"]))
        face = font(self._type)
        painter.setFont(face)
        painter.setPen(color("text"))
        box = self.rect().adjusted(u(12), 0, -u(14), 0)
        trailing = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, trailing, self.text())
        if self._chosen:
            self._paint_mark(painter, face.pixelSize(), QFontMetrics(face))

    def _paint_mark(self, painter: QPainter, tall: int, metrics: QFontMetrics) -> None:
        """A still line where the next digit comes; it does not blink."""
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = u(10) if rtl else self.width() - u(12)
        painter.fillRect(x, (self.height() - tall) // 2, u(2), tall, color("primary"))
