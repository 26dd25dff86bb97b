"""Counting money: a row for each note, one for the coins, or one sum."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from pos_app.domain.money import Money
from pos_app.ui.format import amount, short_money
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.keyed_field import KeyedField
from pos_app.ui.widgets.numpad import Digits
from pos_app.ui.widgets.text import TextLabel

_MOST_NOTES: Final = 4
"""Digits of a count: nobody counts ten thousand notes into a till."""
_MOST_SUM: Final = 11
_END: Final = Qt.AlignmentFlag.AlignTrailing


class CountTable(QWidget):
    """One field is chosen and takes the pad's digits; `changed` comes with every new total."""

    changed = Signal()

    def __init__(self, notes: Sequence[Money]) -> None:
        """Without notes only a sum can be keyed."""
        super().__init__()
        self._notes = tuple(sorted(notes, reverse=True))
        self._digits = [Digits(_MOST_NOTES) for _ in self._notes] + [Digits(_MOST_SUM)]
        self._fields: list[KeyedField] = []
        self._sums: list[TextLabel] = []
        self._chosen = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(u(8))
        self._grid.setVerticalSpacing(u(8))
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(2, 1)
        self._grid.setColumnStretch(4, 2)
        column.addLayout(self._grid)
        column.addStretch(1)
        self._build()
        self.choose(0)

    def _build(self) -> None:
        for row, note in enumerate(self._notes):
            self._add_note(row, note)
        self._add_rest(len(self._notes))

    def _add_note(self, row: int, note: Money) -> None:
        name = short_money(note)
        minus = self._step(row, -1, "minus", self.tr("One {} less").format(name))
        plus = self._step(row, 1, "plus", self.tr("One {} more").format(name))
        field = self._field(row, self.tr("Count of {}").format(name))
        line = (TextLabel(name, "body"), minus, field, plus, self._sum())
        for column, widget in enumerate(line):
            self._grid.addWidget(widget, row, column)

    def _add_rest(self, row: int) -> None:
        name = self.tr("Coins in total") if self._notes else self.tr("Cash in the drawer")
        field = self._field(row, name)
        self._grid.addWidget(TextLabel(name, "body"), row, 0)
        self._grid.addWidget(field, row, 1, 1, 3)
        amount_ = self._sum()
        self._grid.addWidget(amount_, row, 4)
        amount_.setVisible(bool(self._notes))

    def _step(self, row: int, by: int, icon: str, name: str) -> TouchButton:
        button = TouchButton("", Kind.SECONDARY, icon, repeats=True)
        button.setFixedSize(u(56), u(48))
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.tapped.connect(lambda: self._add(row, by))
        return button

    def _field(self, row: int, name: str) -> KeyedField:
        field = KeyedField(name)
        field.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        field.tapped.connect(lambda: self.choose(row))
        self._fields.append(field)
        return field

    def _sum(self) -> TextLabel:
        label = TextLabel("", "body")
        label.setAlignment(_END | Qt.AlignmentFlag.AlignVCenter)
        self._sums.append(label)
        return label

    @property
    def total(self) -> Money:
        values = zip((*self._notes, 1), self._digits, strict=True)
        return sum(worth * digits.value for worth, digits in values)

    @property
    def is_empty(self) -> bool:
        """Nothing was counted yet; a counted nothing is a keyed 0."""
        return all(digits.is_empty for digits in self._digits)

    @property
    def at_end(self) -> bool:
        return self._chosen == len(self._fields) - 1

    def choose(self, row: int) -> None:
        """The pad types into this row."""
        self._chosen = min(max(row, 0), len(self._fields) - 1)
        for index, field in enumerate(self._fields):
            field.set_chosen(index == self._chosen)
        self._show()

    def step(self, by: int) -> None:
        """To the next row, or back."""
        self.choose(self._chosen + by)

    def type(self, digits: str) -> None:
        self._digits[self._chosen].add(digits)
        self._tell()

    def erase(self) -> None:
        self._digits[self._chosen].erase()
        self._tell()

    def set_sum(self, total: Money) -> None:
        """One sum without notes: same as at the last close."""
        for digits in self._digits:
            digits.clear()
        self._digits[-1].set(total)
        self.choose(len(self._fields) - 1)
        self._tell()

    def _add(self, row: int, by: int) -> None:
        self._digits[row].set(max(self._digits[row].value + by, 0))
        self.choose(row)
        self._tell()

    def _tell(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        rows = zip((*self._notes, 1), self._digits, self._fields, self._sums, strict=True)
        for worth, digits, field, label in rows:
            field.show_value(amount(digits.value) if worth == 1 else str(digits.value))
            label.setText(amount(worth * digits.value))
            label.set_tone("" if digits.value else "soft")
