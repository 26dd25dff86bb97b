"""A sum that is never cut: it goes to a smaller size instead."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.ui.delegates.ink import Align, Canvas, Ink
from pos_app.ui.units import u

_FACES = ("display", "amount", "total", "pad", "title", "body")
_LEAST = 96


class AmountText(QWidget):
    """`face` is the largest size; the text stands at the end, or at the start."""

    def __init__(self, face: str, align: Align = Align.END) -> None:
        super().__init__()
        self._ink = Ink(self)
        self._face, self._align, self._text = face, align, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def set_face(self, face: str) -> None:
        self._face = face
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        face = self._ink.faces[self._face]
        return QSize(self._ink.width(self._text, self._face), face.height)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(u(_LEAST), self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        room = self.width()
        faces = _FACES[_FACES.index(self._face) :]
        fits = (it for it in faces if self._ink.width(self._text, it) <= room)
        canvas = Canvas(self._ink, QPainter(self), self.rect(), self.layoutDirection())
        canvas.text(self.rect(), self._text, next(fits, faces[-1]), "text", self._align)
