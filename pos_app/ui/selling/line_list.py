"""The basket on screen: every line is 64 u high but the chosen one, so every place is arithmetic.

QListView lays out all its rows again after each change when their heights differ. Here nothing is
laid out: a scan blits what moved and paints the two rows that changed.
"""

from typing import Final

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from pos_app.ui.delegates.line_delegate import OPEN_ROW, ROW, LineDelegate, Pressed, Zone
from pos_app.ui.models.basket_model import BasketModel
from pos_app.ui.models.rows import Index
from pos_app.ui.theme import color, theme
from pos_app.ui.tokens import TIMES
from pos_app.ui.units import u

_DRAG_FROM: Final = 20
"""u (5 mm): a finger that moved further is scrolling, not pressing."""
_WHEEL_ROWS: Final = 1

Move = QAbstractItemView.CursorAction
_STEPS: Final = {
    Move.MoveUp: -1,
    Move.MovePrevious: -1,
    Move.MoveDown: 1,
    Move.MoveNext: 1,
}


class LineList(QListView):
    """Shows the basket; the chosen line is the current index and carries the zones."""

    zone_tapped = Signal(int, str)
    overflowed = Signal(bool)
    """Whether there are more lines than fit: time for page buttons."""

    def __init__(self, model: BasketModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # not self.model(): before setModel Qt answers with a static object that PySide then deletes
        self._rows = model
        self._lines = LineDelegate(self)
        self._pressed_at: QPoint | None = None
        self._pressed_row = -1
        self._dragged_from: int | None = None
        self._overflows = False
        self._flash = QTimer(self, singleShot=True, interval=TIMES["flash"])
        self._flash.timeout.connect(self._end_flash)
        self._build()
        self.setModel(model)
        model.rowsRemoved.connect(self._after_removal)

    def _build(self) -> None:
        self.setItemDelegate(self._lines)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setAutoScroll(False)
        self.setAccessibleName(self.tr("Basket"))
        # every pixel is painted by us, so that scrolling can blit
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def compact(self) -> bool:
        return self._lines.compact

    def set_compact(self, compact: bool) -> None:
        self._lines.compact = compact
        self.viewport().update()

    @property
    def chosen(self) -> int:
        """The row of the chosen line, -1 without one."""
        return self.currentIndex().row()

    def choose(self, row: int) -> None:
        """Open a line and bring it into view; -1 closes the open one."""
        index = self._rows.index(row, 0)
        self.setCurrentIndex(index)
        if index.isValid():
            self.scrollTo(index)

    def flash(self, line_id: str) -> None:
        """Frame a line for 400 ms: the eye's twin of the ok tone."""
        if theme().look.reduce_motion:
            return
        self._lines.flashing = line_id
        self._flash.start()

    def page(self, step: int) -> None:
        """A page up (-1) or down (1)."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + step * (bar.pageStep() - u(ROW)))

    # geometry: y of row n, and back

    def _top(self, row: int) -> int:
        opened = self.chosen
        extra = u(OPEN_ROW) - u(ROW) if 0 <= opened < row else 0
        return row * u(ROW) + extra - self.verticalOffset()

    def _tall(self, row: int) -> int:
        return u(OPEN_ROW) if row == self.chosen else u(ROW)

    def _row_at(self, y: int) -> int:
        """The row at a height of the viewport, or the number of rows below the last."""
        y += self.verticalOffset()
        opened = self.chosen
        if opened >= 0 and y >= (opened + 1) * u(ROW):
            y = max(y - (u(OPEN_ROW) - u(ROW)), opened * u(ROW))
        return y // u(ROW)

    def _content(self) -> int:
        return self._top(self._rows.rowCount()) + self.verticalOffset()

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        row = index.row()
        return QRect(0, self._top(row), self.viewport().width(), self._tall(row))

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._row_at(point.y())
        return self._rows.index(row, 0) if row < self._rows.rowCount() else QModelIndex()

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        # what a selection changes is painted by currentChanged: here it would repaint everything
        return QRegion()

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        self.selectionModel().select(self.indexAt(rect.topLeft()), command)

    def doItemsLayout(self) -> None:
        self.updateGeometries()
        self.viewport().update()

    def updateGeometries(self) -> None:
        bar, tall = self.verticalScrollBar(), self.viewport().height()
        more = max(0, self._content() - tall)
        bar.setPageStep(tall)
        bar.setSingleStep(u(ROW) * _WHEEL_ROWS)
        bar.setRange(0, more)
        if (more > 0) is not self._overflows:
            self._overflows = more > 0
            self.overflowed.emit(self._overflows)

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        rect, bar = self.visualRect(index), self.verticalScrollBar()
        below = rect.bottom() + 1 - self.viewport().height()
        if rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif below > 0:
            bar.setValue(bar.value() + min(below, rect.top()))

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(0, dy)

    def verticalScrollbarValueChanged(self, value: int) -> None:
        """Nothing: Qt would look for a row under the mouse and repaint it as hovered."""

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        last = self._rows.rowCount() - 1
        page = max(1, self.viewport().height() // u(ROW) - 2)
        steps = {**_STEPS, Move.MovePageUp: -page, Move.MovePageDown: page}
        ends = {Move.MoveHome: 0, Move.MoveEnd: last}
        row = ends.get(action, self.chosen + steps.get(action, 0))
        return self._rows.index(max(0, min(row, last)), 0)

    # what changed

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        self.updateGeometries()
        self._repaint_from(start)

    @Slot(QModelIndex, int, int)
    def _after_removal(self, parent: QModelIndex, first: int, last: int) -> None:
        self.updateGeometries()
        self._repaint_from(min(first, max(0, self.chosen)))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.updateGeometries()
        rows = [it.row() for it in (current, previous) if it.isValid()]
        if current.isValid():
            self.scrollTo(current)
        self._repaint_from(min(rows, default=0))

    def _repaint_from(self, row: int) -> None:
        view = self.viewport()
        top = max(0, self._top(row))
        view.update(0, top, view.width(), view.height() - top)

    def _repaint_row(self, row: int) -> None:
        self.viewport().update(self.visualRect(self._rows.index(row, 0)))

    @Slot()
    def _end_flash(self) -> None:
        self._lines.flashing = ""
        self._repaint_row(self.chosen)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, dirty = QPainter(self.viewport()), event.rect()
        model, chosen = self._rows, self.chosen
        option = QStyleOptionViewItem()
        option.direction = self.layoutDirection()
        row, count = self._row_at(dirty.top()), model.rowCount()
        y = self._top(row)
        while row < count and y <= dirty.bottom():
            tall = self._tall(row)
            option.rect = QRect(0, y, self.viewport().width(), tall)
            option.state = (
                QStyle.StateFlag.State_Selected if row == chosen else QStyle.StateFlag.State_None
            )
            self._lines.paint(painter, option, model.index(row, 0))
            y += tall
            row += 1
        if y <= dirty.bottom():
            painter.fillRect(
                QRect(0, y, self.viewport().width(), dirty.bottom() + 1 - y), color("surface")
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometries()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    # fingers: press shows, release acts, leaving cancels, dragging scrolls

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        index = self.indexAt(point)
        self._pressed_at, self._pressed_row = point, index.row()
        if index.row() == self.chosen >= 0:
            zone = self._lines.zone_at(self.visualRect(index), point, self.layoutDirection())
            if zone not in (None, Zone.COUNT):
                self._show_pressed(Pressed(index.row(), zone))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None:
            return
        moved = event.position().toPoint().y() - self._pressed_at.y()
        if self._dragged_from is None and abs(moved) > u(_DRAG_FROM):
            self._dragged_from = self.verticalOffset()
            self._show_pressed(None)
        if self._dragged_from is not None:
            self.verticalScrollBar().setValue(self._dragged_from - moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, dragged = self._lines.pressed, self._dragged_from is not None
        row, self._pressed_row = self._pressed_row, -1
        self._pressed_at = self._dragged_from = None
        self._show_pressed(None)
        if dragged:
            return
        index = self.indexAt(event.position().toPoint())
        if pressed is not None:
            self._release(pressed, event.position().toPoint())
        elif index.isValid() and index.row() == row:
            self.choose(row)

    def _release(self, pressed: Pressed, point: QPoint) -> None:
        rect = self.visualRect(self._rows.index(pressed.row, 0))
        zone = self._lines.zone_at(rect, point, self.layoutDirection())
        if zone is pressed.zone:
            self.zone_tapped.emit(pressed.row, zone.value)

    def _show_pressed(self, pressed: Pressed | None) -> None:
        if pressed != self._lines.pressed:
            self._lines.pressed = pressed
            self._repaint_row(self.chosen)
