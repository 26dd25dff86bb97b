"""Labels by type token and tone, and a label that elides at its end and keeps the whole text."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from pos_app.ui.theme import color, font, restyle


class TextLabel(QLabel):
    """Plain text in a type token; `tone` is soft, danger, attention or none."""

    def __init__(
        self, text: str = "", type_: str = "body", tone: str = "", *, wraps: bool = False
    ) -> None:
        super().__init__(text)
        self.setProperty("type", type_)
        self.setProperty("tone", tone)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)

    def set_tone(self, tone: str) -> None:
        restyle(self, "tone", tone)


class ElidedLabel(QWidget):
    """One line that gives way: elided at the end, whole in the accessible name."""

    def __init__(
        self,
        text: str = "",
        type_: str = "body",
        ink: str = "text",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeading,
    ) -> None:
        super().__init__()
        self._text, self._type, self._ink, self._align = "", type_, ink, align
        self.set_text(text)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_ink(self, token: str) -> None:
        self._ink = token
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self._metrics()
        return QSize(metrics.horizontalAdvance(self._text) + 1, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._metrics().averageCharWidth() * 4, self._metrics().height())

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(font(self._type))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(font(self._type))
        painter.setPen(color(self._ink))
        shown = painter.fontMetrics().elidedText(
            self._text, Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(self.rect(), self._align | Qt.AlignmentFlag.AlignVCenter, shown)
