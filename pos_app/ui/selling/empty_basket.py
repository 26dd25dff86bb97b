"""What stands where the basket will be: what to do first, the last receipt, the held sales."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.domain.sale import Sale, TenderKind
from pos_app.ui.format import formats
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.icon_label import IconLabel
from pos_app.ui.widgets.text import TextLabel


class EmptyBasket(QWidget):
    """Never a blank pane: one sentence and what can be done."""

    print_asked = Signal()
    held_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("pane", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sign = IconLabel("scan", "text2", SIZES["standard"])
        self._title = TextLabel(self.tr("Scan the first item"), "title")
        self._more = TextLabel(
            self.tr("or tap a tile, or press / and type a name"), "body", "soft", wraps=True
        )
        self._card = QFrame()
        self._card.setProperty("pane", "well")
        self._receipt = TextLabel("", "label", "soft", wraps=True)
        self._sum = TextLabel("", "title")
        self._paid = TextLabel("", "label", "soft", wraps=True)
        self._print = TouchButton(self.tr("Print again"), Kind.SECONDARY, "printer")
        self._held = TouchButton("", Kind.SECONDARY, "hold")
        self._build()
        self._print.tapped.connect(self.print_asked)
        self._held.tapped.connect(self.held_asked)

    def _build(self) -> None:
        for label in (self._sign, self._title, self._more):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        for label in (self._receipt, self._sum, self._paid):
            texts.addWidget(label)
        card = QHBoxLayout(self._card)
        card.setContentsMargins(u(16), u(12), u(12), u(12))
        card.setSpacing(u(12))
        card.addLayout(texts, 1)
        card.addWidget(self._print)
        column = QVBoxLayout(self)
        column.setContentsMargins(u(16), u(16), u(16), u(16))
        column.setSpacing(u(8))
        column.addStretch(2)
        for widget in (self._sign, self._title, self._more):
            column.addWidget(widget)
        column.addStretch(3)
        column.addWidget(self._held)
        column.addWidget(self._card)

    def show_state(self, last: Sale | None, held: int) -> None:
        """The sale booked last at this till, and how many are held."""
        self._card.setVisible(last is not None)
        if last is not None:
            self._show_last(last)
        one = self.tr("Take up the held sale")
        many = self.tr("Show %n held sales", "", held)
        self._held.set_text(one if held == 1 else many)
        self._held.setVisible(held > 0)

    def _show_last(self, sale: Sale) -> None:
        words = formats()
        when = words.time(sale.completed_at_ms)
        self._receipt.setText(self.tr("Last receipt, {time}").format(time=when))
        self._sum.setText(words.money(sale.total))
        is_cash = any(tender.kind is TenderKind.CASH for tender in sale.tenders)
        change = self.tr("Change {amount}").format(amount=words.amount(sale.change))
        paid = change if is_cash else self.tr("Paid by card")
        self._paid.setText(f"{sale.receipt_no} · {paid}")
