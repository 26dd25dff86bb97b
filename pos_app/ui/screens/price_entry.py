"""Keying what a code did not say: a price, a weight, a quantity."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from pos_app.domain.money import ONE, Money, Qty
from pos_app.ui.format import formats
from pos_app.ui.layout import Metrics
from pos_app.ui.selling.entry import Entry
from pos_app.ui.widgets.sheet import Sheet
from pos_app.ui.widgets.text import TextLabel

_MOST_PIECES: Final = 5
_MOST_GRAMS: Final = 6
_MOST_PRICE: Final = 9


class EntrySheet(Sheet):
    """A pad with its title; ⏎ or Enter takes what was keyed, and only then closes."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, "", wide=480)
        self._on_enter: Callable[[int], object] | None = None
        self._metrics: Metrics | None = None
        self._text = TextLabel("", "body", "soft", wraps=True)
        self._entry: Entry | None = None
        self.body.addWidget(self._text)

    def ask_price(
        self, name: str, on_enter: Callable[[Money], object], enter_text: str = ""
    ) -> None:
        """An open price, in the shop's currency; decimals are fixed."""
        self._ask(
            self.tr("Price of {name}").format(name=name),
            self.tr("Key the price of one."),
            lambda value: formats().money(value),
            _MOST_PRICE,
            enter_text or self.tr("Add"),
            on_enter,
        )

    def ask_weight(self, name: str, price: Money | None, on_enter: Callable[[Qty], object]) -> None:
        """A weight in grams: 4 8 2 is 0.482 kg."""
        per_kg = "" if price is None else formats().money(price)
        self._ask(
            self.tr("Weight of {name}").format(name=name),
            self.tr("Key the weight in grams. {price} per kg.").format(price=per_kg)
            if per_kg
            else self.tr("Key the weight in grams."),
            lambda value: formats().qty(value, "kg"),
            _MOST_GRAMS,
            self.tr("Add"),
            on_enter,
        )

    def ask_quantity(self, name: str, now: Qty, on_enter: Callable[[Qty], object]) -> None:
        """Whole pieces for a line that is there already."""
        self._ask(
            self.tr("Quantity of {name}").format(name=name),
            self.tr("Key how many there are."),
            lambda value: formats().count(value),
            _MOST_PIECES,
            self.tr("Set quantity"),
            lambda count: on_enter(count * ONE),
            now // ONE,
        )

    def _ask(
        self,
        title: str,
        text: str,
        write: Callable[[int], str],
        most: int,
        enter_text: str,
        on_enter: Callable[[int], object],
        proposal: int | None = None,
    ) -> None:
        self._on_enter = on_enter
        self.title.setText(title)
        self.setAccessibleName(title)
        self._text.setText(text)
        if self._entry is not None:
            self._entry.hide()
            self._entry.deleteLater()
        entry = self._entry = Entry(write, enter_text=enter_text, most=most)
        entry.propose(proposal)
        entry.entered.connect(self._enter)
        self.pad = entry.pad
        if self._metrics is not None:
            entry.set_metrics(self._metrics)
        self.body.addWidget(entry, 0, Qt.AlignmentFlag.AlignHCenter)
        self.open()

    def set_metrics(self, metrics: Metrics) -> None:
        self._metrics = metrics
        if self._entry is not None:
            self._entry.set_metrics(metrics)

    @Slot()
    def _enter(self) -> None:
        """Nothing keyed is no answer: the sheet stays."""
        entry, answer = self._entry, self._on_enter
        if entry is None or answer is None or not entry.value:
            self._text.setText(self.tr("Nothing was keyed yet. Key a number, then press ⏎."))
            return
        self._on_enter = None
        value = entry.value
        self.close_sheet()
        answer(value)
