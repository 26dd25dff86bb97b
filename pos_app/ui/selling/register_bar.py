"""The register's buttons below: hold, discount, customer, quick cash, PAY with its amount."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from pos_app.domain.money import Money
from pos_app.domain.staff import Right
from pos_app.services.till import Till
from pos_app.ui.actions import ACTIONS, label, spoken
from pos_app.ui.format import formats
from pos_app.ui.layout import Metrics
from pos_app.ui.theme import theme
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.action_bar import ActionBar
from pos_app.ui.widgets.buttons import Kind, TouchButton


@dataclass(frozen=True, slots=True)
class Widths:
    """Of the buttons, in u: hold and discount, cash, PAY."""

    side: int
    cash: int
    pay: int


_ROOMY = Widths(160, 172, 360)
_NARROW = Widths(134, 152, 320)
_SLIM = Widths(118, 136, 320)
_ICONS_UP_TO = 100
"""Percent of text size: larger words need the room of the icons beside them."""
_SLIM_BELOW = 960
"""A portrait window narrower than this has no room for the customer button: the strip has one."""


def _widths(metrics: Metrics) -> Widths:
    if metrics.has_room:
        return _ROOMY
    return _SLIM if metrics.width < _SLIM_BELOW else _NARROW


class RegisterBar(QObject):
    """Sizes are fixed, so that a new amount repaints one button and lays out nothing."""

    cash_asked = Signal(object)
    """Finish the sale with this much cash."""

    def __init__(self, bar: ActionBar, till: Till) -> None:
        super().__init__(bar)
        self._till = till
        self._offers: tuple[Money, ...] = ()
        self._likely_sum: Money = 0
        self._roomy = True
        self.hold = self._button("hold")
        self.discount = self._button("discount")
        self.customer = self._button("customer")
        self._likely = TouchButton("", Kind.SECONDARY, "cash")
        self._exact = TouchButton(label("exact"), Kind.SECONDARY)
        self.pay = TouchButton(label("pay"), Kind.PAY)
        bar.add_secondary(self.hold, self.discount, self.customer)
        bar.add_strong(self._likely, self._exact)
        bar.add_strong(self.pay, gap=16)
        self._likely.tapped.connect(lambda: self._cash(likely=True))
        self._exact.tapped.connect(lambda: self._cash(likely=False))

    def _button(self, action: str) -> TouchButton:
        button = TouchButton(label(action), Kind.SECONDARY, ACTIONS[action].icon)
        button.setAccessibleName(spoken(action))
        return button

    def set_metrics(self, metrics: Metrics) -> None:
        """Fixed sizes for the class; without room the hints and the likely sum go first."""
        widths = _widths(metrics)
        for action, button in (
            ("hold", self.hold),
            ("discount", self.discount),
            ("customer", self.customer),
        ):
            with_icon = metrics.has_room and theme().look.text_scale <= _ICONS_UP_TO
            button.set_icon(ACTIONS[action].icon if with_icon else "")
            button.setFixedSize(u(widths.side), u(SIZES["pay"]))
        for button in (self._likely, self._exact):
            button.setFixedSize(u(widths.cash), u(SIZES["pay"]))
        self.pay.setFixedSize(u(widths.pay), u(SIZES["pay"]))
        self.pay.set_key_hint(ACTIONS["pay"].key if metrics.has_room else "")
        self.customer.setVisible(widths is not _SLIM)
        self._roomy = metrics.has_room

    def show_state(self, held: int) -> None:
        """What can be done with the basket as it is now; `held` sales lie aside."""
        till, empty = self._till, not self._till.basket.lines
        nothing = self.tr("The basket is empty. Scan the first item.")
        amount = formats().amount(till.basket.total)
        self.pay.set_text(label("pay") if empty else f"{label('pay')} {amount}")
        _set_reason(self.pay, nothing if empty else "")
        self._show_discount(nothing if empty else "")
        self._show_hold(held, empty=empty)
        self._show_cash(empty=empty, nothing=nothing)

    def _show_discount(self, reason: str) -> None:
        """What the person signed in may not do stays in its place and says so."""
        if not reason and not self._till.may(Right.DISCOUNT):
            reason = self.tr("You may not give discounts. Ask a colleague who may to sign in.")
        _set_reason(self.discount, reason)

    def _show_hold(self, held: int, *, empty: bool) -> None:
        """With an empty basket the button brings held sales back."""
        text = self.tr("Recall") if empty and held else label("hold")
        self.hold.set_text(f"{text} ({held})" if held else text)
        nothing = self.tr("The basket is empty and no sale is held.")
        _set_reason(self.hold, nothing if empty and not held else "")

    def _show_cash(self, *, empty: bool, nothing: str) -> None:
        self._offers = () if empty else self._till.quick_cash()
        self._likely_sum = self._in_notes()
        quick = self._till.settings.quick_cash
        self._exact.setVisible(quick)
        self._likely.setVisible(quick and self._roomy)
        if not quick:
            return
        _set_reason(self._exact, nothing if empty else "")
        likely = formats().short_amount(self._likely_sum) if self._likely_sum else ""
        self._likely.set_text(
            self.tr("Cash {amount}").format(amount=likely) if likely else label("cash")
        )
        why = nothing if empty else self.tr("The exact sum is the likely one here.")
        _set_reason(self._likely, "" if likely else why)

    def _in_notes(self) -> Money:
        """What people hand over most: the first suggestion that needs no coins, 0 without one."""
        least = min(self._till.settings.notes, default=1)
        return next((it for it in self._offers[1:] if it % least == 0), 0)

    def _cash(self, *, likely: bool) -> None:
        """Exact is exact at the moment of the tap; the other is the sum that was read on it."""
        if not self._offers:
            return
        self.cash_asked.emit(self._likely_sum if likely else self._till.quick_cash()[0])


def _set_reason(button: TouchButton, reason: str) -> None:
    """Only a change is worth a repaint: this runs after every scan."""
    if button.reason != reason:
        button.set_available(not reason, reason)
