"""Paints one line of the basket; the selected one is twice as high and carries its buttons."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from pos_app.ui.delegates.ink import Align, Canvas, Ink
from pos_app.ui.models.basket_model import LineRow
from pos_app.ui.models.rows import ROW_ROLE, Index
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u

# in u
ROW: Final = 64
OPEN_ROW: Final = 128
_PAD: Final = 16
_PAD_COMPACT: Final = 12
_QTY: Final = 40
_GAP: Final = 8
_TOP: Final = 6
_FIRST: Final = 30
_SECOND: Final = 22
_ZONE: Final = 56
_ZONE_WIDE: Final = 96
_LIFT: Final = 4


class Zone(StrEnum):
    """What can be pressed on the selected line."""

    LESS = "less"
    COUNT = "count"
    MORE = "more"
    PRICE = "price"
    OPTIONS = "options"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Pressed:
    """The zone under the finger."""

    row: int
    zone: Zone


@dataclass(frozen=True, slots=True)
class LineSizes:
    """The measures above in pixels, looked up once: painting asks for them dozens of times."""

    row: int
    open_row: int
    pad: int
    pad_compact: int
    qty: int
    gap: int
    top: int
    first: int
    second: int
    zone: int
    zone_wide: int
    lift: int
    bar: int
    icon: int


def line_sizes() -> LineSizes:
    """For the units in force; a till whose units change builds its window anew."""
    return LineSizes(
        row=u(ROW),
        open_row=u(OPEN_ROW),
        pad=u(_PAD),
        pad_compact=u(_PAD_COMPACT),
        qty=u(_QTY),
        gap=u(_GAP),
        top=u(_TOP),
        first=u(_FIRST),
        second=u(_SECOND),
        zone=u(_ZONE),
        zone_wide=u(_ZONE_WIDE),
        lift=u(_LIFT),
        bar=u(SIZES["bar_selected"]),
        icon=u(SIZES["icon"]),
    )


def zone_boxes(
    row: QRect, px: LineSizes, *, compact: bool, direction: Qt.LayoutDirection
) -> list[tuple[Zone, QRect]]:
    """The buttons of the selected line in reading order, at least 48 u each way."""
    pad, gap, size = px.pad_compact if compact else px.pad, px.gap, px.zone
    top = row.top() + px.open_row - size - px.lift
    x = row.left() + pad
    boxes = []
    for zone in (Zone.LESS, Zone.COUNT, Zone.MORE):
        boxes.append((zone, QRect(x, top, size, size)))
        x += size
    ends = (Zone.REMOVE, Zone.OPTIONS, Zone.PRICE)
    right = row.right() + 1 - pad
    for zone in ends[1:] if compact else ends:
        wide = size if zone is Zone.OPTIONS else px.zone_wide
        boxes.insert(3, (zone, QRect(right - wide, top, wide, size)))
        right -= wide + gap
    return [(zone, QStyle.visualRect(direction, row, box)) for zone, box in boxes]


class LineDelegate(QStyledItemDelegate):
    """`compact` lines have no Remove: there − becomes a bin at quantity 1."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.compact = False
        self.pressed: Pressed | None = None
        self.flashing = ""
        self.px = line_sizes()
        self._ink = Ink(self)

    def zone_at(self, row: QRect, point: QPoint, direction: Qt.LayoutDirection) -> Zone | None:
        """The button of an open line under a point."""
        for zone, box in zone_boxes(row, self.px, compact=self.compact, direction=direction):
            if box.contains(point):
                return zone
        return None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: LineRow = index.data(ROW_ROLE)
        canvas = Canvas(self._ink, painter, option.rect, option.direction)
        is_open = bool(option.state & QStyle.StateFlag.State_Selected)
        pressed = bool(option.state & QStyle.StateFlag.State_Sunken)
        canvas.fill(option.rect, "selected" if is_open or pressed else "surface")
        self._paint_edges(canvas, line, is_open=is_open)
        self._paint_first(canvas, line)
        if line.has_second:
            self._paint_second(canvas, line)
        if is_open:
            self._paint_zones(canvas, line, index.row())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.px.row, self.px.row)

    def _paint_edges(self, canvas: Canvas, line: LineRow, *, is_open: bool) -> None:
        rect = canvas.bounds
        foot = self._ink.line
        canvas.fill(QRect(rect.x(), rect.bottom() + 1 - foot, rect.width(), foot), "border")
        if is_open:
            canvas.fill(QRect(rect.x(), rect.y(), self.px.bar, rect.height()), "primary")
        if line.line_id == self.flashing:
            canvas.painter.setPen(self._ink.edge("primary", "line_pressed"))
            canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
            canvas.painter.drawRect(rect.adjusted(1, 1, -2, -2))

    def _sides(self, canvas: Canvas, line: LineRow) -> tuple[int, int, int]:
        """Where the quantity starts, where the name starts, and where everything ends."""
        px = self.px
        pad = px.pad_compact if self.compact else px.pad
        left = canvas.bounds.x() + pad
        name = left + max(px.qty, self._ink.width(line.qty, "strong") + px.gap)
        return left, name, canvas.bounds.right() + 1 - pad

    def _paint_first(self, canvas: Canvas, line: LineRow) -> None:
        """Quantity, name, amount. The amount is never cut: the name gives way."""
        left, name, right = self._sides(canvas, line)
        px, tall = self.px, self.px.first
        top = canvas.bounds.y() + (px.top if line.has_second else (px.row - tall) // 2)
        wide = canvas.text(
            QRect(left, top, right - left, tall), line.amount, "title", "text", Align.END
        )
        canvas.text(QRect(left, top, name - left, tall), line.qty, "strong", "text")
        room = right - wide - px.gap - name
        canvas.text(QRect(name, top, room, tall), line.name, "body", "text")

    def _paint_second(self, canvas: Canvas, line: LineRow) -> None:
        """Detail and discount under the name; the old or the single price under the amount."""
        left, name, right = self._sides(canvas, line)
        tall, gap = self.px.second, self.px.gap
        top = canvas.bounds.y() + self.px.top + self.px.first
        canvas.text(QRect(left, top, name - left, tall), line.unit, "label", "text2")
        under = QRect(left, top, right - left, tall)
        if line.was:
            wide = canvas.struck(under, line.was, "label", "text2")
        else:
            wide = canvas.text(under, line.each, "label", "text2", Align.END)
        room = right - wide - gap - name
        note = min(self._ink.width(line.note, "label_strong"), room)
        detail = room - note - gap if note else room
        used = canvas.text(QRect(name, top, detail, tall), line.detail, "label", "text2")
        start = name + used + (gap if used else 0)
        canvas.text(QRect(start, top, note, tall), line.note, "label_strong", "primary")

    def _paint_zones(self, canvas: Canvas, line: LineRow, row: int) -> None:
        labels = {Zone.PRICE: self.tr("Price"), Zone.REMOVE: self.tr("Remove")}
        # logical coordinates: the canvas mirrors
        boxes = zone_boxes(
            canvas.bounds, self.px, compact=self.compact, direction=Qt.LayoutDirection.LeftToRight
        )
        for zone, box in boxes:
            if zone is Zone.COUNT:
                canvas.text(box, line.qty.rstrip("×"), "strong", "text", Align.MIDDLE)
                continue
            canvas.button(box, labels.get(zone, ""), pressed=self.pressed == Pressed(row, zone))
            if zone not in labels:
                canvas.icon(box, self._icon(zone, line), "text", self.px.icon)

    def _icon(self, zone: Zone, line: LineRow) -> str:
        if zone is Zone.LESS:
            return "trash" if self.compact and line.is_one else "minus"
        return "plus" if zone is Zone.MORE else "more"
