"""A list to pick from, with page buttons when there is more than fits."""

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.delegates.pick_delegate import ROW, PickDelegate
from pos_app.ui.models.pick_model import PickModel, PickRow
from pos_app.ui.selling.plain_view import RowList
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton

_SHOWN = 6
_FRAME = 4


class _Rows(RowList):
    row_height = ROW


class PickList(QFrame):
    """Tells the key of what was tapped, or of the current row on Enter."""

    picked = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("pane", "card")
        self.model = PickModel(self)
        self.view = _Rows(self.model, PickDelegate())
        self.view.setAccessibleName(name)
        self._pages = QWidget()
        self._build()
        self.view.tapped.connect(self._tap)
        self.view.overflowed.connect(self._pages.setVisible)

    def _build(self) -> None:
        pages = QVBoxLayout(self._pages)
        pages.setContentsMargins(u(4), u(4), u(4), u(4))
        for icon, name, step in (
            ("up", self.tr("Page up"), -1),
            ("down", self.tr("Page down"), 1),
        ):
            button = TouchButton("", Kind.SECONDARY, icon, repeats=True)
            button.setFixedSize(u(SIZES["standard"]), u(SIZES["standard"]))
            button.setAccessibleName(name)
            button.tapped.connect(lambda step=step: self.view.page(step))
            pages.addWidget(button)
            if step < 0:
                pages.addStretch(1)
        self._pages.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(u(1), u(1), u(1), u(1))
        row.setSpacing(0)
        row.addWidget(self.view, 1)
        row.addWidget(self._pages)

    def show_rows(self, rows: list[PickRow], *, first: bool = True) -> None:
        """Other rows; the first one is current, so that Enter has something to do."""
        self.model.show(rows)
        self.view.choose(0 if rows and first else -1)
        self.view.updateGeometries()
        self.view.viewport().update()
        self.updateGeometry()

    @property
    def current(self) -> str:
        """The key of the current row; empty without one."""
        row = self.model.row_at(self.view.chosen)
        return row.key if row is not None else ""

    def step(self, by: int) -> None:
        """So many rows on."""
        count = self.model.rowCount()
        if count:
            self.view.choose(max(0, min(self.view.chosen + by, count - 1)))

    @Slot(int)
    def _tap(self, row: int) -> None:
        found = self.model.row_at(row)
        if found is not None:
            self.picked.emit(found.key)

    def sizeHint(self) -> QSize:
        rows = max(1, min(self.model.rowCount(), _SHOWN))
        return QSize(u(480), rows * u(ROW) + u(_FRAME))

    def minimumSizeHint(self) -> QSize:
        return QSize(u(280), min(self.sizeHint().height(), 3 * u(ROW)))
