"""How many digits of a PIN are there, never which."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.ui.theme import color
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u


class PinDots(QWidget):
    """A ring for each digit of the PIN, filled when it is typed; red when the PIN was wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._length, self._typed, self._wrong = 4, 0, False
        self.setFixedHeight(u(SIZES["icon_huge"]))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_digits(self, typed: int, length: int, *, wrong: bool = False) -> None:
        self._typed, self._length, self._wrong = typed, length, wrong
        self.setAccessibleName(self.tr("PIN"))
        self.setAccessibleDescription(self.tr("{} of {} digits").format(typed, length))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._length * u(36), u(SIZES["icon_huge"]))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, step = u(20), u(36)
        left = (self.width() - (self._length - 1) * step - side) / 2
        top = (self.height() - side) / 2
        line = u(SIZES["line_control"])
        ink = color("danger" if self._wrong else "text")
        painter.setPen(QPen(color("danger") if self._wrong else color("control"), line))
        for index in range(self._length):
            filled = index < self._typed
            painter.setBrush(ink if filled else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(left + index * step, top, side, side))
