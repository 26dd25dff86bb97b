"""What waits for somebody else: facts at the office, and a till that must be enrolled again."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from pos_app.domain.verdict import Verdict
from pos_app.ui.connection import SyncFace
from pos_app.ui.safety_words import trouble, verdict
from pos_app.ui.units import u
from pos_app.ui.widgets.fact_row import FactRow
from pos_app.ui.widgets.text import ElidedLabel, TextLabel

_SHOWN = 5


class WaitingList(QWidget):
    """The newest few; the office has them all."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble = FactRow("warning", "")
        self.trouble.hide()
        self._column = QVBoxLayout()
        self._column.setSpacing(u(8))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.trouble)
        outer.addLayout(self._column)
        self._verdicts: tuple[Verdict, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self._verdicts and self.trouble.isHidden()

    def show_state(self, state: SyncFace) -> None:
        found = trouble(state)
        self.trouble.setVisible(found is not None)
        if found is not None:
            self.trouble.name.set_text(found[0])
            self.trouble.show_fact(found[1], "danger")

    def show_verdicts(self, verdicts: Sequence[Verdict]) -> None:
        """The same ones again change nothing."""
        if tuple(verdicts) == self._verdicts:
            return
        self._verdicts = tuple(verdicts)
        while self._column.count():
            item = self._column.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.deleteLater()
        for one in reversed(self._verdicts[-_SHOWN:]):
            self._column.addWidget(_row(one))
        more = len(self._verdicts) - _SHOWN
        if more > 0:
            text = self.tr("%n more wait at the office.", "", more)
            self._column.addWidget(TextLabel(text, "label", "soft", wraps=True))


def _row(one: Verdict) -> QFrame:
    frame = QFrame()
    frame.setProperty("pane", "well")
    column = QVBoxLayout(frame)
    column.setContentsMargins(u(16), u(8), u(8), u(8))
    column.setSpacing(u(4))
    title, text = verdict(one)
    column.addWidget(ElidedLabel(title, "strong"))
    column.addWidget(TextLabel(text, "label", "soft", wraps=True))
    return frame
