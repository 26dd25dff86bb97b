"""Paints a product tile: two lines of name, the price, and what is here in words."""

from typing import Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from pos_app.ui.delegates.ink import Align, Canvas, Ink
from pos_app.ui.models.rows import ROW_ROLE, Index
from pos_app.ui.models.tile_model import TileRow
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u

# in u
_PAD: Final = 12
_NAME_LINE: Final = 26
_FOOT: Final = 28
_BADGE_PAD: Final = 6

State = QStyle.StateFlag


class TileDelegate(QStyledItemDelegate):
    """A tile never waits for a picture; without one the name has the room."""

    def __init__(self) -> None:
        super().__init__()
        self._ink = Ink(self)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tile: TileRow = index.data(ROW_ROLE)
        canvas = Canvas(self._ink, painter, option.rect, option.direction)
        box = option.rect
        if option.state & State.State_Sunken:
            canvas.frame(box, "selected", "focus", "line_pressed")
            box = box.translated(0, self._ink.shift)
        elif option.state & State.State_Selected and option.state & State.State_HasFocus:
            canvas.frame(box, "selected", "primary", "line_pressed")
        else:
            canvas.frame(box, "surface", "control", "line")
        inner = box.adjusted(u(_PAD), u(_PAD) - u(2), -u(_PAD), -u(_PAD) + u(4))
        self._paint_name(canvas, inner, tile)
        self._paint_foot(canvas, inner, tile)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return option.rect.size()

    def _paint_name(self, canvas: Canvas, inner: QRect, tile: TileRow) -> None:
        tall = u(_NAME_LINE)
        for number, line in enumerate(self._ink.two_lines(tile.name, "strong", inner.width())):
            box = QRect(inner.x(), inner.y() + number * tall, inner.width(), tall)
            canvas.text(box, line, "strong", "text")

    def _paint_foot(self, canvas: Canvas, inner: QRect, tile: TileRow) -> None:
        """The price whole; beside it the stock, and the sign of variants, if there is room."""
        foot = QRect(inner.x(), inner.bottom() + 1 - u(_FOOT), inner.width(), u(_FOOT))
        room = foot.width() - canvas.text(foot, tile.price, "body", "text") - u(6)
        wide = self._ink.width(tile.stock, "label") + (2 * u(_BADGE_PAD) if tile.gone else 0)
        if wide > room:
            return
        stock = QRect(foot.right() + 1 - wide, foot.y(), wide, foot.height())
        if tile.gone:
            canvas.frame(stock, "warn_bg", "warn_line", "line")
            canvas.text(stock, tile.stock, "label", "warn_text", Align.MIDDLE)
        else:
            canvas.text(stock, tile.stock, "label", "text2", Align.END)
        side = u(SIZES["icon"])
        if tile.has_variants and wide + side + u(6) <= room:
            icon = QRect(stock.x() - side - u(6), foot.y(), side, foot.height())
            canvas.icon(icon, "grid", "text2", side)
