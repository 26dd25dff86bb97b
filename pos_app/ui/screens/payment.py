"""Payment: any part by any means until nothing is left; typing less than the rest is split tender."""

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from pos_app.domain.events import (
    BasketDiscounted,
    BasketReplaced,
    LineAdded,
    LineChanged,
    LineRemoved,
    TendersChanged,
)
from pos_app.domain.money import Money
from pos_app.domain.sale import TenderKind
from pos_app.services.till import Till
from pos_app.ui.actions import ACTIONS
from pos_app.ui.format import formats
from pos_app.ui.layout import Metrics
from pos_app.ui.screen import Screen
from pos_app.ui.selling.attempt import Attempts
from pos_app.ui.selling.card_confirm import CardConfirm
from pos_app.ui.selling.entry import Keyed
from pos_app.ui.selling.payment_summary import PaymentSummary
from pos_app.ui.selling.tender_pane import TenderPane
from pos_app.ui.signals import AppSignals
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.explain import say
from pos_app.ui.widgets.text import TextLabel

_CHANGES = (
    LineAdded,
    LineChanged,
    LineRemoved,
    BasketDiscounted,
    BasketReplaced,
    TendersChanged,
)


class PaymentScreen(Screen):
    """Follows the till: the sale is complete when the till says so, and Change takes over."""

    rail_place = "sell"
    shows_basket = True

    def __init__(self, till: Till, signals: AppSignals) -> None:
        super().__init__()
        self._till, self._signals = till, signals
        self._attempts = Attempts(self, signals)
        self._summary = PaymentSummary(till.settings.currency)
        self.entry = Keyed(formats_money, parent=self)
        self.tenders = TenderPane()
        self.confirm = CardConfirm()
        self._note = TextLabel("", "body", "soft", wraps=True)
        self.back = TouchButton(self.tr("Back to basket"), Kind.SECONDARY, "back")
        self.pad = self.entry.pad
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        self._middle = QWidget()
        middle = self._pad_column = QVBoxLayout(self._middle)
        middle.setSpacing(u(8))
        self._amount_title = TextLabel(self.tr("Next payment"), "body", "soft")
        middle.addWidget(self._amount_title)
        middle.addWidget(self.entry.well)
        middle.addWidget(self.entry.pad)
        middle.addWidget(
            TextLabel(
                self.tr("Key less than the rest to split the payment."), "label", "soft", wraps=True
            )
        )
        middle.addStretch(1)
        self._right = QWidget()
        right = self._tender_column = QVBoxLayout(self._right)
        right.addWidget(self.confirm)
        right.addWidget(self.tenders, 100)
        # takes the room while the question stands there alone
        right.addStretch(1)
        self.confirm.hide()
        self._paying = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._paying.addWidget(self._middle)
        self._paying.addWidget(self._right, 1)
        self._panes = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._panes.setContentsMargins(0, 0, 0, 0)
        self._panes.setSpacing(0)
        self._panes.addWidget(self._summary)
        self._panes.addLayout(self._paying, 1)
        self.back.set_key_hint(ACTIONS["back"].key)
        self.action_bar.add_secondary(self.back)
        self.action_bar.add_strong(self._note)

    def _connect(self) -> None:
        self._signals.till_event.connect(self.hear)
        self._summary.remove_asked.connect(self._remove)
        self.entry.changed.connect(self._show_tenders)
        self.tenders.cash_asked.connect(self._take_cash)
        self.tenders.typed_cash_asked.connect(self._take_typed)
        self.tenders.card_asked.connect(self._ask_card)
        self.confirm.approved.connect(self._take_card)
        self.confirm.declined.connect(self._card_declined)
        self.confirm.reference.left.connect(self.setFocus)
        self.back.tapped.connect(self._go_back)
        for action, slot in (
            ("card", self.tenders.card.fire),
            ("confirm", self._confirm_key),
            ("back", self._go_back),
        ):
            self.bind(action, slot)

    # what the window asks of a screen

    def enter(self) -> None:
        super().enter()
        self._end_question()
        self._show()

    def leave(self) -> None:
        self._end_question()

    def set_metrics(self, metrics: Metrics) -> None:
        """What is to pay, the pad, the means; in portrait the first above the other two."""
        directions = QBoxLayout.Direction
        across = directions.RightToLeft if metrics.mirrored else directions.LeftToRight
        pad, portrait = u(metrics.pad), metrics.is_portrait
        self.entry.set_metrics(metrics)
        self.tenders.set_metrics(metrics)
        self._summary.set_metrics(metrics)
        self._pad_column.setContentsMargins(2 * pad, u(16), pad, pad)
        self._tender_column.setContentsMargins(pad, u(16), 2 * pad, pad)
        self._panes.setDirection(directions.TopToBottom if portrait else across)
        self._paying.setDirection(across)
        self._panes.setStretch(0, 1 if portrait else 0)
        self._panes.setStretch(1, 0 if portrait else 1)
        self._note.setVisible(metrics.has_room)

    def toast_area(self) -> QRect:
        """Over the lines that were sold: not over the pad, nor over a means of payment."""
        return self._summary.geometry()

    def scan(self, raw: bytes | str, source: str) -> bool:
        """Nothing paid: back to the basket and add. Part paid: refuse and say why."""
        if self._till.staff is None:
            return False
        if self._till.tenders or self.confirm.isVisible():
            self._attempts.refuse(
                self.tr("Part of the sale is paid. Nothing was added.")
                + " "
                + self.tr("Finish or remove the payments first.")
            )
            return True
        self._signals.navigate.emit("sell")
        self._attempts.run(lambda: self._till.scan(raw, source))
        return True

    @Slot(object)
    def hear(self, event: object) -> None:
        if not self.isVisible() or not isinstance(event, _CHANGES):
            # out of sight it costs a scan nothing: `enter` shows everything anew
            return
        if not isinstance(event, TendersChanged | BasketReplaced):
            # the server knew a code after all, while the cashier went on to payment
            say(self, self.tr("The basket has changed. Check what is to pay."), icon="warning")
        self._end_question()
        self._show()

    # showing

    def _show(self) -> None:
        till = self._till
        self._summary.show_state(till.basket, till.tenders, till.settlement)
        self.entry.propose(till.settlement.due)
        taken = bool(till.tenders)
        self._note.setText(
            self.tr("Scans are refused now: part of the sale is paid.")
            if taken
            else self.tr("Scanning an item goes back to the basket.")
        )

    @Slot()
    def _show_tenders(self) -> None:
        self.tenders.show_state(
            self._till.quick_cash(), self.entry.value, is_keyed=self.entry.is_keyed
        )

    # paying

    @Slot(object)
    def _take_cash(self, amount: Money) -> None:
        self._take(TenderKind.CASH, amount)

    @Slot()
    def _take_typed(self) -> None:
        self._take(TenderKind.CASH, self.entry.value)

    def _confirm_key(self) -> None:
        """Enter after digits is cash of that amount; alone it finishes nothing by accident."""
        if self.confirm.isVisible():
            return
        if self.entry.is_keyed:
            self.tenders.typed.fire()
        elif not self._till.settlement.due:
            self._finish_free()

    def _finish_free(self) -> None:
        """Nothing is left to pay: every way to pay ends the sale, no terminal is asked."""
        self._take_cash(0)

    @Slot()
    def _ask_card(self) -> None:
        """The amount is checked before the terminal is used, not after the customer has paid."""
        due, amount = self._till.settlement.due, self.entry.value
        if not due:
            self._finish_free()
            return
        if not 0 < amount <= due:
            self._attempts.refuse(
                self.tr("A card pays at most what is still to pay, {amount}.").format(
                    amount=formats().amount(due)
                )
            )
            return
        self.tenders.hide()
        self.entry.pad.setEnabled(False)
        self.confirm.ask(amount)
        # on the harmless answer: Tab and Space say yes, no single key does
        self.confirm.no.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object, str)
    def _take_card(self, amount: Money, reference: str) -> None:
        self._take(TenderKind.CARD_EXTERNAL, amount, reference)

    @Slot()
    def _card_declined(self) -> None:
        self._end_question()
        self._attempts.refuse(
            self.tr("The card was not approved. Nothing was taken. Try another card or cash.")
        )

    def _end_question(self) -> None:
        self.confirm.hide()
        self.entry.pad.setEnabled(True)
        self.tenders.show()
        self.setFocus()

    def _take(self, kind: TenderKind, amount: Money, reference: str = "") -> None:
        self._attempts.run(lambda: self._till.take_tender(kind, amount, reference), paying=True)

    @Slot(str)
    def _remove(self, tender_id: str) -> None:
        self._attempts.run(lambda: self._till.remove_tender(tender_id))

    @Slot()
    def _go_back(self) -> None:
        """Esc: the question first, then the basket; payments taken stay taken."""
        if self.confirm.isVisible():
            self._end_question()
            return
        self._signals.navigate.emit("sell")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """While the terminal is asked about, digits change nothing."""
        if self.confirm.isVisible():
            self.keys.take(event)
            return
        super().keyPressEvent(event)


def formats_money(amount: Money) -> str:
    return formats().money(amount)
