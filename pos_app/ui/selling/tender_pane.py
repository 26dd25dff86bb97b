"""The means of payment: card, cash in likely sums, and what comes with later versions."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from pos_app.domain.money import Money
from pos_app.ui.actions import ACTIONS, label, spoken
from pos_app.ui.format import formats
from pos_app.ui.layout import Metrics
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.text import TextLabel

_OFFERS = 4


class TenderPane(QWidget):
    """Buttons keep their places; their amounts follow the rest and the keyed amount."""

    cash_asked = Signal(object)
    """Cash of this much."""
    typed_cash_asked = Signal()
    card_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._offers: tuple[Money, ...] = ()
        self.card = TouchButton(label("card"), Kind.PAY, "card")
        self.card.setAccessibleName(spoken("card"))
        self._chips = [TouchButton("", Kind.SECONDARY) for _ in range(_OFFERS)]
        self.typed = TouchButton("", Kind.SECONDARY, "cash")
        self._later = [
            TouchButton(name, Kind.SECONDARY)
            for name in (self.tr("Gift card"), self.tr("Bank QR"), self.tr("Invoice"))
        ]
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(u(12))
        column.addWidget(self.card)
        column.addSpacing(u(4))
        column.addWidget(TextLabel(self.tr("Cash"), "strong"))
        grid = QGridLayout()
        grid.setSpacing(u(12))
        for number, chip in enumerate(self._chips):
            chip.setMinimumHeight(u(SIZES["pay"]))
            chip.tapped.connect(lambda number=number: self._offer(number))
            grid.addWidget(chip, number // 2, number % 2)
        column.addLayout(grid)
        self.typed.setMinimumHeight(u(SIZES["pay"]))
        self.typed.tapped.connect(self.typed_cash_asked)
        column.addWidget(self.typed)
        column.addStretch(1)
        row = QGridLayout()
        row.setSpacing(u(12))
        for number, button in enumerate(self._later):
            button.set_available(False, self.tr("Not part of this version yet. Take card or cash."))
            row.addWidget(button, 0, number)
        column.addLayout(row)
        self.card.tapped.connect(self.card_asked)

    def set_metrics(self, metrics: Metrics) -> None:
        self.card.set_key_hint(ACTIONS["card"].key if metrics.has_room else "")
        for button in self._later:
            # what cannot be used yet gives way first
            button.setVisible(not metrics.is_compact)

    def show_state(self, offers: Sequence[Money], keyed: Money, *, is_keyed: bool) -> None:
        """`offers` are likely sums, the first exact; `keyed` is what the card would be charged."""
        self._offers = tuple(offers[:_OFFERS])
        exact = self.tr("Exact {amount}")
        for number, chip in enumerate(self._chips):
            shown = number < len(self._offers)
            chip.setVisible(shown)
            if shown:
                text = formats().short_amount(self._offers[number])
                chip.set_text(exact.format(amount=text) if number == 0 else text)
        amount = formats().amount(keyed)
        self.card.set_text(f"{label('card')} {amount}")
        cash = self.tr("Cash {amount}").format(amount=amount)
        self.typed.set_text(cash if is_keyed else self.tr("Cash as keyed"))
        why = self.tr("Key an amount first: it is taken as cash.")
        self.typed.set_available(is_keyed, why)

    def _offer(self, number: int) -> None:
        if number < len(self._offers):
            self.cash_asked.emit(self._offers[number])
