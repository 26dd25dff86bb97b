"""The tiles of the people of a store, a page at a time."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.staff_tile import StaffFace, StaffTile
from pos_app.ui.widgets.text import TextLabel

_GAP: Final = 12


class StaffBoard(QWidget):
    """Arrow keys and taps choose; without people it says what to do."""

    chosen = Signal(object)
    """The StaffFace now in front, or None."""
    retry_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._staff: tuple[StaffFace, ...] = ()
        self._current: StaffFace | None = None
        self._columns, self._page = 3, 0
        self._tiles: list[StaffTile] = []
        self._build()

    def _build(self) -> None:
        self._title = TextLabel(self.tr("Who is using this till?"), "title")
        self._empty = TextLabel("", "body", wraps=True)
        self._empty.setText(
            self.tr("This till has no staff list yet. Connect it to the network, then try again.")
        )
        self._retry = TouchButton(self.tr("Try again"), Kind.PRIMARY, "refresh")
        self._retry.tapped.connect(self.retry_asked)
        self._grid = QGridLayout()
        self._grid.setSpacing(u(_GAP))
        self._previous = TouchButton("", Kind.SECONDARY, "left")
        self._previous.setAccessibleName(self.tr("Previous page"))
        self._previous.tapped.connect(lambda: self._turn(-1))
        self._next = TouchButton("", Kind.SECONDARY, "right")
        self._next.setAccessibleName(self.tr("Next page"))
        self._next.tapped.connect(lambda: self._turn(1))
        self._pages = TextLabel("", "hint", "soft")
        pager = QHBoxLayout()
        pager.addWidget(self._previous)
        pager.addStretch(1)
        pager.addWidget(self._pages)
        pager.addStretch(1)
        pager.addWidget(self._next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(u(16))
        column.addWidget(self._title)
        column.addWidget(self._empty)
        column.addWidget(self._retry, 0, Qt.AlignmentFlag.AlignLeading)
        column.addLayout(self._grid)
        column.addStretch(1)
        column.addLayout(pager)

    @property
    def current(self) -> StaffFace | None:
        return self._current

    @property
    def tiles(self) -> tuple[StaffTile, ...]:
        """Those on this page."""
        return tuple(self._tiles)

    def set_staff(self, staff: Sequence[StaffFace]) -> None:
        self._staff = tuple(staff)
        known = {person.staff_id: person for person in self._staff}
        now = self._current.staff_id if self._current else ""
        self._current = known.get(now) or (self._staff[0] if len(self._staff) == 1 else None)
        self._empty.setVisible(not self._staff)
        self._retry.setVisible(not self._staff)
        self._lay_out()

    def set_columns(self, columns: int) -> None:
        if columns != self._columns:
            self._columns = columns
            self._lay_out()

    def choose(self, staff_id: str) -> None:
        """Put a person in front, on the right page."""
        for index, person in enumerate(self._staff):
            if person.staff_id == staff_id:
                self._current = person
                self._show_page(index // self._per_page())
                self._mark()
                self.chosen.emit(person)

    def take_key(self, event: QKeyEvent) -> bool:
        """Arrows move the choice; False when the key is not for the board."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._staff:
            return False
        now = self._staff.index(self._current) if self._current in self._staff else -step
        there = now + step
        if 0 <= there < len(self._staff):
            self.choose(self._staff[there].staff_id)
        event.accept()
        return True

    def _per_page(self) -> int:
        room = self.height() - self._title.sizeHint().height() - u(16) * 2 - u(SIZES["standard"])
        rows = max(1, (room + u(_GAP)) // (u(SIZES["tile_staff_tall"]) + u(_GAP)))
        return int(rows) * self._columns

    def _page_count(self) -> int:
        return max(1, -(-len(self._staff) // self._per_page()))

    @Slot(int)
    def _turn(self, step: int) -> None:
        self._show_page(min(max(self._page + step, 0), self._page_count() - 1))

    def _show_page(self, page: int) -> None:
        if page != self._page:
            self._page = page
            self._lay_out()

    def _mark(self) -> None:
        """Which tile is chosen; tiles stay the same widgets, so that a press keeps its look."""
        for tile in self._tiles:
            tile.setChecked(tile.staff is self._current)

    def _lay_out(self) -> None:
        """Show the people of this page; positions do not depend on who is chosen."""
        for tile in self._tiles:
            self._grid.removeWidget(tile)
            tile.deleteLater()
        size = self._per_page()
        self._page = min(self._page, self._page_count() - 1)
        people = self._staff[self._page * size : (self._page + 1) * size]
        self._tiles = [self._tile(person) for person in people]
        self._mark()
        for index, tile in enumerate(self._tiles):
            self._grid.addWidget(tile, index // self._columns, index % self._columns)
        for column in range(max(self._columns, self._grid.columnCount())):
            self._grid.setColumnStretch(column, 1 if column < self._columns else 0)
        several = self._page_count() > 1
        for widget in (self._previous, self._pages, self._next):
            widget.setVisible(several)
        self._pages.setText(self.tr("Page {} of {}").format(self._page + 1, self._page_count()))

    def _tile(self, person: StaffFace) -> StaffTile:
        tile = StaffTile(person)
        tile.tapped.connect(lambda: self.choose(person.staff_id))
        return tile

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().height() != event.size().height():
            self._lay_out()
