"""A code nothing carries: what happened, and what can be done, without stopping the sale."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.domain.events import CodeUnknown
from pos_app.ui.connection import SyncFace
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.text import TextLabel


class CodeNotice(QFrame):
    """Stands at the foot of the goods pane until it is answered or the next code is right."""

    search_asked = Signal(str)
    open_price_asked = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over, self._code = over, ""
        self._can_ask = True
        self.setProperty("pane", "warn")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = TextLabel("", "strong", "warn", wraps=True)
        self._text = TextLabel("", "body", "warn", wraps=True)
        self.search = TouchButton(self.tr("Search"), Kind.SECONDARY, "search")
        self.open_price = TouchButton(self.tr("Sell as open price"), Kind.SECONDARY)
        self._close = TouchButton("", Kind.QUIET, "close")
        self._close.setAccessibleName(self.tr("Close"))
        self._build()
        over.installEventFilter(self)
        self.hide()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        row = QHBoxLayout()
        row.setSpacing(u(12))
        row.addWidget(self.search)
        row.addWidget(self.open_price)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(u(16), u(8), u(8), u(12))
        column.setSpacing(u(8))
        column.addLayout(head)
        column.addWidget(self._text)
        column.addLayout(row)
        self.search.tapped.connect(self._search)
        self.open_price.tapped.connect(self._sell_open)
        self._close.tapped.connect(self.hide)

    @Slot(object)
    def note_connection(self, state: SyncFace) -> None:
        """Whether the server can be asked about a code at all."""
        self._can_ask = state.connection in {"online", "slow"}

    def show_code(self, event: CodeUnknown, shown: str) -> None:
        """`shown` is the code short enough for a sentence."""
        self._code = event.code
        self._title.setText(self.tr("Code {code} is not known.").format(code=shown))
        if not self._can_ask:
            text = self.tr("Nothing was added to the sale. The server cannot be asked now.")
        elif event.no_answer:
            text = self.tr("Nothing was added to the sale. The server did not answer.")
        elif event.asked_central:
            text = self.tr("The server does not know it either. Nothing was added to the sale.")
        else:
            text = self.tr("Nothing was added to the sale. The server is being asked.")
        self._text.setText(text)
        self.setAccessibleName(f"{self._title.text()} {self._text.text()}")
        self.show()
        self._place()

    @property
    def text(self) -> str:
        return f"{self._title.text()} {self._text.text()}"

    def _search(self) -> None:
        self.hide()
        self.search_asked.emit(self._code)

    def _sell_open(self) -> None:
        self.hide()
        self.open_price_asked.emit()

    def _place(self) -> None:
        edge = u(8)
        width = self._over.width() - 2 * edge
        tall = max(self.heightForWidth(width), self.sizeHint().height())
        self.setGeometry(edge, self._over.height() - tall - edge, width, tall)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False
