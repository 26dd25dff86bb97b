"""After the sale: the change, what to give, the drawer and the receipt. The next scan starts anew."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hardware.document import DrawerPulse
from hardware.status import JobState, PrintJob
from pos_app.domain.events import SaleCompleted
from pos_app.domain.money import Money
from pos_app.domain.sale import Sale, TenderKind
from pos_app.services.till import Till
from pos_app.ui.actions import label
from pos_app.ui.delegates.ink import Align
from pos_app.ui.format import formats
from pos_app.ui.layout import Metrics
from pos_app.ui.models.basket_model import BasketModel, sold_row
from pos_app.ui.models.giving import pieces
from pos_app.ui.screen import Screen
from pos_app.ui.selling.amount_text import AmountText
from pos_app.ui.selling.attempt import Attempts
from pos_app.ui.selling.line_list import LinesToRead
from pos_app.ui.selling.print_words import PrintState, print_state
from pos_app.ui.signals import AppSignals
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.icon_label import IconLabel
from pos_app.ui.widgets.text import TextLabel

_STAYS_MS = 30_000
_ENDS = frozenset({JobState.PRINTED, JobState.FAILED, JobState.UNKNOWN})
_INKS = {"ok": "go", "warn": "warn_line", "error": "danger"}


class StateLine(QWidget):
    """A sign and a sentence; never the colour alone."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("printer", "text2", SIZES["icon"])
        self.text = TextLabel("", "strong", wraps=True)
        self.help = TextLabel("", "body", wraps=True)
        texts = QVBoxLayout()
        texts.setSpacing(u(4))
        texts.addWidget(self.text)
        texts.addWidget(self.help)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(u(12))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)

    def show_state(self, state: PrintState) -> None:
        self._icon.show_icon(_INKS.get(state.tone, "text2"), state.icon)
        self.text.setText(state.title)
        self.help.setText(state.help_)
        self.help.setVisible(bool(state.help_))
        self.setAccessibleName(f"{state.title} {state.help_}".strip())


