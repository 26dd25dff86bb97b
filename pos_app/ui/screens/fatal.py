"""When the till's files cannot be used: a page that says what to do, never a traceback."""

from typing import ClassVar, Final

from PySide6.QtCore import QLocale, QTime, Signal

from pos_app.ui.screen import Screen
from pos_app.ui.store_words import NO_RETRY, words
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.card import Card, rule
from pos_app.ui.widgets.centred import centre
from pos_app.ui.widgets.icon_label import IconLabel
from pos_app.ui.widgets.text import TextLabel

_WIDE: Final = 840


class FatalScreen(Screen):
    """`kind` is a StoreError's kind. `detail` is for support: the path and the message."""

    has_rail: ClassVar[bool] = False
    needs_staff: ClassVar[bool] = False
    shows_banner: ClassVar[bool] = False
    retry_asked = Signal()
    close_asked = Signal()

    def __init__(self, kind: str, detail: str = "", support: str = "") -> None:
        super().__init__()
        self._kind = kind
        said = words(kind)
        self.setAccessibleName(said.happened)
        self.setAccessibleDescription(f"{said.means} {said.todo}")
        card = Card(said.happened)
        card.body.setContentsMargins(u(32), u(24), u(32), u(24))
        card.body.setSpacing(u(16))
        card.head.setSpacing(u(16))
        card.head.insertWidget(0, IconLabel("error", "danger", 40))
        card.body.addWidget(TextLabel(said.means, "body", wraps=True))
        card.body.addWidget(TextLabel(said.todo, "strong", wraps=True))
        card.body.addWidget(rule())
        card.body.addWidget(TextLabel(self._note(support, detail), "label", "soft", wraps=True))
        centre(self, card, wide=_WIDE)
        self._fill_bar()

    def _note(self, support: str, detail: str) -> str:
        """What support asks for: code, time, whom to call, what the program said."""
        time = QLocale().toString(QTime.currentTime(), QLocale.FormatType.ShortFormat)
        return " · ".join(part for part in (self._kind, time, support, detail) if part)

    def _fill_bar(self) -> None:
        self.close_button = TouchButton(self.tr("Close the till"), Kind.SECONDARY, "close")
        self.close_button.tapped.connect(self.close_asked)
        self.retry_button = TouchButton(self.tr("Try again"), Kind.PRIMARY, "refresh")
        self.retry_button.tapped.connect(self.retry_asked)
        reason = self.tr("Trying again cannot help here. Do what the page says.")
        self.retry_button.set_available(self._kind not in NO_RETRY, reason)
        self.action_bar.add_secondary(self.close_button)
        self.action_bar.add_strong(self.retry_button)
        self.bind("confirm", self.retry_button.fire)
