"""Open shift: count the float, say why it differs from the last close, start selling."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.domain.errors import RuleError
from pos_app.domain.money import Money
from pos_app.services.errors import StoreError
from pos_app.services.till import Till
from pos_app.ui.actions import label
from pos_app.ui.format import amount, money
from pos_app.ui.layout import Metrics, arrange
from pos_app.ui.screen import Screen
from pos_app.ui.signals import AppSignals
from pos_app.ui.store_words import words
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.count_table import CountTable
from pos_app.ui.widgets.explain import say
from pos_app.ui.widgets.numpad import NumberPad
from pos_app.ui.widgets.sheet import Sheet
from pos_app.ui.widgets.text import TextLabel

_SHEET_WIDE: Final = 560
OpenShift = Callable[[Money, str], object]
"""Opens the shift with this float; the reason says why it differs from the last close, or is empty."""


class OpenShiftScreen(Screen):
    """Shown after sign-in while no shift is open. Cancel signs out again."""

    has_rail: ClassVar[bool] = False

    def __init__(
        self,
        till: Till,
        signals: AppSignals,
        open_shift: OpenShift,
        last_close: Callable[[], Money | None],
        open_drawer: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._till, self._signals = till, signals
        self._open_shift, self._last_close, self._open_drawer = open_shift, last_close, open_drawer
        self._expected: Money | None = None
        self._build()

    def _build(self) -> None:
        pad = self.pad = NumberPad(enter_text=self.tr("Next field"))
        self._table = CountTable(())
        self._counts_for: object = None
        pad.typed.connect(lambda digits: self._table.type(digits))
        pad.erased.connect(lambda: self._table.erase())
        pad.entered.connect(self._next)
        self._counted = TextLabel("", "total")
        self._counted.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self._compared = TextLabel("", "hint", "soft", wraps=True)
        self._compared.setMinimumHeight(u(56))
        self._same = TouchButton("", Kind.SECONDARY, "undo")
        self._same.tapped.connect(self._take_last)
        row = self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.addWidget(self._count_card(), 1)
        row.addWidget(self._pad_card(pad))
        self._fill_bar()
        self.bind("back", self._sign_out)
        self.bind("line_up", lambda: self._table.step(-1))
        self.bind("line_down", lambda: self._table.step(1))

    def _count_card(self) -> QFrame:
        card = QFrame()
        card.setProperty("pane", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(u(24), u(12), u(24), u(4))
        column.setSpacing(u(8))
        column.addWidget(TextLabel(self.tr("Open shift: count the drawer"), "title"))
        self._place = QVBoxLayout()
        self._place.addWidget(self._table)
        column.addLayout(self._place, 1)
        rule = QFrame()
        rule.setProperty("pane", "rule")
        rule.setFixedHeight(u(1))
        column.addWidget(rule)
        total = QHBoxLayout()
        total.addWidget(self._compared, 1)
        total.addWidget(self._counted)
        column.addLayout(total)
        return card

    def _pad_card(self, pad: NumberPad) -> QWidget:
        card = self._side = QFrame()
        card.setProperty("pane", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(u(24), u(12), u(24), u(12))
        column.setSpacing(u(16))
        column.addWidget(pad, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._same)
        column.addStretch(1)
        return card

    def _fill_bar(self) -> None:
        cancel = TouchButton(self.tr("Cancel"), Kind.SECONDARY, "back")
        cancel.set_key_hint("Esc")
        cancel.tapped.connect(self._sign_out)
        drawer = TouchButton(label("open_drawer"), Kind.SECONDARY, "drawer")
        drawer.tapped.connect(self._pulse)
        drawer.set_available(
            self._open_drawer is not None, self.tr("No drawer is connected to this till.")
        )
        self._start = TouchButton(label("open_shift"), Kind.PRIMARY)
        self._start.tapped.connect(self._finish)
        self.action_bar.add_secondary(cancel, drawer)
        self.action_bar.add_strong(self._start)

    def enter(self) -> None:
        """The drawer opens by itself, so that it can be counted."""
        super().enter()
        self._expected = self._last_close()
        self._lay_out_table()
        known = self._expected is not None
        self._same.setVisible(known)
        if self._expected is not None:
            text = self.tr("Same as last close: {}").format(money(self._expected))
            self._same.set_text(text)
        self._show()
        self._pulse()

    def _lay_out_table(self) -> None:
        """A row for each note of the shop, whose settings may have come only now."""
        wanted = (self._till.settings.notes, self._till.settings.currency)
        if wanted == self._counts_for:
            return
        self._counts_for = wanted
        old, self._table = self._table, CountTable(self._till.settings.notes)
        self._place.replaceWidget(old, self._table)
        old.deleteLater()
        self._table.changed.connect(self._show)

    def set_metrics(self, metrics: Metrics) -> None:
        arrange(self._row, metrics, stacks=True)
        edge = u(metrics.pad)
        self._row.setContentsMargins(edge, edge, edge, edge)
        self._row.setSpacing(u(metrics.pad))
        if self.pad is not None:
            self.pad.set_key_size(metrics.key)

    @property
    def difference(self) -> Money:
        """Counted above (+) or below (−) the last close; 0 when there was none."""
        return 0 if self._expected is None else self._table.total - self._expected

    @Slot()
    def _show(self) -> None:
        """Totals, the comparison, and whether selling may start."""
        total = self._table.total
        self._counted.setText(money(total))
        text = self.tr("Start selling with {}").format(amount(total))
        self._start.set_text(text)
        self._compared.setText("" if self._table.is_empty else self._verdict())
        self._compared.set_tone("attention" if self.difference else "soft")

    @property
    def _needs_reason(self) -> bool:
        """Above the smallest note somebody must know why."""
        return abs(self.difference) > min(self._till.settings.notes, default=0)

    def _verdict(self) -> str:
        """The comparison with the last close in words."""
        if self._expected is None:
            return self.tr("The first shift at this drawer.")
        differs = self.difference
        if differs == 0:
            return self.tr("Same as at the last close.")
        if differs > 0:
            return self.tr("{} more than at the last close.").format(money(differs))
        return self.tr("{} less than at the last close.").format(money(-differs))

    @Slot()
    def _take_last(self) -> None:
        if self._expected is not None:
            self._table.set_sum(self._expected)

    @Slot()
    def _next(self) -> None:
        """Enter goes down the table, and at its end starts selling."""
        if self._table.at_end:
            self._start.fire()
        else:
            self._table.step(1)

    @Slot()
    def _sign_out(self) -> None:
        try:
            self._till.sign_out()
        except StoreError as error:
            said = words(error.kind)
            text = self.tr("You are still signed in.")
            say(self, f"{said.happened} {text} {said.todo}", icon="warning")

    @Slot()
    def _pulse(self) -> None:
        if self._open_drawer is None:
            return
        try:
            self._open_drawer()
        except RuleError:
            say(self, self.tr("You may not open the drawer here. Ask a supervisor."))
        except StoreError as error:
            said = words(error.kind)
            text = self.tr("The drawer stays shut.")
            say(self, f"{said.happened} {text} {said.todo}", icon="warning")

    @Slot()
    def _finish(self) -> None:
        """A difference above the smallest note is explained first."""
        if self._needs_reason:
            self._ask_why()
        else:
            self._open("")

    def _ask_why(self) -> None:
        sheet = Sheet(self, self.tr("Why does the drawer differ?"), wide=_SHEET_WIDE)
        sheet.closed.connect(sheet.deleteLater)
        sheet.body.addWidget(TextLabel(self._verdict(), "body", wraps=True))
        for reason in (
            self.tr("Miscounted at the last close"),
            self.tr("Change was brought in"),
            self.tr("Money was taken out"),
            self.tr("I do not know"),
        ):
            button = TouchButton(reason, Kind.SECONDARY)
            button.tapped.connect(sheet.close_sheet)
            button.tapped.connect(partial(self._open, reason))
            sheet.body.addWidget(button)
        sheet.open()

    def _open(self, reason: str) -> None:
        try:
            self._open_shift(self._table.total, reason)
        except RuleError:
            say(self, self.tr("The shift could not be opened. Check the sum and the rights."))
            return
        except StoreError as error:
            said = words(error.kind)
            text = self.tr("The shift is not open.")
            say(self, f"{said.happened} {text} {said.todo}", icon="warning")
            return
        # the next shift is counted anew
        self._counts_for = None
        self._signals.navigate.emit("sell")
