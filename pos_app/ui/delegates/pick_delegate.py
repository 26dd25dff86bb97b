"""Paints a row to pick: what it is at the start, what it costs at the end, what a tap does."""

from typing import Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from pos_app.ui.delegates.ink import Align, Canvas, Ink
from pos_app.ui.models.pick_model import PickRow
from pos_app.ui.models.rows import ROW_ROLE, Index
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u

ROW: Final = 72
"""In u."""
_PAD: Final = 16
_GAP: Final = 16
_FIRST: Final = 30
_SECOND: Final = 22
_VERB: Final = 48

State = QStyle.StateFlag


class PickDelegate(QStyledItemDelegate):
    """The whole row is the target."""

    def __init__(self) -> None:
        super().__init__()
        self._ink = Ink(self)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: PickRow = index.data(ROW_ROLE)
        canvas = Canvas(self._ink, painter, option.rect, option.direction)
        box = option.rect
        pressed = bool(option.state & State.State_Sunken)
        current = bool(option.state & State.State_Selected)
        canvas.fill(box, "selected" if pressed or current else "surface")
        canvas.fill(QRect(box.x(), box.bottom(), box.width(), self._ink.line), "border")
        if current:
            canvas.fill(QRect(box.x(), box.y(), u(SIZES["bar_selected"]), box.height()), "primary")
        if pressed:
            box = box.translated(0, self._ink.shift)
        self._paint_texts(canvas, box.adjusted(u(_PAD), 0, -u(_PAD), 0), row)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(u(ROW), u(ROW))

    def _paint_texts(self, canvas: Canvas, box: QRect, row: PickRow) -> None:
        if row.verb:
            wide = self._paint_verb(canvas, box, row.verb)
            box = box.adjusted(0, 0, -wide - u(_GAP), 0)
        ink = self._ink
        wide = max(ink.width(row.end, "title"), ink.width(row.note, "label"))
        end = QRect(box.right() + 1 - wide, box.y(), wide, box.height())
        start = box.adjusted(0, 0, -wide - (u(_GAP) if wide else 0), 0)
        self._stack(canvas, end, row.end, "title", row.note, Align.END)
        self._stack(canvas, start, row.title, "body", row.detail, Align.START)

    def _stack(
        self, canvas: Canvas, box: QRect, first: str, face: str, second: str, align: Align
    ) -> None:
        """One text over another, or one alone in the middle."""
        tall = u(_FIRST) + (u(_SECOND) if second else 0)
        top = box.y() + (box.height() - tall) // 2
        canvas.text(QRect(box.x(), top, box.width(), u(_FIRST)), first, face, "text", align)
        below = QRect(box.x(), top + u(_FIRST), box.width(), u(_SECOND))
        canvas.text(below, second, "label", "text2", align)

    def _paint_verb(self, canvas: Canvas, box: QRect, verb: str) -> int:
        """The word in a button's shape: a sign of what the tap does, not a target of its own."""
        wide = self._ink.width(verb, "strong") + u(2 * _PAD)
        top = box.y() + (box.height() - u(_VERB)) // 2
        button = QRect(box.right() + 1 - wide, top, wide, u(_VERB))
        canvas.frame(button, "surface", "control", "line_control")
        canvas.text(button, verb, "strong", "text", Align.MIDDLE)
        return wide
