"""What is to pay, what has been paid, what is left: the reading side of Payment."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.domain.basket import Basket
from pos_app.domain.money import Currency
from pos_app.domain.sale import Settlement, Tender, TenderKind
from pos_app.ui.format import formats
from pos_app.ui.layout import Metrics
from pos_app.ui.models.basket_model import BasketModel
from pos_app.ui.selling.amount_text import AmountText
from pos_app.ui.selling.line_list import LinesToRead
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.text import ElidedLabel, TextLabel

_COMPACT_WIDE = 298
_ANY = (1 << 24) - 1
"""QWIDGETSIZE_MAX: no limit."""


def tender_name(tender: Tender, words: "PaymentSummary") -> str:
    """Cash, or the card with the reference that was keyed."""
    if tender.kind is TenderKind.CASH:
        return words.tr("Cash")
    return f"{words.tr('Card')} {tender.ref}".strip()


class AmountRow(QWidget):
    """A name at the start, an amount at the end; the name gives way."""

    def __init__(self, name: str, name_type: str, type_: str, tone: str = "") -> None:
        super().__init__()
        self.name = TextLabel(name, name_type, tone, wraps=True)
        self.amount = AmountText(type_)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(u(SIZES["edge"]))
        row.addWidget(self.name, 2)
        row.addWidget(self.amount, 3)


class PaymentSummary(QWidget):
    """Tenders taken can be removed one by one; the rest is always said."""

    remove_asked = Signal(str)
    """The id of a tender."""

    def __init__(self, currency: Currency) -> None:
        super().__init__()
        self._currency = currency
        self.setProperty("pane", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._total = AmountRow(self.tr("TO PAY"), "strong", "total")
        self._count = TextLabel("", "body", "soft")
        self._paid_title = TextLabel(self.tr("Paid so far"), "strong")
        self._tenders = QVBoxLayout()
        self._rest = AmountRow(self.tr("STILL TO PAY"), "strong", "total")
        self._rounding = AmountRow(self.tr("Rounding (cash only)"), "body", "body", "soft")
        self._model = BasketModel(self)
        self._lines = LinesToRead(self._model)
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(u(16), u(16), u(16), u(16))
        column.setSpacing(u(12))
        rule = QFrame()
        rule.setProperty("pane", "rule")
        rule.setFixedHeight(u(SIZES["line"]))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(column)
        whole.addWidget(rule)
        whole.addWidget(self._lines, 1)
        column.addWidget(self._total)
        column.addWidget(self._count)
        column.addSpacing(u(8))
        column.addWidget(self._paid_title)
        self._tenders.setSpacing(u(8))
        column.addLayout(self._tenders)
        column.addWidget(self._rest)
        column.addWidget(self._rounding)

    def set_metrics(self, metrics: Metrics) -> None:
        """As wide as the basket; in the compact class narrower, with smaller sums."""
        wide = _COMPACT_WIDE if metrics.is_compact else metrics.basket
        self.setMinimumWidth(0)
        self.setMaximumWidth(_ANY if metrics.is_portrait else u(wide))
        self.setMinimumWidth(0 if metrics.is_portrait else u(wide))
        size = "pad" if metrics.is_compact else "total"
        for row in (self._total, self._rest):
            row.amount.set_face(size)

    def show_state(self, basket: Basket, tenders: Sequence[Tender], settlement: Settlement) -> None:
        """Everything as the till has it now."""
        words = formats()
        self._model.show_all(basket)
        self._total.amount.set_text(words.money(settlement.total))
        one = self.tr("1 item")
        count = basket.piece_count
        items = one if count == 1 else self.tr("%n items", "", count)
        off = basket.figures.discount
        saved = self.tr("you save {amount}").format(amount=words.amount(off))
        self._count.setText(f"{items} · {saved}" if off else items)
        self._show_tenders(tenders)
        for widget in (self._paid_title, self._rest):
            widget.setVisible(bool(tenders))
        self._rest.amount.set_text(words.money(settlement.due))
        rounding = settlement.cash_due - settlement.due
        self._rounding.setVisible(self._currency.cash_step > 1)
        self._rounding.amount.set_text(words.amount(rounding))

    def _show_tenders(self, tenders: Sequence[Tender]) -> None:
        while (item := self._tenders.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for tender in tenders:
            self._tenders.addWidget(self._tender_row(tender))

    def _tender_row(self, tender: Tender) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(u(12), 0, 0, 0)
        row.setSpacing(u(12))
        amount = TextLabel(formats().amount(-tender.amount), "title")
        remove = TouchButton("", Kind.QUIET, "close", repeats=True)
        remove.setFixedSize(u(SIZES["standard"]), u(SIZES["floor"]))
        name = tender_name(tender, self)
        remove.setAccessibleName(self.tr("Remove payment: {name}").format(name=name))
        remove.tapped.connect(lambda: self.remove_asked.emit(tender.tender_id))
        row.addWidget(ElidedLabel(name, "body"), 1)
        row.addWidget(amount)
        row.addWidget(remove)
        return line
