"""A discount by a person: on a line or on the basket, in percent, as an amount, or as a new price."""

from collections.abc import Callable

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.domain.basket import Discount, Line
from pos_app.domain.money import Money
from pos_app.ui.format import formats
from pos_app.ui.layout import Metrics
from pos_app.ui.selling.chip_flow import ChipFlow
from pos_app.ui.selling.discount_mode import Mode, discount_of, reduced, written
from pos_app.ui.selling.entry import Keyed
from pos_app.ui.theme import theme
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.sheet import Sheet
from pos_app.ui.widgets.text import TextLabel

_REASONS = (
    QT_TRANSLATE_NOOP("Discount", "Damaged"),
    QT_TRANSLATE_NOOP("Discount", "Price match"),
    QT_TRANSLATE_NOOP("Discount", "Goodwill"),
    QT_TRANSLATE_NOOP("Discount", "Last piece"),
)

_TALL_TEXT = 115
OnApply = Callable[[Discount | None], object]


class DiscountSheet(Sheet):
    """Reason and Apply are compulsory; what it will cost is shown before it is done."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, "", wide=760)
        self._on_apply: OnApply | None = None
        self._line: Line | None = None
        self._before: Money = 0
        self._mode = Mode.PERCENT
        self.keyed = Keyed(self._written, parent=self)
        self.pad = self.keyed.pad
        modes = (
            (Mode.PERCENT, self.tr("%")),
            (Mode.AMOUNT, self.tr("Amount")),
            (Mode.PRICE, self.tr("Price")),
        )
        reasons = [QCoreApplication.translate("Discount", str(text)) for text in _REASONS]
        self._modes = ChipFlow("", modes, Mode.PERCENT, self._choose_mode)
        self._reasons = ChipFlow("", [(it, it) for it in reasons], "", self._choose_reason)
        self._preview = TextLabel("", "body", wraps=True)
        self._apply = TouchButton(self.tr("Apply"), Kind.PRIMARY, type_="title")
        self._remove = TouchButton(self.tr("Remove discount"), Kind.SECONDARY)
        self._fill()

    def _fill(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(u(12))
        left.addWidget(self.keyed.well)
        left.addWidget(self._preview)
        left.addStretch(1)
        left.addWidget(self._remove)
        left.addWidget(self._apply)
        below = QHBoxLayout()
        below.setSpacing(u(16))
        below.addLayout(left, 1)
        below.addWidget(self.keyed.pad, 0, Qt.AlignmentFlag.AlignTop)
        self.body.setSpacing(u(12))
        self.body.setContentsMargins(u(24), 0, u(24), u(16))
        self.body.addWidget(self._modes)
        self.body.addWidget(self._reasons)
        self.body.addLayout(below)
        # not through the button: an Enter on nothing must not make the next one a double tap
        self.bind("confirm", self._take)
        self.keyed.changed.connect(self._show_preview)
        self._apply.tapped.connect(self._take)
        self._remove.tapped.connect(self._take_off)

    def for_line(self, line: Line, on_apply: OnApply, mode: Mode = Mode.PERCENT) -> None:
        """Open for a line; `mode` is what was asked for: a discount or a new price."""
        self._line = line
        title = self.tr("Discount on {name}").format(name=line.name)
        if mode is Mode.PRICE:
            title = self.tr("New price of {name}").format(name=line.name)
        self._start(title, line.amount, line.discount, on_apply, mode)

    def for_basket(self, before: Money, now: Discount | None, on_apply: OnApply) -> None:
        """Open for the whole sale, on top of the discounts of its lines."""
        self._line = None
        self._start(self.tr("Discount on the whole sale"), before, now, on_apply, Mode.PERCENT)

    def _start(
        self, title: str, before: Money, now: Discount | None, on_apply: OnApply, mode: Mode
    ) -> None:
        self._before, self._on_apply, self._mode = before, on_apply, mode
        self.title.setText(title)
        self.setAccessibleName(title)
        self._remove.setVisible(now is not None)
        self._modes.mark(mode)
        self._modes.chip(Mode.PRICE).setVisible(self._line is not None)
        self._reasons.mark(now.reason if now else "")
        self.keyed.start(self._written)
        self._show_preview()
        self.open()

    def set_metrics(self, metrics: Metrics) -> None:
        large = theme().look.text_scale > _TALL_TEXT
        # two rows of chips leave the pad less room: it takes the size of the compact class
        self.keyed.pad.set_key_size(SIZES["key_compact"] if large else metrics.key)

    def _written(self, value: int) -> str:
        return written(self._mode, value)

    def _choose_mode(self, key: str) -> None:
        self._mode = Mode(key)
        self.keyed.start(self._written)

    def _choose_reason(self, _reason: str) -> None:
        self._show_preview()

    def _discount(self) -> Discount:
        return discount_of(self._mode, self.keyed.value, self._reasons.chosen, self._line)

    @Slot()
    def _show_preview(self) -> None:
        """Before, after, and the difference; nothing is done yet."""
        self._preview.set_tone("")
        before = formats().money(self._before)
        after = reduced(self._before, self._discount()) if self.keyed.is_keyed else None
        if after is None:
            self._preview.setText(before)
            self._apply.set_text(self.tr("Apply"))
            return
        self._preview.setText(f"{before}  →  {formats().money(after)}")
        off = formats().amount(after - self._before)
        self._apply.set_text(self.tr("Apply {amount}").format(amount=off))

    @Slot()
    def _take(self) -> None:
        """What is missing is said beside the fields; the sheet stays until it can be done."""
        problem = self._what_is_wrong()
        if problem:
            self._preview.set_tone("error")
            self._preview.setText(problem)
        if not problem and self._on_apply is not None:
            answer, discount = self._on_apply, self._discount()
            self.close_sheet()
            answer(discount)

    def _what_is_wrong(self) -> str:
        if not self.keyed.is_keyed or not self.keyed.value:
            return self.tr("Nothing was keyed yet. Key how much goes off.")
        discount = self._discount()
        if discount.value < 0:
            return self.tr("The new price is above the old one. Key a lower price.")
        if reduced(self._before, discount) is None:
            return self.tr("That is more than the goods cost. Key a smaller discount.")
        if not self._reasons.chosen:
            return self.tr("A discount needs a reason. Choose one above.")
        return ""

    @Slot()
    def _take_off(self) -> None:
        if self._on_apply is not None:
            answer = self._on_apply
            self.close_sheet()
            answer(None)
