"""The basket on screen: every line is 64 u high but the chosen one, which carries its buttons."""

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QListView, QWidget

from pos_app.ui.delegates.line_delegate import LineDelegate, Pressed, Zone
from pos_app.ui.models.basket_model import BasketModel
from pos_app.ui.models.rows import Index
from pos_app.ui.selling.plain_view import RowList
from pos_app.ui.theme import theme
from pos_app.ui.tokens import TIMES


class LinesToRead(RowList):
    """The basket where nothing can be done with it: beside the payment."""

    def __init__(self, model: BasketModel, parent: QWidget | None = None) -> None:
        super().__init__(model, LineDelegate(), parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Basket"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A finger can scroll, but press nothing."""
        self._pressed_at = event.position().toPoint()


class LineList(RowList):
    """The chosen line is the current index; its zones are pressed like buttons."""

    zone_tapped = Signal(int, str)

    def __init__(self, model: BasketModel, parent: QWidget | None = None) -> None:
        self._lines = LineDelegate()
        super().__init__(model, self._lines, parent)
        self._flash = QTimer(self, singleShot=True, interval=TIMES["flash"])
        self._flash.timeout.connect(self._end_flash)
        self.tapped.connect(self.choose)
        self.setAccessibleName(self.tr("Basket"))

    @property
    def compact(self) -> bool:
        return self._lines.compact

    def set_compact(self, compact: bool) -> None:
        self._lines.compact = compact
        self.viewport().update()

    def flash(self, line_id: str) -> None:
        """Frame a line for 400 ms: the eye's twin of the ok tone."""
        if theme().look.reduce_motion:
            return
        self._lines.flashing = line_id
        self._flash.start()

    @Slot()
    def _end_flash(self) -> None:
        self._lines.flashing = ""
        self.repaint_row(self.chosen)

    def cell(self, row: int) -> QRect:
        opened, px = self.chosen, self._lines.px
        extra = px.open_row - px.row
        top = row * px.row + (extra if 0 <= opened < row else 0) - self.verticalOffset()
        return QRect(0, top, self.viewport().width(), px.open_row if row == opened else px.row)

    def row_at(self, point: QPoint) -> int:
        y, opened, px = point.y() + self.verticalOffset(), self.chosen, self._lines.px
        if opened >= 0 and y >= (opened + 1) * px.row:
            y = max(y - px.open_row + px.row, opened * px.row)
        return y // px.row

    def content_height(self) -> int:
        px = self._lines.px
        extra = px.open_row - px.row if self.chosen >= 0 else 0
        return self.rows.rowCount() * px.row + extra

    def currentChanged(self, current: Index, previous: Index) -> None:
        # past PlainView, which repaints everything; Qt's own tells screen readers
        QListView.currentChanged(self, current, previous)
        self.updateGeometries()
        if current.isValid():
            self.scrollTo(current)
        changed = [index.row() for index in (current, previous) if index.isValid()]
        self.repaint_from(min(changed, default=0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._show_pressed(self._zone_under(event.position().toPoint()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._dragged_from is not None:
            self._show_pressed(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed = self._lines.pressed
        self._show_pressed(None)
        if pressed is None:
            super().mouseReleaseEvent(event)
            return
        self._press(-1)
        self._pressed_at = None
        if self._zone_under(event.position().toPoint()) == pressed:
            self.zone_tapped.emit(pressed.row, pressed.zone.value)

    def _zone_under(self, point: QPoint) -> Pressed | None:
        """The button of the open line at a point; its count is no button."""
        row = self.chosen
        if row < 0:
            return None
        zone = self._lines.zone_at(self.cell(row), point, self.layoutDirection())
        return Pressed(row, zone) if zone not in {None, Zone.COUNT} else None

    def _show_pressed(self, pressed: Pressed | None) -> None:
        if pressed != self._lines.pressed:
            self._lines.pressed = pressed
            self.repaint_row(self.chosen)
