"""Search: results as you type, Enter adds the first one, Esc closes."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from pos_app.domain.catalog import SearchHit
from pos_app.ui.models.pick_model import hit_row
from pos_app.ui.selling.pick_list import PickList
from pos_app.ui.selling.search_worker import SearchWorker
from pos_app.ui.tokens import TIMES
from pos_app.ui.units import u
from pos_app.ui.widgets.sheet import Sheet
from pos_app.ui.widgets.text import TextLabel

_LIST = 296
"""In u: the sheet keeps its size whatever is found."""
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}


class SearchField(QLineEdit):
    """A text field that leaves the arrow keys to the list under it."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self.stepped.emit(step)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class SearchSheet(Sheet):
    """Asks the worker at every key; what it shows always answers what stands in the field."""

    chosen = Signal(object)
    """The SearchHit to sell."""
    code_asked = Signal(str)
    """Enter on a text nothing was found for: it may be a code the server knows."""

    def __init__(self, over: QWidget, worker: SearchWorker) -> None:
        super().__init__(over, self.tr("Search"))
        self._worker = worker
        self._hits: dict[str, SearchHit] = {}
        self._shown_for = ""
        self._enter_waits = False
        self.field = SearchField()
        self.field.setPlaceholderText(
            self.tr("Name, article number, part of a barcode, size, colour")
        )
        self.field.setAccessibleName(self.tr("Search for goods"))
        self.field.setClearButtonEnabled(False)
        self.list = PickList(self.tr("Results"))
        self._state = TextLabel("", "body", "soft", wraps=True)
        policy = self.list.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.list.setSizePolicy(policy)
        self.list.setMinimumHeight(u(_LIST))
        self._slow = QTimer(self, singleShot=True, interval=TIMES["busy_after"])
        self._fill()

    def _fill(self) -> None:
        self.body.setSpacing(u(12))
        self.body.addWidget(self.field)
        self.body.addWidget(self._state)
        self.body.addWidget(self.list, 1)
        self.field.textChanged.connect(self._ask)
        self.field.returnPressed.connect(self._enter)
        self.field.stepped.connect(self.list.step)
        self.list.picked.connect(self._pick)
        self._worker.found.connect(self._show)
        self._worker.failed.connect(self._show_failure)
        self._slow.timeout.connect(lambda: self._state.setText(self.tr("Searching…")))

    def ask(self, text: str = "") -> None:
        """Open with a text in the field, or an empty one."""
        self._enter_waits = False
        self.field.setText(text)
        self.field.selectAll()
        if not text:
            self._show_nothing(self.tr("Results come as you type. Enter adds the first one."))
        self.open(self.field)

    @Slot(str)
    def _ask(self, text: str) -> None:
        self._enter_waits = False
        wanted = text.strip()
        if not wanted:
            self._slow.stop()
            self._shown_for = ""
            self._worker.ask("")
            self._show_nothing(self.tr("Results come as you type. Enter adds the first one."))
            return
        self._slow.start()
        self._worker.ask(wanted)

    @Slot(str, object)
    def _show(self, text: str, hits: tuple[SearchHit, ...]) -> None:
        if text != self.field.text().strip() or not text:
            return
        self._slow.stop()
        self._shown_for = text
        rows = [hit_row(hit) for hit in hits]
        self._hits = {row.key: hit for row, hit in zip(rows, hits, strict=True)}
        self.list.show_rows(rows)
        self.list.setVisible(bool(rows))
        if rows:
            self._state.setText(self._count_text(len(rows)))
        else:
            self._show_nothing(
                self.tr(
                    "Nothing found for “{text}”. Check the spelling, or press Enter to ask"
                    " the server for it as a code."
                ).format(text=text)
            )
        if self._enter_waits:
            self._enter()

    def _count_text(self, count: int) -> str:
        one = self.tr("1 article. Enter adds it.")
        many = self.tr("%n articles. Enter adds the marked one.", "", count)
        return one if count == 1 else many

    @Slot(str)
    def _show_failure(self, _text: str) -> None:
        self._slow.stop()
        self._show_nothing(
            self.tr("The search does not work now. The sale goes on: scan, or use the tiles.")
        )

    def _show_nothing(self, text: str) -> None:
        self._hits = {}
        self.list.show_rows([])
        self.list.hide()
        self._state.setText(text)

    @Slot()
    def _enter(self) -> None:
        """Adds the marked one; keys faster than the answer wait for it."""
        text = self.field.text().strip()
        if not text:
            return
        if text != self._shown_for:
            self._enter_waits = True
            return
        self._enter_waits = False
        if self.list.current:
            self._pick(self.list.current)
        else:
            self.close_sheet()
            self.code_asked.emit(text)

    @Slot(str)
    def _pick(self, key: str) -> None:
        hit = self._hits.get(key)
        if hit is not None:
            self.close_sheet()
            self.chosen.emit(hit)
