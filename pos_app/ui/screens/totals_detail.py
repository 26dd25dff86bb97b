"""What the total is made of: goods, discounts, taxes. Opened by tapping it."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from pos_app.domain.basket import Basket
from pos_app.domain.tax import TaxMode
from pos_app.ui.actions import label
from pos_app.ui.format import formats
from pos_app.ui.models.basket_model import discount_text
from pos_app.ui.tokens import TIMES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.sheet import Sheet
from pos_app.ui.widgets.text import TextLabel


class TotalsSheet(Sheet):
    """For reading; the one thing to do here is to void the sale, which takes two taps."""

    void_asked = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, self.tr("What the total is made of"), wide=640)
        self._grid = QWidget()
        self.body.addWidget(self._grid)
        self._void = TouchButton("", Kind.DANGER, "trash", repeats=True)
        self._void.tapped.connect(self._ask_void)
        self._calm = QTimer(self, singleShot=True, interval=TIMES["toast"])
        self._calm.timeout.connect(self._not_sure)
        # in the body: the sheet's bar would bring it too near to PAY
        self.body.addSpacing(u(8))
        self.body.addWidget(self._void, 0, Qt.AlignmentFlag.AlignLeading)

    def show_basket(self, basket: Basket, reason: str = "") -> None:
        """`reason` says why the sale cannot be voided by this person, if so."""
        self._not_sure()
        self._void.set_available(bool(basket.lines) and not reason, reason)
        self._grid.hide()
        self._grid.deleteLater()
        self._grid = QWidget()
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(u(24))
        grid.setVerticalSpacing(u(12))
        grid.setColumnStretch(0, 1)
        for number, (name, amount, type_) in enumerate(self._rows(basket)):
            value = TextLabel(amount, type_)
            value.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(TextLabel(name, "strong" if type_ == "title" else "body"), number, 0)
            grid.addWidget(value, number, 1)
        self.body.insertWidget(0, self._grid)
        self.open()

    @Slot()
    def _ask_void(self) -> None:
        """Goods cannot come back after this: the first tap only asks."""
        if not self._calm.isActive():
            self._void.set_text(self.tr("Tap again to void the sale"))
            self._calm.start()
            return
        self.close_sheet()
        self.void_asked.emit()

    @Slot()
    def _not_sure(self) -> None:
        self._calm.stop()
        self._void.set_text(label("void"))

    def _rows(self, basket: Basket) -> list[tuple[str, str, str]]:
        words, figures = formats(), basket.figures
        rows = [(self.tr("Goods"), words.amount(figures.subtotal), "body")]
        line_off = sum(line.line_discount for line in figures.lines)
        if line_off:
            rows.append((self.tr("Discounts on lines"), words.amount(-line_off), "body"))
        if basket.discount is not None:
            off = sum(line.basket_discount for line in figures.lines)
            text = discount_text(basket.discount, off).removeprefix(words.amount(-off)).strip()
            name = f"{self.tr('Discount on the sale')} {text}".strip()
            rows.append((name, words.amount(-off), "body"))
        inside = basket.policy.mode is TaxMode.INCLUSIVE
        form = self.tr("{name} {rate} inside") if inside else self.tr("{name} {rate} on top")
        for tax in figures.taxes:
            name = form.format(name=tax.name, rate=words.percent(tax.ppm))
            rows.append((name, words.amount(tax.tax), "body"))
        rows.append((self.tr("TOTAL"), words.money(figures.total), "title"))
        return rows
