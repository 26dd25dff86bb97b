"""The register, home of the till: scan or tap goods, see the basket and the total, go to payment."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame

from pos_app.domain.events import (
    BasketDiscounted,
    BasketReplaced,
    BasketSuspended,
    ChooseVariant,
    CodeRefused,
    CodeUnknown,
    LineAdded,
    LineChanged,
    LineRemoved,
    MatrixWanted,
    PriceWanted,
    QtyPending,
    SignedIn,
    TendersChanged,
    WeightWanted,
)
from pos_app.domain.money import Money, Qty
from pos_app.domain.sale import Sale, TenderKind
from pos_app.services.till import Till
from pos_app.ui import scan_words
from pos_app.ui.layout import Metrics, metrics_for
from pos_app.ui.models.basket_model import BasketModel
from pos_app.ui.models.pick_model import PickRow
from pos_app.ui.screen import Screen
from pos_app.ui.selling.attempt import Attempts
from pos_app.ui.selling.code_notice import CodeNotice
from pos_app.ui.selling.context_pane import ContextPane
from pos_app.ui.selling.customer_strip import CustomerStrip
from pos_app.ui.selling.empty_basket import EmptyBasket
from pos_app.ui.selling.goods_pane import GoodsPane
from pos_app.ui.selling.line_actions import LineActions
from pos_app.ui.selling.line_list import LineList
from pos_app.ui.selling.places import places
from pos_app.ui.selling.questions import Questions
from pos_app.ui.selling.register_bar import RegisterBar
from pos_app.ui.selling.search_worker import Searcher, SearchWorker
from pos_app.ui.selling.totals import TotalsBlock
from pos_app.ui.selling.typed_code import TypedCode
from pos_app.ui.signals import AppSignals
from pos_app.ui.widgets.explain import say

_FRAME_MS = 16
"""The buttons take their amounts in the frame after that of the line and the total."""
_CALM_MS = 300
"""Pages of a pull come in bursts: the tiles are read again once it is quiet."""


class RegisterScreen(Screen):
    """Follows the till's events; holds no figures of its own."""

    shows_basket = True

    def __init__(
        self,
        till: Till,
        signals: AppSignals,
        searcher: Searcher,
        print_again: Callable[[Sale], object],
    ) -> None:
        """`searcher` is asked on a thread of its own; `print_again` prints a COPY of a sale."""
        super().__init__()
        self._till, self._signals, self._print_again = till, signals, print_again
        self._held = 0
        self._is_scan = False
        self._metrics = metrics_for(1, 1)
        self._model = BasketModel(self)
        self._attempts = Attempts(self, signals)
        self._worker = SearchWorker(searcher, self)
        self._typed = TypedCode(self._type_qty, self._look_up)
        self._build()
        self._connect()
        self._bind_keys()
        self._model.show_all(till.basket)
        self.lines.choose(len(till.basket.lines) - 1)  # after a restart as before it
        self._goods.read()
        self._show_all()

    def _build(self) -> None:
        till = self._till
        self._strip = CustomerStrip(self)
        self.lines = LineList(self._model, self)
        self._empty = EmptyBasket(self)
        self.totals = TotalsBlock(self)
        self._goods = GoodsPane(till.catalog, self)
        self._context = ContextPane(till, self)
        self._divider = QFrame(self)
        self._divider.setProperty("pane", "rule")
        self.bar = RegisterBar(self.action_bar, till)
        self.questions = Questions(self._goods, till, self._attempts, self._worker)
        self.notice = CodeNotice(self._goods)
        self._actions = LineActions(self.lines, till, self._attempts, self.questions)
        self._renew = QTimer(self, singleShot=True, interval=_CALM_MS)
        self._late = QTimer(self, singleShot=True, interval=_FRAME_MS)

    def _connect(self) -> None:
        signals, bar = self._signals, self.bar
        signals.till_event.connect(self.hear)
        signals.replica_changed.connect(self._renew_soon)
        signals.sync_state.connect(self.notice.note_connection)
        self._renew.timeout.connect(self._goods.read)
        self._late.timeout.connect(self._show_bar)
        self._strip.forget.connect(self._forget_qty)
        self._goods.wanted.connect(self._add_product)
        self._goods.more_asked.connect(self._more_categories)
        self._empty.print_asked.connect(self._print_last)
        self._empty.held_asked.connect(self.hold)
        self._context.recalled.connect(self.questions.recall)
        self.totals.tapped.connect(self.questions.ask_totals)
        self.totals.paged.connect(self.lines.page)
        self.lines.overflowed.connect(self.totals.set_paged)
        self.notice.search_asked.connect(self.questions.ask_search)
        self.notice.open_price_asked.connect(self._sell_open_price)
        self.questions.code_asked.connect(self._look_up)
        bar.hold.tapped.connect(self.hold)
        bar.discount.tapped.connect(self.questions.ask_basket_discount)
        bar.pay.tapped.connect(self._pay)
        bar.cash_asked.connect(self._take_cash)
        bar.customer.set_available(False, self._strip.missing())

    def _bind_keys(self) -> None:
        bar, act = self.bar, self._actions
        for action, slot in (
            ("pay", bar.pay.fire),
            ("confirm", self._confirm_key),
            ("hold", bar.hold.fire),
            ("discount", bar.discount.fire),
            ("customer", bar.customer.fire),
            ("search", self.questions.ask_search),
            ("search_slash", self.questions.ask_search),
            ("quantity", act.key_quantity),
            ("more_of_it", act.one_more),
            ("less_of_it", act.one_less),
            ("remove_line", act.remove),
            ("line_up", lambda: act.step(-1)),
            ("line_down", lambda: act.step(1)),
        ):
            self.bind(action, slot)

    # what the window asks of a screen

    def enter(self) -> None:
        super().enter()
        self._count_held()
        self._show_all()

    def leave(self) -> None:
        self.questions.close()
        self.notice.hide()

    def close_down(self) -> None:
        """End the search thread and every timer that reads; before the store closes."""
        self._worker.stop()
        self._renew.stop()
        self._late.stop()
        self._context.rest()

    def set_metrics(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self.lines.set_compact(metrics.is_compact)
        self.bar.set_metrics(metrics)
        self._goods.set_metrics(metrics)
        self.questions.set_metrics(metrics)
        self._place()
        self._show_all()

    def toast_area(self) -> QRect:
        """Over the lines: not over the total, nor over a sheet's buttons or the tiles."""
        return self.lines.geometry()

    def make_room(self, covered: int) -> None:
        """The newest line stays in sight above the news."""
        self.lines.setViewportMargins(0, 0, 0, covered)

    def scan(self, raw: bytes | str, source: str) -> bool:
        """Every code goes to the till; what it leads to comes back as an event."""
        if self._till.staff is None:
            return False
        self._is_scan = True
        try:
            self._attempts.run(lambda: self._till.scan(raw, source))
        finally:
            self._is_scan = False
        return True

    def ask_search(self) -> None:
        """The search field of the top bar was tapped."""
        self.questions.ask_search()

    @Slot(object)
    def hear(self, event: object) -> None:
        """Take over what happened: rows first, then what stands around them."""
        basket = self._till.basket
        match event:
            case LineAdded(row):
                self._model.follow(event, basket)
                self._show_line(row, "ok")
            case LineChanged(row):
                self._model.follow(event, basket)
                self._show_line(row, "repeat" if self._is_scan else "")
            case LineRemoved(row):
                self._model.follow(event, basket)
                self.lines.choose(min(row, len(basket.lines) - 1))
                self._show_sums()
            case BasketReplaced():
                self._model.follow(event, basket)
                self.lines.choose(len(basket.lines) - 1)
                self._count_held()
                self._show_all()
            case BasketDiscounted() | TendersChanged():
                self._show_sums()
            case SignedIn():
                self._show_all()
            case QtyPending(qty):
                self._show_pending(qty)
            case BasketSuspended():
                self._say_held(event)
            case CodeUnknown() | CodeRefused() if self.isVisible():
                self._say_code(event)
            case MatrixWanted() | ChooseVariant() | PriceWanted() | WeightWanted():
                self.notice.hide()
                self.questions.hear(event)

    def _show_line(self, row: int, sound: str) -> None:
        if self._typed.text:
            # digits left over from before this line must not become a code at the next Enter
            self._typed.forget()
            self._strip.show_pending(self._till.pending_qty, "")
        self.lines.choose(row)
        self.lines.flash(self._till.basket.lines[row].line_id)
        self.notice.hide()
        if sound and self.isVisible():
            self._signals.sound.emit(sound)
        self._show_sums()

    def _show_sums(self) -> None:
        """What every change of the basket changes; nothing here asks a database."""
        basket = self._till.basket
        self.totals.show_basket(basket)
        empty = not basket.lines
        if empty is self._empty.isHidden():
            self._empty.setVisible(empty)
            self.lines.setVisible(not empty)
            self._show_empty()
            # what can be pressed now must be true before the next key
            self._show_bar()
        self._late.start()
        self._context.follow(self.lines.chosen)

    @Slot()
    def _show_bar(self) -> None:
        """The buttons follow a moment after the line and the total are painted."""
        self.bar.show_state(self._held)

    def _show_all(self) -> None:
        self._show_sums()
        self._show_bar()
        self._show_empty()
        self._show_pending(self._till.pending_qty)

    def _show_empty(self) -> None:
        if not self._till.basket.lines:
            self._empty.show_state(self._till.last_sale, self._held)

    def _show_pending(self, qty: Qty | None) -> None:
        if qty is None and self._typed.is_quantity:
            self._typed.forget()
        self._strip.show_pending(qty, self._typed.text)

    def _count_held(self) -> None:
        if self._till.staff is not None:
            self._held = len(self._till.suspended())

    # what a person asks for

    def hold(self) -> None:
        """Put the basket aside; with an empty one bring back the only held sale, or show them."""
        if self._till.basket.lines:
            self._attempts.run(self._till.suspend)
            return
        held = self._till.suspended()
        if len(held) == 1:
            self.questions.recall(held[0].basket_id)
        else:
            self.questions.ask_held()

    def _confirm_key(self) -> None:
        """Enter is PAY, but the second Enter of a double press belonged to the sheet that closed."""
        if not self.questions.closed_just_now():
            self.bar.pay.fire()

    @Slot()
    def _pay(self) -> None:
        self._signals.navigate.emit("payment")

    @Slot(object)
    def _take_cash(self, amount: Money) -> None:
        self._attempts.run(lambda: self._till.take_tender(TenderKind.CASH, amount), paying=True)

    @Slot(str)
    def _add_product(self, product_id: str) -> None:
        self._attempts.run(lambda: self._till.choose_product(product_id))

    @Slot()
    def _more_categories(self) -> None:
        bar = self._goods.bar
        self.questions.ask_category(bar.names, bar.choose)

    @Slot()
    def _sell_open_price(self) -> None:
        """The articles without a fixed price; only one of them needs no question."""
        found = self._goods.open_price_articles()
        if not found:
            self._attempts.refuse(
                self.tr("The shop has no article with an open price. Nothing was added.")
            )
        elif len(found) == 1:
            self._add_product(found[0].product_id)
        else:
            rows = [PickRow(tile.product_id, tile.label) for tile in found]
            title = self.tr("Sell as which article?")
            self.questions.choose.ask(title, "", rows, self._add_product)

    @Slot()
    def _print_last(self) -> None:
        if self._till.last_sale is not None:
            self._print_again(self._till.last_sale)
            say(self, self.tr("The last receipt is being printed again."), icon="printer")

    @Slot()
    def _forget_qty(self) -> None:
        self._typed.forget()
        self._attempts.run(lambda: self._till.set_pending_qty(None))

    def _type_qty(self, qty: Qty | None) -> None:
        if qty != self._till.pending_qty:
            self._attempts.run(lambda: self._till.set_pending_qty(qty))
        self._strip.show_pending(qty, self._typed.text)

    @Slot(str)
    def _look_up(self, code: str) -> None:
        self.scan(code, "keyboard")

    def _say_code(self, event: CodeUnknown | CodeRefused) -> None:
        self._signals.sound.emit("refuse")
        if isinstance(event, CodeUnknown):
            self.notice.show_code(event, scan_words.shown(event.code))
        else:
            say(self, scan_words.refused(event), icon="warning")

    def _say_held(self, event: BasketSuspended) -> None:
        self._count_held()
        self._show_all()
        say(
            self,
            self.tr("Held: {label}. F8 brings it back.").format(label=event.label),
            icon="hold",
            action=self.tr("Undo"),
            on_action=lambda: self.questions.recall(event.basket_id),
        )

    @Slot(object)
    def _renew_soon(self, _what: object) -> None:
        self._renew.start()

    # Qt

    def _place(self) -> None:
        found = places(self.width(), self.height(), self._metrics)
        self._strip.setGeometry(found.strip)
        self.lines.setGeometry(found.lines)
        self._empty.setGeometry(found.lines)
        self.totals.setGeometry(found.totals)
        self._goods.setGeometry(found.main)
        self._context.setGeometry(found.context)
        self._context.setVisible(not found.context.isEmpty())
        self._divider.setGeometry(found.divider)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sheet = self.questions.open_sheet
        if sheet is not None and not sheet.isAncestorOf(self.window().focusWidget()):
            # the finger was on a line, but what is asked is still the sheet's
            sheet.keyPressEvent(event)
            return
        if not self._typed.take_key(event):
            super().keyPressEvent(event)
