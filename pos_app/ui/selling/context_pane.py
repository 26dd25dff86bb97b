"""The third column of wide screens: what is known of the chosen line, and the held sales."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.services.till import Till
from pos_app.ui.format import formats
from pos_app.ui.models.pick_model import PickRow, held_row
from pos_app.ui.selling.pick_list import PickList
from pos_app.ui.selling.stock_words import age
from pos_app.ui.units import u
from pos_app.ui.widgets.text import TextLabel

_CALM_MS = 150


class ContextPane(QWidget):
    """Follows the selection a moment later, so that it never slows a scan."""

    recalled = Signal(str)

    def __init__(self, till: Till, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._till, self._row = till, -1
        self.setProperty("pane", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._name = TextLabel("", "title", wraps=True)
        self._detail = TextLabel("", "body", "soft", wraps=True)
        self._stock = PickList(self.tr("Stock of all places"))
        self._none = TextLabel("", "body", "soft", wraps=True)
        self._held_title = TextLabel(self.tr("Held sales"), "strong")
        self._held = PickList(self.tr("Held sales"))
        self._held.picked.connect(self.recalled)
        self._timer = QTimer(self, singleShot=True, interval=_CALM_MS)
        self._timer.timeout.connect(self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(u(16), u(16), u(16), u(16))
        column.setSpacing(u(12))
        for widget in (self._name, self._detail, self._none, self._stock):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self._held_title)
        column.addWidget(self._held)
        self._show_line(-1)
        self._show_held([])

    def follow(self, row: int) -> None:
        """The chosen line changed, or the basket did."""
        self._row = row
        if self.isVisible():
            self._timer.start()

    def rest(self) -> None:
        """Ask the store nothing any more."""
        self._timer.stop()

    @Slot()
    def _show(self) -> None:
        self._show_held([held_row(it) for it in self._till.suspended()])
        self._show_line(self._row)

    def _show_held(self, held: list[PickRow]) -> None:
        self._held.show_rows(held, first=False)
        self._held.setVisible(bool(held))
        self._held_title.setVisible(bool(held))

    def _show_line(self, row: int) -> None:
        lines = self._till.basket.lines
        found = 0 <= row < len(lines)
        self._stock.hide()
        self._none.setVisible(found)
        if not found:
            self._name.setText(self.tr("Nothing chosen"))
            self._detail.setText(self.tr("The article of the chosen line shows here."))
            return
        line = lines[row]
        self._name.setText(line.name)
        price = formats().money(line.unit_price)
        self._detail.setText(" · ".join(it for it in (line.detail, price, line.sku) if it))
        rows = [
            PickRow(it.place_id, it.place_name, age(it.as_of_ms), formats().qty(it.qty))
            for it in self._till.catalog.stock(line.sku)
        ]
        self._stock.show_rows(rows, first=False)
        self._stock.setVisible(bool(rows))
        self._none.setText(self.tr("No stock figures are known for this article."))
        self._none.setVisible(not rows)