class ChangeScreen(Screen):
    """Shows the sale that was just booked; everything here happened already."""

    rail_place = "sell"

    def __init__(
        self, till: Till, signals: AppSignals, print_again: Callable[[Sale], object]
    ) -> None:
        """`print_again` prints what never came out, else a COPY. The services print the first."""
        super().__init__()
        self._till, self._signals, self._print_again = till, signals, print_again
        self._sale: Sale | None = None
        self._held_up: PrintJob | None = None
        """What the printer waits with: nothing behind it comes out before."""
        self._attempts = Attempts(self, signals)
        self._leave = QTimer(self, singleShot=True, interval=_STAYS_MS)
        self._leave.timeout.connect(self._new_sale)
        self._build()
        signals.till_event.connect(self.hear)
        signals.printer_state.connect(self._show_job)
        self.new_sale.tapped.connect(self._new_sale)
        self.again.tapped.connect(self._print)
        for action in ("new_sale", "back"):
            self.bind(action, self.new_sale.fire)

    def _build(self) -> None:
        self._word = TextLabel("", "title", "soft")
        self._change = AmountText("display", Align.START)
        self._sums = TextLabel("", "title", wraps=True)
        self._rounding = TextLabel("", "title", wraps=True)
        self._cards = TextLabel("", "title", wraps=True)
        self._give = TextLabel("", "title", wraps=True)
        self._drawer = StateLine()
        self._printed = StateLine()
        self._next = TextLabel(self.tr("The next scan starts a new sale."), "body", "soft")
        self._receipt = TextLabel("", "title")
        self._model = BasketModel(self)
        self._lines = LinesToRead(self._model)
        self.again = TouchButton(label("print_again"), Kind.SECONDARY, "printer")
        self.new_sale = TouchButton(label("new_sale"), Kind.PAY)
        self.new_sale.set_key_hint(self.tr("Enter"))
        self.action_bar.add_strong(self.new_sale)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setSpacing(u(16))
        self._row.addWidget(self._money_card(), 3)
        self._row.addWidget(self._receipt_card(), 2)

    def _money_card(self) -> QFrame:
        card, column = _card()
        column.addWidget(self._word)
        column.addWidget(self._change)
        column.addSpacing(u(8))
        column.addWidget(self._sums)
        column.addWidget(self._rounding)
        column.addWidget(self._cards)
        column.addWidget(self._give)
        column.addStretch(1)
        column.addWidget(self._drawer)
        column.addWidget(self._next)
        return card

    def _receipt_card(self) -> QFrame:
        card, column = _card()
        column.addWidget(TextLabel(self.tr("Receipt"), "body", "soft"))
        column.addWidget(self._receipt)
        column.addSpacing(u(8))
        column.addWidget(self._printed)
        column.addSpacing(u(8))
        column.addWidget(self.again)
        column.addSpacing(u(8))
        column.addWidget(self._lines, 1)
        return card

    def enter(self) -> None:
        super().enter()
        if self._sale is not None and not _paid_cash(self._sale):
            # with an open drawer the person decides when this is done
            self._leave.start()

    def leave(self) -> None:
        self._leave.stop()

    def set_metrics(self, metrics: Metrics) -> None:
        edge = u(metrics.pad)
        self._row.setContentsMargins(edge, edge, edge, edge)
        directions = QBoxLayout.Direction
        # in the compact class beside each other too: 624 u are too few for both cards with a fault
        stacked = metrics.is_portrait
        across = directions.RightToLeft if metrics.mirrored else directions.LeftToRight
        self._row.setDirection(directions.TopToBottom if stacked else across)

    def scan(self, raw: bytes | str, source: str) -> bool:
        """The next customer's first item."""
        if self._till.staff is None:
            return False
        self._new_sale()
        self._attempts.run(lambda: self._till.scan(raw, source))
        return True

    @Slot(object)
    def hear(self, event: object) -> None:
        if isinstance(event, SaleCompleted):
            self._show_sale(event.sale)
            self._signals.sound.emit("done")
            self._signals.navigate.emit("change")

    def _show_sale(self, sale: Sale) -> None:
        words = formats()
        self._sale = sale
        cash = sum(it.amount for it in sale.tenders if it.kind is TenderKind.CASH)
        paid_cash = _paid_cash(sale)
        self._word.setText(self.tr("CHANGE") if paid_cash else self.tr("PAID BY CARD"))
        self._change.set_text(words.money(sale.change if paid_cash else sale.total))
        received = self.tr("Received {received}   Total {total}")
        paid = received.format(received=words.amount(cash), total=words.amount(sale.total))
        self._sums.setText(paid if paid_cash else "")
        self._sums.setVisible(paid_cash)
        rounded = self.tr("Rounding {amount}")
        self._rounding.setText(rounded.format(amount=words.amount(sale.rounding)))
        self._rounding.setVisible(bool(sale.rounding))
        self._show_cards(sale)
        self._show_giving(sale.change)
        opened = PrintState("drawer", self.tr("The drawer was opened"))
        shut = PrintState("drawer", self.tr("The drawer stays shut"))
        self._drawer.show_state(opened if paid_cash else shut)
        self._model.show([sold_row(line) for line in sale.lines])
        self._receipt.setText(sale.receipt_no)
        goes = PrintState("printer", self.tr("The receipt goes to the printer"), "soft")
        self._printed.show_state(print_state(self._held_up) if self._held_up else goes)

    def _show_cards(self, sale: Sale) -> None:
        """What cards paid, with the numbers of their slips."""
        cards = [it for it in sale.tenders if it.kind is TenderKind.CARD_EXTERNAL]
        texts = [f"{formats().amount(it.amount)} {it.ref}".strip() for it in cards]
        self._cards.setText(self.tr("By card {amounts}").format(amounts=" · ".join(texts)))
        self._cards.setVisible(bool(cards))

    def _show_giving(self, change: Money) -> None:
        settings = self._till.settings
        found = pieces(change, (*settings.notes, *settings.coins))
        parts = [f"{count} × {formats().short_amount(value)}" for value, count in found]
        self._give.setText(self.tr("Give {pieces}").format(pieces="   ".join(parts)))
        self._give.setVisible(bool(parts))

    @Slot(object)
    def _show_job(self, job: object) -> None:
        """Jobs name the receipt they are for; others are not this screen's."""
        if not isinstance(job, PrintJob):
            return
        self._note_held_up(job)
        if self._sale is None:
            return
        if self._sale.receipt_no in job.title:
            self._printed.show_state(print_state(job))
        elif job.state is JobState.FAILED and _opens_drawer(job):
            self._drawer.show_state(
                PrintState(
                    "warning",
                    self.tr("The drawer did not open."),
                    "warn",
                    self.tr("The sale is saved. Open it with the key, and check its cable."),
                )
            )

    def _note_held_up(self, job: PrintJob) -> None:
        if job.state is JobState.QUEUED and job.reason:
            self._held_up = job
        elif job.state in _ENDS and self._held_up is not None:
            # the printer took or gave up something: what waits says so itself
            self._held_up = None

    @Slot()
    def _print(self) -> None:
        if self._sale is not None:
            state = PrintState("printer", self.tr("It goes to the printer again"), "soft")
            self._printed.show_state(state)
            self._print_again(self._sale)

    @Slot()
    def _new_sale(self) -> None:
        self._leave.stop()
        self._signals.navigate.emit("sell")


def _paid_cash(sale: Sale) -> bool:
    return any(tender.kind is TenderKind.CASH for tender in sale.tenders)


def _opens_drawer(job: PrintJob) -> bool:
    blocks = job.document.blocks if job.document is not None else ()
    return any(isinstance(block, DrawerPulse) for block in blocks)


def _card() -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("pane", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(u(32), u(24), u(32), u(24))
    column.setSpacing(u(8))
    return card, column
