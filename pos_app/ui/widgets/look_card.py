"""Theme, text size and hand: what a person may set for their own eyes and hands."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout

from pos_app.ui.actions import spoken
from pos_app.ui.theme import theme
from pos_app.ui.tokens import TEXT_SCALES, ThemeName
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.chips import ChipRow
from pos_app.ui.widgets.text import TextLabel


class LookCard(Card):
    """Asks for another Look; the window applies it at once."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("LookCard", "For your eyes and hands"))
        self._names = {
            self.tr("Light"): ThemeName.LIGHT,
            self.tr("Dark"): ThemeName.DARK,
            self.tr("High contrast"): ThemeName.CONTRAST,
        }
        self._hands = {self.tr("Right hand"): False, self.tr("Left hand"): True}
        self._themes = ChipRow(tuple(self._names))
        self._themes.chosen.connect(self._ask_theme)
        self._hand = ChipRow(tuple(self._hands))
        self._hand.chosen.connect(self._ask_hand)
        self._size = TextLabel("", "strong")
        smaller, larger = self._size_button("A−", -1), self._size_button("A+", 1)
        sizes = QHBoxLayout()
        sizes.setSpacing(u(8))
        for widget in (self._hand, smaller, self._size, larger):
            sizes.addWidget(widget)
        self.body.setSpacing(u(8))
        self.body.addWidget(self._themes)
        self.body.addLayout(sizes)
        theme().changed.connect(self._show)
        self._show()

    def _size_button(self, text: str, step: int) -> TouchButton:
        button = TouchButton(text, Kind.SECONDARY)
        button.setFixedWidth(u(64))
        button.setAccessibleName(spoken("text_larger" if step > 0 else "text_smaller"))
        button.tapped.connect(lambda: self._ask_size(step))
        return button

    def _show(self) -> None:
        look = theme().look
        self._themes.set_chosen(next(t for t, name in self._names.items() if name is look.name))
        self._hand.set_chosen(
            next(t for t, left in self._hands.items() if left == look.left_handed)
        )
        self._size.setText(self.tr("{} %").format(look.text_scale))

    def _ask_theme(self, text: str) -> None:
        self.asked.emit(replace(theme().look, name=self._names[text]))

    def _ask_hand(self, text: str) -> None:
        self.asked.emit(replace(theme().look, left_handed=self._hands[text]))

    def _ask_size(self, step: int) -> None:
        look = theme().look
        index = TEXT_SCALES.index(look.text_scale) + step
        if 0 <= index < len(TEXT_SCALES):
            self.asked.emit(replace(look, text_scale=TEXT_SCALES[index]))
