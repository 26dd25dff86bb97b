"""Paper for what is already booked: receipts, copies, test pages, and the drawer."""

import logging
from collections.abc import Callable

from hardware.document import Document
from hardware.spooler import JobState, PrintJob, Spooler
from pos_app.domain.clock import Now
from pos_app.domain.sale import Sale
from pos_app.domain.settings import ShopSettings
from pos_app.services import receipts
from pos_app.store.errors import StoreError
from pos_app.store.prints import PrintJobs, PrintRow
from pos_app.store.sales import Sales

ORIGINAL, COPY, TEST = "receipt", "copy", "test"
LOST = "restart"
"""Detail of a job the till was restarted under: nobody knows whether its paper came out."""
SETTLED = frozenset({JobState.PRINTED, JobState.FAILED, JobState.UNKNOWN})

log = logging.getLogger(__name__)


class Printing:
    """Hands paper to the spooler, and remembers every job in the journal.

    Lives on the till's thread. The spooler calls back on its own threads: bring its jobs over and
    give them to `job_changed`. Neither a printer nor a full disk is the problem of a sale that is
    booked: printing raises nothing, and paper that cannot be remembered is printed all the same.
    Only what a person decides about a job (`retry`, `reroute`, `give_up`) may raise StoreError.
    """

    def __init__(
        self,
        spooler: Spooler,
        jobs: PrintJobs,
        sales: Sales,
        *,
        printer: str,
        till_name: str,
        settings: Callable[[], ShopSettings],
        now: Callable[[], Now],
        new_id: Callable[[], str],
    ) -> None:
        """`printer` is the spooler's name of this till's own printer."""
        self._spooler, self._jobs, self._sales = spooler, jobs, sales
        self._printer, self._till_name = printer, till_name
        self._settings, self._now, self._new_id = settings, now, new_id
        self._drawer_jobs: set[str] = set()

    def after_restart(self) -> tuple[PrintRow, ...]:
        """Jobs an earlier run left behind, to be shown; those it was still at become unknown.

        None of them when the journal cannot be read or written: the till opens all the same.
        """
        try:
            for row in self._jobs.unfinished():
                if row.state not in SETTLED:
                    self._jobs.set_state(row.job_id, JobState.UNKNOWN, LOST)
            self._find_unprinted()
            return self._jobs.unfinished()
        except StoreError:
            log.exception("print jobs of an earlier run were not settled")
            return ()

    def _find_unprinted(self) -> None:
        """The last sale, if the till died between its booking and the note of its receipt."""
        sale = self._sales.last()
        if sale is not None and not self._jobs.of_sale(sale.sale_id):
            at_ms = self._now().wall_ms
            self._jobs.record(
                PrintRow(
                    self._new_id(),
                    sale.sale_id,
                    ORIGINAL,
                    self._printer,
                    JobState.FAILED,
                    LOST,
                    at_ms,
                )
            )

    def print_receipt(self, sale: Sale) -> str:
        """The receipt of a sale that was just booked; opens the drawer if cash was taken.

        The drawer is a job of its own: it opens at once, also when there is no paper.
        """
        if receipts.pays_cash(sale):
            self.open_drawer()
        return self._print(receipts.receipt(sale, self._settings()), ORIGINAL, sale.sale_id)

    def once_more(self, sale: Sale) -> str:
        """What a person means by "print again": paper that never came out, now; else a COPY."""
        try:
            for row in self._known(sale):
                waits = row.state == JobState.QUEUED and self._spooler.retry(row.job_id)
                if waits or (row.state == JobState.FAILED and self.retry(row)):
                    return row.job_id
        except StoreError:
            log.exception("an earlier print of a sale could not be made again")
        return self.print_again(sale)

    def print_again(self, sale: Sale, printer: str = "") -> str:
        """Another one, marked COPY and numbered; never touches the drawer."""
        copy_no = 1 + max((row.copy_no for row in self._known(sale)), default=0)
        document = receipts.receipt(sale, self._settings(), copy_no=copy_no)
        return self._print(document, COPY, sale.sale_id, copy_no, printer)

    def print_test_page(self, printer: str = "") -> str:
        at_ms = self._now().wall_ms
        return self._print(
            receipts.test_page(self._settings(), self._till_name, at_ms), TEST, "", 0, printer
        )

    def open_drawer(self) -> None:
        """Now or never, so there is nothing to remember. Callers check the right and say why."""
        drawer = receipts.drawer()
        job = PrintJob(self._new_id(), drawer.title, self._printer, drawer)
        self._drawer_jobs.add(job.job_id)
        self._spooler.submit(job)

    def retry(self, row: PrintRow) -> bool:
        """Once more on the same printer; what may have come out in an earlier run comes as a COPY.

        False: it can be neither sent nor made again, such as a test page of an earlier run.
        """
        return self._spooler.retry(row.job_id) or self._replace(row, row.printer)

    def reroute(self, row: PrintRow, printer: str) -> bool:
        return self._spooler.reroute(row.job_id, printer) or self._replace(row, printer)

    def give_up(self, row: PrintRow) -> None:
        """A person says that this paper is not needed any more."""
        self._jobs.set_state(row.job_id, "cancelled")

    def job_changed(self, job: PrintJob) -> None:
        """What the spooler said of a job. Only the end of paper is written down: it costs a disk write."""
        if job.state not in SETTLED:
            return
        if job.job_id in self._drawer_jobs:
            self._drawer_jobs.remove(job.job_id)
        else:
            self._remember(
                lambda: self._jobs.set_state(job.job_id, job.state, job.reason, job.printer)
            )

    def _replace(self, row: PrintRow, printer: str) -> bool:
        """A job the spooler has forgotten, as after a restart, is made again from the sale.

        One that failed never came out: it is the same paper again, not a copy of it.
        """
        sale = self._sales.by_id(row.sale_id) if row.sale_id else None
        if sale is None:
            return False
        if row.state == JobState.FAILED:
            document = receipts.receipt(sale, self._settings(), copy_no=row.copy_no)
            self._print(document, row.kind, sale.sale_id, row.copy_no, printer)
        else:
            self.print_again(sale, printer)
        self._remember(lambda: self.give_up(row))
        return True

    def _known(self, sale: Sale) -> tuple[PrintRow, ...]:
        """Its earlier prints; none when they cannot be read, and then it is printed all the same."""
        try:
            return self._jobs.of_sale(sale.sale_id)
        except StoreError:
            log.exception("earlier prints of a sale could not be read")
            return ()

    def _print(
        self, document: Document, kind: str, sale_id: str = "", copy_no: int = 0, printer: str = ""
    ) -> str:
        """Remember first, then submit: no job is at a printer without being known here."""
        job = PrintJob(self._new_id(), document.title, printer or self._printer, document)
        at_ms = self._now().wall_ms
        row = PrintRow(job.job_id, sale_id, kind, job.printer, job.state, "", at_ms, copy_no)
        self._remember(lambda: self._jobs.record(row))
        self._spooler.submit(job)
        return job.job_id

    def _remember(self, write: Callable[[], None]) -> None:
        try:
            write()
        except StoreError:
            log.exception("a print job was not written down")
