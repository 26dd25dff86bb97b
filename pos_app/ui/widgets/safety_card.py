"""Where the till's record is, apart from the journal: what would be left if this disk died now."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout

from pos_app.domain.safety import Safety
from pos_app.ui import safety_words as words
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.fact_row import FactRow


class SafetyCard(Card):
    """Rows stay where they are, whatever state they show."""

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("SafetyCard", "Safety of the records"))
        self.record = FactRow("database", self.tr("This till's records"))
        self.mark = FactRow("tick_circle", self.tr("Mark outside the records"))
        self.second = FactRow("plug", self.tr("Second folder"))
        self.copy = FactRow("clock", self.tr("Hourly copy"))
        self.proof = FactRow("tick", self.tr("Daily check of all records"))
        self.disk = FactRow("info", self.tr("Disk"))
        rows = QVBoxLayout()
        rows.setSpacing(0)
        self._rows = self.record, self.mark, self.second, self.copy, self.proof, self.disk
        for row in self._rows:
            row.show_fact(self.tr("looking…"))
            rows.addWidget(row)
        self.body.addLayout(rows)

    def show_safety(self, safety: Safety) -> None:
        self.record.show_fact(*words.record(safety))
        self.mark.show_fact(*words.mark(safety))
        self.second.show_fact(*words.second(safety))
        self.copy.show_fact(*words.copy(safety))
        self.proof.show_fact(*words.proof(safety))
        self.disk.show_fact(*words.disk(safety))

    def show_failure(self, text: str) -> None:
        """Nobody knows: what was shown before is not true any more."""
        for row in self._rows:
            row.show_fact(self.tr("could not be looked at"), "offline")
        self.record.show_fact(text, "danger")
