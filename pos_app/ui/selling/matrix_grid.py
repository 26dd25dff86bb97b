"""The variant matrix on screen: two axes with their heads, or one axis as large cells."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from pos_app.ui.delegates.cell_delegate import CellDelegate
from pos_app.ui.delegates.ink import Align, Canvas, Ink
from pos_app.ui.models.matrix import Matrix, MatrixModel, Shape
from pos_app.ui.selling.plain_view import Move, PlainView
from pos_app.ui.units import u

_GAP: Final = 8
_CELL: Final = (96, 64)
_CELL_COMPACT: Final = (88, 56)
_BIG_CELL: Final = (148, 104)
_HEAD: Final = 40
_SIDE: Final = (72, 160)
_WIDEST: Final = 160


class MatrixGrid(PlainView):
    """Arrow keys move over all cells; only cells that are made can be tapped."""

    def __init__(self, model: MatrixModel, parent: QWidget | None = None) -> None:
        self._matrix = Matrix(Shape.GRID, (), (), ())
        self._compact = False
        self._room = 0
        super().__init__(model, CellDelegate(), parent)
        self._cells = model
        self._ink = Ink(self)
        self.setAccessibleName(self.tr("Variants"))

    def set_compact(self, compact: bool) -> None:
        self._compact = compact
        self.doItemsLayout()

    def take(self, matrix: Matrix, room: int) -> None:
        """Show these cells in so many pixels of width; the first that can be sold is current."""
        self._room = room
        self._matrix = matrix
        self._cells.show(matrix.cells)
        first = next((row for row, cell in enumerate(matrix.cells) if cell.sku), -1)
        self.doItemsLayout()
        self.choose(first)
        self.setMaximumHeight(self._height_for(room))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._room, self._height_for(self._room))

    def _height_for(self, width: int) -> int:
        """Pixels that all cells need in a view so wide."""
        count, gap = self.rows.rowCount(), u(_GAP)
        columns = self._columns() if self._is_grid else self._columns_in(width)
        lines = -(-count // columns)
        return (u(_HEAD) if self._is_grid else 0) + lines * (self._cell_size()[1] + gap) - gap

    @property
    def _is_grid(self) -> bool:
        return self._matrix.shape is Shape.GRID

    def _columns(self) -> int:
        if self._is_grid:
            return max(1, len(self._matrix.columns))
        return self._columns_in(self.viewport().width())

    @staticmethod
    def _columns_in(width: int) -> int:
        return max(1, (width + u(_GAP)) // (u(_BIG_CELL[0]) + u(_GAP)))

    def _side(self) -> int:
        """Width of the heads of the lines: what they need, within bounds."""
        if not self._is_grid:
            return 0
        need = max((self._ink.width(text, "body") for text in self._matrix.lines), default=0)
        return max(u(_SIDE[0]), min(need + u(12), u(_SIDE[1])))

    def _cell_size(self) -> tuple[int, int]:
        if not self._is_grid:
            return u(_BIG_CELL[0]), u(_BIG_CELL[1])
        least = _CELL_COMPACT if self._compact else _CELL
        columns, gap = self._columns(), u(_GAP)
        room = (self.viewport().width() - self._side() - gap * (columns - 1)) // columns
        # the heads above must be readable, and a few cells need not fill the whole pane
        return max(u(48), min(room, u(_WIDEST))), u(least[1])

    def cell(self, row: int) -> QRect:
        line, column = divmod(row, self._columns())
        wide, tall = self._cell_size()
        gap = u(_GAP)
        x = self._side() + column * (wide + gap)
        y = (u(_HEAD) if self._is_grid else 0) + line * (tall + gap) - self.verticalOffset()
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            x = self.viewport().width() - x - wide
        return QRect(x, y, wide, tall)

    def row_at(self, point: QPoint) -> int:
        for row in range(self.rows.rowCount()):
            if self.cell(row).contains(point):
                cell = self._cells.row_at(row)
                return row if cell is not None and cell.sku else -1
        return -1

    def rows_in(self, dirty: QRect) -> list[int]:
        return [row for row in range(self.rows.rowCount()) if self.cell(row).intersects(dirty)]

    def content_height(self) -> int:
        count = self.rows.rowCount()
        return self.cell(count - 1).bottom() + 1 + self.verticalOffset() if count else 0

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        last, columns = self.rows.rowCount() - 1, self._columns()
        steps = {
            Move.MoveLeft: -1,
            Move.MoveRight: 1,
            Move.MoveUp: -columns,
            Move.MoveDown: columns,
        }
        row = self.chosen + steps.get(action, 0)
        return self.rows.index(row if 0 <= row <= last else self.chosen, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_grid or not self.rows.rowCount():
            return
        canvas = Canvas(
            self._ink, QPainter(self.viewport()), self.viewport().rect(), self.layoutDirection()
        )
        wide, tall = self._cell_size()
        for number, text in enumerate(self._matrix.columns):
            x = self._side() + number * (wide + u(_GAP))
            box = QRect(x, -self.verticalOffset(), wide, u(_HEAD))
            canvas.text(box, text, "strong", "text", Align.MIDDLE)
        for number, text in enumerate(self._matrix.lines):
            y = u(_HEAD) + number * (tall + u(_GAP)) - self.verticalOffset()
            canvas.text(QRect(0, y, self._side() - u(8), tall), text, "body", "text")
