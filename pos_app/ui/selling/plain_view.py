"""A list view whose places are arithmetic: nothing is laid out, only what changed is painted.

QListView lays out all its rows again after each change when they differ in size. Here a subclass
says where a row lies and which row is at a point; a scan blits what moved and paints the rest.
"""

from collections.abc import Iterable
from typing import Any, Final

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from pos_app.ui.models.rows import Index, RowsModel
from pos_app.ui.theme import color
from pos_app.ui.units import u

DRAG_FROM: Final = 20
"""u (5 mm): a finger that moved further is scrolling, not pressing."""
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})

State = QStyle.StateFlag
Move = QAbstractItemView.CursorAction


class PlainView(QListView):
    """Press shows, release inside acts, leaving cancels, dragging scrolls (WCAG 2.5.2)."""

    tapped = Signal(int)
    """A row was pressed and released inside, or Enter was pressed on it."""
    overflowed = Signal(bool)
    """Whether there is more than fits: time for page buttons."""

    ground = "surface"

    def __init__(
        self, model: RowsModel[Any], delegate: QStyledItemDelegate, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        # not self.model(): before setModel Qt answers with a static object that PySide then deletes
        self.rows = model
        self._delegate = delegate
        delegate.setParent(self)
        self._pressed_row = -1
        self._pressed_at: QPoint | None = None
        self._dragged_from: int | None = None
        self._overflows = False
        self.setItemDelegate(delegate)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setAutoScroll(False)
        # the current row is all there is: a selection beside it would only be told around
        self.setSelectionMode(self.SelectionMode.NoSelection)
        # every pixel is painted here, so that scrolling can blit
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setModel(model)
        model.rowsRemoved.connect(self._after_removal)

    # a subclass says where things are, in viewport coordinates

    def cell(self, row: int) -> QRect:
        """Where a row lies."""
        raise NotImplementedError

    def row_at(self, point: QPoint) -> int:
        """The row at a point; -1 or beyond the last where there is none."""
        raise NotImplementedError

    def rows_in(self, dirty: QRect) -> Iterable[int]:
        """Rows that may reach into a rectangle."""
        raise NotImplementedError

    def content_height(self) -> int:
        raise NotImplementedError

    @property
    def chosen(self) -> int:
        """The row of the current line, -1 without one."""
        return self.currentIndex().row()

    def choose(self, row: int) -> None:
        """Make a row current and bring it into view; -1 for none."""
        index = self.rows.index(row, 0)
        if row != self.chosen:
            # currentChanged scrolls to it
            self.setCurrentIndex(index)
        elif index.isValid():
            self.scrollTo(index)

    def page(self, step: int) -> None:
        """A page up (-1) or down (1)."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + step * (bar.pageStep() - u(48)))

    def visualRect(self, index: Index) -> QRect:
        return self.cell(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self.row_at(point)
        return self.rows.index(row, 0) if 0 <= row < self.rows.rowCount() else QModelIndex()

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion()

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Nothing is selected: there is only the current row."""

    def doItemsLayout(self) -> None:
        self.updateGeometries()
        self.viewport().update()

    def updateGeometries(self) -> None:
        bar, tall = self.verticalScrollBar(), self.viewport().height()
        more = max(0, self.content_height() - tall)
        bar.setPageStep(tall)
        bar.setSingleStep(u(64))
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

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        self.updateGeometries()
        self.repaint_from(start)

    def _after_removal(self, parent: QModelIndex, first: int, last: int) -> None:
        self.updateGeometries()
        self.repaint_from(min(first, max(0, self.chosen)))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.scrollTo(current)
        self.viewport().update()

    def repaint_from(self, row: int) -> None:
        """Everything from a row down."""
        view = self.viewport()
        top = max(0, self.cell(row).top())
        view.update(0, top, view.width(), view.height() - top)

    def repaint_row(self, row: int) -> None:
        if row >= 0:
            self.viewport().update(self.cell(row))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, dirty = QPainter(self.viewport()), event.rect()
        painter.fillRect(dirty, color(self.ground))
        option, chosen, count = QStyleOptionViewItem(), self.chosen, self.rows.rowCount()
        option.direction = self.layoutDirection()
        focus = State.State_HasFocus if self.hasFocus() else State.State_None
        for row in self.rows_in(dirty):
            if not 0 <= row < count:
                continue
            option.rect = self.cell(row)
            state = State.State_Selected | focus if row == chosen else State.State_None
            option.state = state | State.State_Sunken if row == self._pressed_row else state
            self._delegate.paint(painter, option, self.rows.index(row, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometries()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and self.chosen >= 0:
            if not event.isAutoRepeat():
                self.tapped.emit(self.chosen)
            return
        before = self.chosen
        super().keyPressEvent(event)
        if self.chosen == before and event.key() not in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            # typing is for the screen: the view has no search of its own
            event.ignore()

    def keyboardSearch(self, search: str) -> None:
        """No search by first letter: keys belong to the screen."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._pressed_at = event.position().toPoint()
        self._press(self.indexAt(self._pressed_at).row())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None:
            return
        moved = event.position().toPoint().y() - self._pressed_at.y()
        if self._dragged_from is None and abs(moved) > u(DRAG_FROM) and self._overflows:
            self._dragged_from = self.verticalOffset()
            self._press(-1)
        if self._dragged_from is not None:
            self.verticalScrollBar().setValue(self._dragged_from - moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row, self._pressed_at, self._dragged_from = self._pressed_row, None, None
        self._press(-1)
        point = event.position().toPoint()
        if row >= 0 and self.cell(row).contains(point):
            self.tapped.emit(row)

    def _press(self, row: int) -> None:
        before, self._pressed_row = self._pressed_row, row
        self.repaint_row(before)
        self.repaint_row(row)


class RowList(PlainView):
    """Rows of one height, one below the other."""

    row_height = 64
    """In u."""

    def cell(self, row: int) -> QRect:
        tall = u(self.row_height)
        return QRect(0, row * tall - self.verticalOffset(), self.viewport().width(), tall)

    def row_at(self, point: QPoint) -> int:
        return (point.y() + self.verticalOffset()) // u(self.row_height)

    def rows_in(self, dirty: QRect) -> range:
        return range(self.row_at(dirty.topLeft()), self.row_at(dirty.bottomLeft()) + 1)

    def content_height(self) -> int:
        return self.rows.rowCount() * u(self.row_height)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        last = self.rows.rowCount() - 1
        page = max(1, self.viewport().height() // u(self.row_height) - 1)
        steps = {
            Move.MoveUp: -1,
            Move.MovePrevious: -1,
            Move.MoveDown: 1,
            Move.MoveNext: 1,
            Move.MovePageUp: -page,
            Move.MovePageDown: page,
        }
        ends = {Move.MoveHome: 0, Move.MoveEnd: last}
        row = ends.get(action, self.chosen + steps.get(action, 0))
        return self.rows.index(max(0, min(row, last)), 0)
