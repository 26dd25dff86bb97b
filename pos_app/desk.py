"""The devices screen's desk: spooler, scanners, exchange and store behind the few things it asks."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from hardware.spooler import Spooler
from hardware.status import JobState, Reason
from pos_app.domain.safety import Safety
from pos_app.integrity.safety import look
from pos_app.services.printing import Printing
from pos_app.services.till import Till
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from pos_app.store.prints import PrintJobs, PrintRow
from pos_app.ui.device_desk import JobView, StoreReport

NO_SALE = "no sale"
TITLES = {"receipt": "Receipt", "copy": "Receipt (copy)", "test": "Test page"}


class Desk:
    """Satisfies pos_app.ui.device_desk.DeviceDesk."""

    def __init__(
        self,
        stores: Stores,
        till: Till,
        printing: Printing,
        spooler: Spooler,
        printers: Sequence[str],
        pull_now: Callable[[], None],
        second_dir: Path | None = None,
    ) -> None:
        self._second_dir = second_dir
        self._stores, self._till, self._printing = stores, till, printing
        self._spooler, self._printers = spooler, tuple(printers)
        self._pull_now = pull_now
        self._catalog, self._journal = Catalog(stores), Journal(stores)
        self._prints = PrintJobs(stores)

    def sync_now(self) -> None:
        self._pull_now()

    def counts(self) -> Mapping[str, int]:
        return self._catalog.counts()

    def printers(self) -> Sequence[str]:
        return self._printers

    def ask_status(self, printer: str) -> None:
        self._spooler.ask_status(printer)

    def test_print(self, printer: str) -> None:
        self._printing.print_test_page(printer)

    def has_drawer(self) -> bool:
        return bool(self._printers)

    def open_drawer(self) -> None:
        self._till.open_drawer(NO_SALE)

    def unfinished_jobs(self) -> Sequence[JobView]:
        waiting = {job.job_id: job for job in self._spooler.jobs()}
        views = []
        for row in self._prints.unfinished():
            job = waiting.get(row.job_id)
            state = job.state if job else JobState(row.state)
            reason = job.reason if job else _reason(row.detail)
            if state is not JobState.PRINTED and (reason or state not in _UNDER_WAY):
                views.append(
                    JobView(row.job_id, _title(row), row.printer, state, reason, row.created_ms)
                )
        return views

    def print_again(self, job_id: str) -> None:
        row = self._row(job_id)
        if row is not None:
            self._printing.retry(row)

    def reroute(self, job_id: str, printer: str) -> None:
        row = self._row(job_id)
        if row is not None:
            self._printing.reroute(row, printer)

    def settle(self, job_id: str) -> None:
        row = self._row(job_id)
        if row is not None:
            self._printing.give_up(row)

    def check_store(self) -> StoreReport:
        """The whole chain; on a worker thread, with that thread's own connection."""
        count, _ = self._journal.unsent()
        state = self._journal.state()
        disk = shutil.disk_usage(self._stores.data_dir)
        first_bad = self._journal.verify(limit=max(state.last_seq, count, 1))
        return StoreReport(state.last_seq, first_bad, disk.free * 100 // disk.total)

    def safety(self) -> Safety:
        return look(self._stores, self._stores.data_dir, self._second_dir)

    def _row(self, job_id: str) -> PrintRow | None:
        return next((row for row in self._prints.unfinished() if row.job_id == job_id), None)


_UNDER_WAY = frozenset({JobState.QUEUED, JobState.SENDING})


def _title(row: PrintRow) -> str:
    return TITLES.get(row.kind, row.kind)


def _reason(detail: str) -> Reason:
    try:
        return Reason(detail)
    except ValueError:
        return Reason.STOPPED
