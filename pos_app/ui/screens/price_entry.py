"""Keying what a code did not say: a price, a weight, a quantity."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.domain.money import ONE, Money, Qty
from pos_app.ui.format import formats
from pos_app.ui.layout import Metrics
from pos_app.ui.selling.entry import Keyed
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.sheet import Sheet
from pos_app.ui.widgets.text import TextLabel

_MOST_PIECES: Final = 5
_MOST_GRAMS: Final = 6


class EntrySheet(Sheet):
    """The pad on the strong side; the button, or Enter, takes what was keyed and then closes."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, "", wide=640)
        self._on_enter: Callable[[int], object] | None = None
        self._text = TextLabel("", "body", "soft", wraps=True)
        self._problem = TextLabel("", "body", "error", wraps=True)
        self.keyed = Keyed(formats().money, parent=self)
        self.pad = self.keyed.pad
        self.take = TouchButton("", Kind.PRIMARY)
        self._fill()

    def _fill(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(u(12))
        for widget in (self._text, self.keyed.well, self._problem):
            left.addWidget(widget)
        left.addStretch(1)
        left.addWidget(self.take)
        row = QHBoxLayout()
        row.setSpacing(u(24))
        row.addLayout(left, 1)
        row.addWidget(self.keyed.pad, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self.take.tapped.connect(self._enter)
        # not through the button: an Enter on nothing must not make the next one a double tap
        self.bind("confirm", self._enter)

    def ask_price(self, name: str, on_enter: Callable[[Money], object]) -> None:
        """An open price, in the shop's currency; decimals are fixed."""
        self._words(
            self.tr("Price of {name}").format(name=name),
            self.tr("Key the price of one."),
            self.tr("Add"),
        )
        self.keyed.start(formats().money)
        self._ask(on_enter)

    def ask_weight(
        self,
        name: str,
        price: Money | None,
        on_enter: Callable[[Qty], object],
        now: Qty | None = None,
    ) -> None:
        """A weight in grams: 4 8 2 is 0.482 kg. `now` is that of a line which is there already."""
        text = self.tr("Key the weight in grams.")
        if price is not None:
            per_kg = self.tr("{price} per kg.").format(price=formats().money(price))
            text = f"{text} {per_kg}"
        self._words(self.tr("Weight of {name}").format(name=name), text, self._verb(now))
        self.keyed.start(lambda value: formats().qty(value, "kg"), now, _MOST_GRAMS)
        self._ask(on_enter)

    def ask_quantity(self, name: str, now: Qty, on_enter: Callable[[Qty], object]) -> None:
        """Whole pieces for a line that is there already."""
        self._words(
            self.tr("Quantity of {name}").format(name=name),
            self.tr("Key how many there are."),
            self.tr("Set"),
        )
        self.keyed.start(formats().count, now // ONE, _MOST_PIECES)
        self._ask(lambda count: on_enter(count * ONE))

    def _verb(self, now: Qty | None) -> str:
        return self.tr("Add") if now is None else self.tr("Set")

    def _words(self, title: str, text: str, verb: str) -> None:
        self.title.setText(title)
        self.setAccessibleName(title)
        self._text.setText(text)
        self._problem.setText("")
        self.take.set_text(verb)

    def _ask(self, on_enter: Callable[[int], object]) -> None:
        self._on_enter = on_enter
        self.open()

    def set_metrics(self, metrics: Metrics) -> None:
        self.keyed.set_metrics(metrics)

    @Slot()
    def _enter(self) -> None:
        """Nothing keyed is no answer: the sheet stays and says so."""
        value, answer = self.keyed.value, self._on_enter
        if not value or answer is None:
            self._problem.setText(self.tr("Nothing was keyed yet. Key a number first."))
            return
        self._on_enter = None
        self.close_sheet()
        answer(value)
