"""The exchange in plain words: what works, what waits, since when."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QGridLayout, QProgressBar

from pos_app.ui.connection import SyncFace, condition, percent_of, sign
from pos_app.ui.format import formats
from pos_app.ui.units import u
from pos_app.ui.widgets.card import Card, rule
from pos_app.ui.widgets.fact_row import FactRow
from pos_app.ui.widgets.text import TextLabel

_SIGNS: Final = {"online": "cloud_ok", "slow": "cloud_wait", "offline": "cloud_off"}
"""The top bar's small signs, as they are drawn where there is room."""


class SyncCard(Card):
    """Shows a SyncState and the counts of the replica."""

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("SyncCard", "Exchange with the server"))
        self._state = FactRow("cloud_wait", self.tr("Starting"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(u(24))
        self._grid.setVerticalSpacing(u(8))
        self._grid.setColumnStretch(1, 1)
        self._facts = {
            "waiting": self._fact(self.tr("Waiting to be sent")),
            "oldest": self._fact(self.tr("Oldest of them")),
            "pulled": self._fact(self.tr("Last news from the server")),
            "articles": self._fact(self.tr("Articles on this till")),
        }
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._filled = TextLabel("", "label", "soft")
        self.body.addWidget(self._state)
        self.body.addWidget(rule())
        self.body.addLayout(self._grid)
        self.body.addWidget(self._filled)
        self.body.addWidget(self._bar)
        self.body.addStretch(1)
        self._show_filling(None)

    def _fact(self, name: str) -> TextLabel:
        row = self._grid.rowCount()
        value = TextLabel("–", "strong", wraps=True)
        self._grid.addWidget(TextLabel(name, "body", "soft"), row, 0)
        self._grid.addWidget(value, row, 1)
        return value

    def show_state(self, state: SyncFace) -> None:
        shown, bad = sign(state), condition(state)
        self._state.name.set_text(shown.text)
        good = self.tr("Sales go to the server as they are made.")
        self._state.show_fact(
            bad.text if bad else good, shown.ink, _SIGNS.get(shown.icon, shown.icon)
        )
        time = formats().date_time
        self._facts["waiting"].setText(formats().count(state.unsent))
        oldest, pulled = state.oldest_unsent_ms, state.pulled_at_ms
        self._facts["oldest"].setText(time(oldest) if oldest else "–")
        self._facts["pulled"].setText(time(pulled) if pulled else self.tr("never"))
        self._show_filling(state.filling)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        self._facts["articles"].setText(formats().count(counts.get("variant", 0)))

    def _show_filling(self, filling: tuple[int, int] | None) -> None:
        """Honest progress: n of m, never full before the end."""
        self._bar.setVisible(filling is not None)
        self._filled.setVisible(filling is not None)
        if filling is None:
            return
        done, total = (formats().count(number) for number in filling)
        text = self.tr("Loading: {} of {}. You can sell meanwhile.").format(done, total)
        self._filled.setText(text)
        self._bar.setValue(percent_of(filling))
