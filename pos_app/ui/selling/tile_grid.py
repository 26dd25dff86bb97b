"""The tile grid: as many whole tiles as fit, stretched to fill the pane."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from pos_app.ui.delegates.tile_delegate import TileDelegate
from pos_app.ui.models.tile_model import TileModel
from pos_app.ui.selling.plain_view import Move, PlainView
from pos_app.ui.units import u

_GAP: Final = 8
TILE: Final = (180, 120)
TILE_COMPACT: Final = (164, 112)
TILE_WIDE: Final = (164, 128)


class TileGrid(PlainView):
    """Arrow keys move, Enter or a tap chooses. It never scrolls: pages are turned."""

    ground = "app"

    def __init__(self, model: TileModel, parent: QWidget | None = None) -> None:
        self._least = TILE
        self._columns = self._lines = 1
        super().__init__(model, TileDelegate(), parent)
        self._tiles = model
        self.setAccessibleName(self.tr("Articles"))

    def set_least(self, least: tuple[int, int]) -> None:
        """The smallest tile in u; there are as many as fit."""
        self._least = least
        self._divide()

    def _divide(self) -> None:
        view, gap = self.viewport().size(), u(_GAP)
        wide, tall = u(self._least[0]), u(self._least[1])
        self._columns = max(1, (view.width() + gap) // (wide + gap))
        self._lines = max(1, (view.height() + gap) // (tall + gap))
        self._tiles.set_page_size(self._columns * self._lines)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._divide()

    def _tile(self) -> QSize:
        view, gap = self.viewport().size(), u(_GAP)
        return QSize(
            (view.width() - gap * (self._columns - 1)) // self._columns,
            (view.height() - gap * (self._lines - 1)) // self._lines,
        )

    def cell(self, row: int) -> QRect:
        line, column = divmod(row, self._columns)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            column = self._columns - 1 - column
        size, gap = self._tile(), u(_GAP)
        return QRect(QPoint(column * (size.width() + gap), line * (size.height() + gap)), size)

    def row_at(self, point: QPoint) -> int:
        for row in range(self.rows.rowCount()):
            if self.cell(row).contains(point):
                return row
        return -1

    def rows_in(self, dirty: QRect) -> list[int]:
        return [row for row in range(self.rows.rowCount()) if self.cell(row).intersects(dirty)]

    def content_height(self) -> int:
        return 0

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        last = self.rows.rowCount() - 1
        steps = {
            Move.MoveLeft: -1,
            Move.MoveRight: 1,
            Move.MoveUp: -self._columns,
            Move.MoveDown: self._columns,
        }
        row = self.chosen + steps.get(action, 0)
        return self.rows.index(max(0, min(row, last)), 0)
