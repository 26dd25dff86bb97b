"""What the devices screen shows and asks for; the application builds it from spooler, store and sync."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hardware.status import JobState, PrinterStatus, Reason
from pos_app.domain.safety import Safety


@dataclass(frozen=True, slots=True)
class JobView:
    """A print job that did not end well, or has not ended yet."""

    job_id: str
    title: str
    printer: str
    state: JobState
    reason: Reason
    at_ms: int


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What checking the till's own files found: how many facts, the first that does not fit, and room."""

    facts: int
    first_bad: int | None
    free_percent: int


@dataclass(frozen=True, slots=True)
class PrinterSaid:
    """What goes through AppSignals.printer_state when a printer told its status."""

    printer: str
    status: PrinterStatus


class DeviceDesk(Protocol):
    """Everything returns at once, except `check_store` and `safety`, which run off the GUI thread.

    What is written or read may raise StoreError.
    """

    def sync_now(self) -> None: ...

    def counts(self) -> Mapping[str, int]:
        """Rows of the replica: variants and stock at least."""
        ...

    def printers(self) -> Sequence[str]:
        """Names of the printers set up, the receipt printer first."""
        ...

    def ask_status(self, printer: str) -> None:
        """The answer comes as PrinterSaid."""
        ...

    def test_print(self, printer: str) -> None: ...

    def has_drawer(self) -> bool: ...

    def open_drawer(self) -> None:
        """Opens it and books that it was opened without a sale."""
        ...

    def unfinished_jobs(self) -> Sequence[JobView]:
        """Jobs that failed, are unknown or wait with a reason, oldest first."""
        ...

    def print_again(self, job_id: str) -> None: ...

    def reroute(self, job_id: str, printer: str) -> None: ...

    def settle(self, job_id: str) -> None:
        """A person says it need not be printed any more, or that it came out."""
        ...

    def check_store(self) -> StoreReport: ...

    def safety(self) -> Safety:
        """Off the GUI thread too: it looks at a second medium."""
        ...
