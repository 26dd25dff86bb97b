"""What painters of rows share: the look in force as ready pens, and texts laid out once."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QStaticText

from pos_app.ui.icons import pixmap
from pos_app.ui.theme import theme
from pos_app.ui.tokens import PALETTES, SIZES, TYPE
from pos_app.ui.units import u


class Align(Enum):
    """Where in its box a text stands, in reading direction."""

    START = 0
    MIDDLE = 1
    END = 2


@dataclass(frozen=True, slots=True)
class Face:
    """A font and the measures that painting needs of it."""

    font: QFont
    metrics: QFontMetrics
    height: int


class Ink(QObject):
    """Colours, pens and fonts of the theme in force, renewed when it changes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        theme().changed.connect(self._renew)
        self._renew()

    @Slot()
    def _renew(self) -> None:
        look = theme()
        for made_for_a_look in (_shaped, _cut, _broken, _face):
            made_for_a_look.cache_clear()
        self.colors: dict[str, QColor] = {
            name: look.color(name) for name in PALETTES[look.look.name]
        }
        self.pens = {name: QPen(color) for name, color in self.colors.items()}
        self._edges: dict[tuple[str, str], QPen] = {}
        self.faces = {token: _face(token) for token in TYPE}
        self.radius = u(SIZES["radius"])
        self.line = u(SIZES["line"])
        self.shift = u(SIZES["press_shift"])

    def edge(self, token: str, width: str) -> QPen:
        """A pen of a colour and a line width, both by token."""
        found = self._edges.get((token, width))
        if found is None:
            found = self._edges[token, width] = QPen(self.colors[token], u(SIZES[width]))
            found.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        return found

    def width(self, text: str, token: str) -> int:
        """How wide a text is, uncut."""
        return _shaped(text, token).width if text else 0

    def two_lines(self, text: str, token: str, room: int) -> tuple[str, ...]:
        """A text broken at a space into at most two lines; what is too long is cut in painting."""
        return _broken(text, token, room)

    def frame(self, painter: QPainter, rect: QRect, fill: str, edge: str, width: str) -> None:
        """A filled, rounded box whose border lies inside the rect."""
        half = max(1, u(SIZES[width]) // 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.edge(edge, width))
        painter.setBrush(self.colors[fill])
        painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), self.radius, self.radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


class Canvas:
    """Painting one row or tile in logical coordinates, mirrored where the language runs that way."""

    __slots__ = ("_ink", "_mirrored", "bounds", "painter")

    def __init__(
        self, ink: Ink, painter: QPainter, bounds: QRect, direction: Qt.LayoutDirection
    ) -> None:
        self._ink, self.painter, self.bounds = ink, painter, bounds
        self._mirrored = direction is Qt.LayoutDirection.RightToLeft

    def placed(self, rect: QRect) -> QRect:
        """Where a rect of the logical layout lies on the screen."""
        if not self._mirrored:
            return rect
        bounds = self.bounds
        return rect.translated(bounds.left() + bounds.right() - rect.left() - rect.right(), 0)

    def fill(self, rect: QRect, token: str) -> None:
        self.painter.fillRect(self.placed(rect), self._ink.colors[token])

    def frame(self, rect: QRect, fill: str, edge: str, width: str) -> None:
        self._ink.frame(self.painter, self.placed(rect), fill, edge, width)

    def text(
        self, rect: QRect, text: str, face: str, color: str, align: Align = Align.START
    ) -> int:
        """One line, middle of the rect's height, cut with … only if it must be; its width."""
        if not text or rect.width() <= 0:
            return 0
        laid = _laid_out(text, face, rect.width())
        rect, font = self.placed(rect), self._ink.faces[face]
        spare = rect.width() - laid.width
        if align is Align.MIDDLE:
            x = rect.x() + spare // 2
        else:
            x = rect.x() + (spare if (align is Align.END) is not self._mirrored else 0)
        self.painter.setFont(font.font)
        self.painter.setPen(self._ink.pens[color])
        y = rect.y() + (rect.height() - font.height) // 2
        self.painter.drawStaticText(QPoint(x, y), laid.text)
        return laid.width

    def struck(self, rect: QRect, text: str, face: str, color: str) -> int:
        """A text at the end of the rect with a line through it: an old price."""
        width = self.text(rect, text, face, color, Align.END)
        line = QRect(rect.right() + 1 - width, rect.center().y() + 1, width, self._ink.line)
        self.fill(line, color)
        return width

    def button(self, rect: QRect, label: str, *, pressed: bool, enabled: bool = True) -> None:
        """A button as a zone of a row: pressed changes its shape, not only its colour."""
        if pressed:
            self.frame(rect, "selected", "focus", "line_pressed")
            rect = rect.translated(0, self._ink.shift)
        else:
            self.frame(rect, "surface", "control", "line_control")
        # at large text sizes a long word takes the smaller face rather than touch the border
        fits = self._ink.width(label, "strong") + self._ink.radius <= rect.width()
        face = "strong" if fits else "label_strong"
        self.text(rect, label, face, "text" if enabled else "disabled", Align.MIDDLE)

    def icon(self, rect: QRect, name: str, color: str, size: int) -> None:
        """An icon in the middle of a rect."""
        box = self.placed(rect)
        picture = pixmap(name, self._ink.colors[color], size)
        x = box.x() + (box.width() - size) // 2
        self.painter.drawPixmap(x, box.y() + (box.height() - size) // 2, picture)


@dataclass(frozen=True, slots=True)
class _LaidOut:
    text: QStaticText
    width: int


def _laid_out(text: str, token: str, room: int) -> _LaidOut:
    """A text shaped once for a font, and cut to the room where it must be."""
    whole = _shaped(text, token)
    return whole if whole.width <= room else _cut(text, token, room)


@lru_cache(maxsize=4096)
def _shaped(text: str, token: str) -> _LaidOut:
    """Shaping is most of what drawing a new text costs."""
    face = _face(token)
    static = QStaticText(text)
    static.setTextFormat(Qt.TextFormat.PlainText)
    static.prepare(font=face.font)
    return _LaidOut(static, face.metrics.horizontalAdvance(text))


@lru_cache(maxsize=1024)
def _cut(text: str, token: str, room: int) -> _LaidOut:
    metrics = _face(token).metrics
    return _shaped(metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room, 0)), token)


@lru_cache(maxsize=1024)
def _broken(text: str, token: str, room: int) -> tuple[str, ...]:
    metrics = _face(token).metrics
    words = text.split(" ")
    for cut in range(len(words), 0, -1):
        if metrics.horizontalAdvance(" ".join(words[:cut])) <= room or cut == 1:
            return tuple(line for line in (" ".join(words[:cut]), " ".join(words[cut:])) if line)
    return (text,)


@lru_cache(maxsize=64)
def _face(token: str) -> Face:
    font = theme().font(token)
    metrics = QFontMetrics(font)
    return Face(font, metrics, metrics.height())
