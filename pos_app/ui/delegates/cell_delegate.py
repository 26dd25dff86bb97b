"""Paints a cell of the variant matrix: how many are here, or that others have it, or not made."""

from typing import Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from pos_app.ui.delegates.ink import Align, Canvas, Ink
from pos_app.ui.models.matrix import CellRow
from pos_app.ui.models.rows import ROW_ROLE, Index
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u

_LABEL: Final = 28
_PRICE: Final = 20

State = QStyle.StateFlag


class CellDelegate(QStyledItemDelegate):
    """A cell that is not made has no border: it is no button."""

    def __init__(self) -> None:
        super().__init__()
        self._ink = Ink(self)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: CellRow = index.data(ROW_ROLE)
        canvas = Canvas(self._ink, painter, option.rect, option.direction)
        box = option.rect
        if not cell.sku:
            canvas.text(box, "–", "title", "text2", Align.MIDDLE)
            return
        if option.state & State.State_Sunken:
            canvas.frame(box, "selected", "focus", "line_pressed")
            box = box.translated(0, self._ink.shift)
        elif option.state & State.State_Selected:
            canvas.frame(box, "selected", "primary", "line_pressed")
        else:
            canvas.frame(box, "sunken" if cell.gone else "surface", "control", "line_control")
        self._paint_texts(canvas, box, cell)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return option.rect.size()

    def _paint_texts(self, canvas: Canvas, box: QRect, cell: CellRow) -> None:
        """From the top: the value (where no header says it), the number, the price."""
        rows = [(cell.label, "strong", u(_LABEL))] if cell.label else []
        tall = sum(row[2] for row in rows) + u(_LABEL) + (u(_PRICE) if cell.price else 0)
        y = box.y() + (box.height() - tall) // 2
        inner = box.adjusted(u(6), 0, -u(6), 0)
        for text, face, height in rows:
            canvas.text(
                QRect(inner.x(), y, inner.width(), height), text, face, "text", Align.MIDDLE
            )
            y += height
        self._paint_here(canvas, QRect(inner.x(), y, inner.width(), u(_LABEL)), cell)
        price = QRect(inner.x(), y + u(_LABEL), inner.width(), u(_PRICE))
        canvas.text(price, cell.price, "label", "text2", Align.MIDDLE)

    def _paint_here(self, canvas: Canvas, box: QRect, cell: CellRow) -> None:
        face = "body" if cell.label else "title"
        side = u(SIZES["icon"])
        if not cell.here:
            canvas.icon(box, "plus", "text2", side)
        elif not cell.elsewhere or not cell.gone:
            canvas.text(box, cell.here, face, "text2" if cell.gone else "text", Align.MIDDLE)
        else:
            wide = self._ink.width(cell.here, face)
            x = box.x() + (box.width() - wide - side - u(4)) // 2
            canvas.text(QRect(x, box.y(), wide, box.height()), cell.here, face, "text2")
            arrow = QRect(x + wide + u(4), box.y(), side, box.height())
            canvas.icon(arrow, "truck", "text2", side)
