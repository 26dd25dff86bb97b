"""Print jobs that need a person: each with what is known, and what can be done about it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hardware.status import JobState
from pos_app.ui.device_desk import JobView
from pos_app.ui.device_words import job_reason, job_state
from pos_app.ui.format import formats
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.text import ElidedLabel, TextLabel


class JobList(QWidget):
    """Nothing disappears from here by itself."""

    again = Signal(str)
    elsewhere = Signal(str)
    settled = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._empty = TextLabel(self.tr("Nothing needs a person."), "body", "soft")
        self._column = QVBoxLayout()
        self._column.setSpacing(u(8))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._empty)
        outer.addLayout(self._column)
        self._jobs: tuple[JobView, ...] = ()
        self._has_company = False
        self.show_jobs(())

    def set_company(self, has_company: bool) -> None:
        """Whether something else beside this list needs a person."""
        self._has_company = has_company
        self._empty.setVisible(not self._jobs and not has_company)

    def show_jobs(self, jobs: Sequence[JobView], printers: int = 1) -> None:
        """The same list again changes nothing, so that a finger is not on another button."""
        self._empty.setVisible(not jobs and not self._has_company)
        if tuple(jobs) == self._jobs:
            return
        self._jobs = tuple(jobs)
        while self._column.count():
            item = self._column.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.deleteLater()
        for index, job in enumerate(jobs):
            self._column.insertWidget(index, self._row(job, printers))

    def _row(self, job: JobView, printers: int) -> QFrame:
        frame = QFrame()
        frame.setProperty("pane", "well")
        column = QVBoxLayout(frame)
        column.setContentsMargins(u(16), u(8), u(8), u(8))
        column.setSpacing(u(4))
        column.addWidget(ElidedLabel(job_state(job), "strong"))
        when = formats().time(job.at_ms)
        column.addWidget(TextLabel(f"{when}  {job_reason(job)}", "label", "soft", wraps=True))
        buttons = QHBoxLayout()
        buttons.setSpacing(u(8))
        done = self.tr("It came out") if job.state is JobState.UNKNOWN else self.tr("Not needed")
        for text, signal, shown in (
            (self.tr("Print again"), self.again, True),
            (self.tr("Other printer"), self.elsewhere, printers > 1),
            (done, self.settled, job.state in {JobState.UNKNOWN, JobState.FAILED}),
        ):
            if shown:
                button = TouchButton(text, Kind.SECONDARY)
                button.setAccessibleName(f"{text}: {job.title}")
                button.tapped.connect(partial(signal.emit, job.job_id))
                buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        return frame
