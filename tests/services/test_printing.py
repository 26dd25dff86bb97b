"""Receipts through a real spooler to a printer on a real socket."""

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from hardware.emulators.virtual_printer import VirtualPrinter
from hardware.printer import NetworkPrinter, Patience
from hardware.spooler import JobState, PrintJob, Spooler
from pos_app.domain.sale import Sale, TenderKind
from pos_app.services.printing import LOST, SETTLED, Printing
from pos_app.store.prints import PrintJobs, PrintRow
from pos_app.store.sales import Sales
from tests.services.shop import SOCK, Shop
from tests.store.damage import damage

QUICK = Patience(connect_s=2.0, answer_s=0.5, stall_s=0.5, confirm_s=1.5)


class Desk:
    """A till's printing with the GUI thread's queue played by hand."""

    def __init__(self, shop: Shop, printer: VirtualPrinter) -> None:
        self.printer, self.changes = printer, queue.SimpleQueue[PrintJob]()
        port = NetworkPrinter(printer.host, printer.port, patience=QUICK)
        self.spooler = Spooler({"till": port}, self.changes.put, back_off_s=(0.05,) * 100)
        self.jobs = PrintJobs(shop.stores)
        numbers = iter(range(1000))
        run = time.monotonic_ns()
        self.printing = Printing(
            self.spooler,
            self.jobs,
            Sales(shop.stores),
            printer="till",
            till_name="014 · Till 2",
            settings=lambda: shop.till.settings,
            now=shop.clock,
            new_id=lambda: f"job-{run}-{next(numbers)}",
        )

    def until(self, done: Callable[[], bool], seconds: float = 60.0) -> None:
        """Bring the spooler's news to this thread until something is so."""
        deadline = time.monotonic() + seconds
        while not done():
            self.printing.job_changed(self.changes.get(timeout=max(deadline - time.monotonic(), 0)))


@contextmanager
def a_desk(shop: Shop, printer: VirtualPrinter) -> Iterator[Desk]:
    desk = Desk(shop, printer)
    yield desk
    desk.spooler.stop()


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    with VirtualPrinter() as virtual:
        yield virtual


@pytest.fixture
def desk(shop: Shop, printer: VirtualPrinter) -> Iterator[Desk]:
    with a_desk(shop, printer) as made:
        yield made


@pytest.fixture
def sale(shop: Shop) -> Sale:
    shop.till.scan(SOCK)
    sold = shop.till.take_tender(TenderKind.CASH, 20_000)
    assert sold is not None
    return sold


def states(desk: Desk, sale: Sale) -> list[tuple[str, str, int]]:
    return [(row.kind, row.state, row.copy_no) for row in desk.jobs.of_sale(sale.sale_id)]


def test_a_cash_sale_opens_the_drawer_and_prints_its_receipt(desk: Desk, sale: Sale) -> None:
    desk.printing.print_receipt(sale)
    desk.until(lambda: states(desk, sale) == [("receipt", "printed", 0)])

    assert desk.printer.pulses == [2]
    (paper,) = desk.printer.papers
    assert sale.receipt_no in paper.to_text()
    assert desk.printing.after_restart() == ()


def test_print_again_brings_the_paper_that_waits_and_only_then_copies(
    desk: Desk, sale: Sale
) -> None:
    desk.printer.faults.paper_out = True
    desk.printing.print_receipt(sale)
    waiting = desk.jobs.of_sale(sale.sale_id)[0].job_id
    desk.until(lambda: any(it.job_id == waiting and it.reason for it in desk.spooler.jobs()))
    desk.spooler.stop()
    desk.until(lambda: states(desk, sale) == [("receipt", "failed", 0)])

    desk.printing.once_more(sale)

    assert [kind for kind, _, copy_no in states(desk, sale) if copy_no] == []


def test_print_again_of_what_came_out_is_a_copy(desk: Desk, sale: Sale) -> None:
    desk.printing.print_receipt(sale)
    desk.until(lambda: states(desk, sale) == [("receipt", "printed", 0)])

    desk.printing.once_more(sale)

    assert [(kind, copy_no) for kind, _, copy_no in states(desk, sale)][-1] == ("copy", 1)


def test_a_card_sale_leaves_the_drawer_shut(shop: Shop, desk: Desk) -> None:
    shop.till.scan(SOCK)
    sale = shop.till.take_tender(TenderKind.CARD_EXTERNAL, 19_900)

    assert sale is not None
    desk.printing.print_receipt(sale)
    desk.until(lambda: states(desk, sale) == [("receipt", "printed", 0)])
    assert desk.printer.pulses == []


def test_what_became_of_the_drawer_is_not_written_down(shop: Shop, desk: Desk) -> None:
    shop.stores.journal.exec_driver_sql("PRAGMA query_only = ON")

    desk.printing.open_drawer()
    told = JobState.QUEUED
    while told not in SETTLED:
        job = desk.changes.get(timeout=60)
        desk.printing.job_changed(job)  # a refused write would be in the log
        told = job.state

    assert told == JobState.PRINTED
    assert desk.printer.pulses


def test_without_paper_the_drawer_opens_and_the_receipt_waits(desk: Desk, sale: Sale) -> None:
    desk.printer.faults.paper_out = True
    desk.printing.print_receipt(sale)
    desk.until(lambda: desk.printer.pulses == [2])
    assert desk.printer.papers == []

    desk.printer.faults.paper_out = False
    desk.until(lambda: states(desk, sale) == [("receipt", "printed", 0)])

    assert len(desk.printer.papers) == 1


def test_copies_are_numbered_and_leave_the_drawer_shut(desk: Desk, sale: Sale) -> None:
    desk.printing.print_again(sale)
    desk.printing.print_again(sale)
    done = [("copy", "printed", 1), ("copy", "printed", 2)]
    desk.until(lambda: states(desk, sale) == done)

    assert ["KOPIE 1" in p.to_text() for p in desk.printer.papers] == [True, False]
    assert desk.printer.pulses == []


def test_what_a_restart_interrupts_is_unknown_and_shown(shop: Shop, sale: Sale) -> None:
    with VirtualPrinter() as printer:
        printer.faults.paper_out = True
        with a_desk(shop, printer) as before:
            before.printing.print_receipt(sale)
        printer.faults.paper_out = False

        with a_desk(shop, printer) as after:
            (row,) = after.printing.after_restart()
            assert (row.state, row.detail, row.sale_id) == ("unknown", LOST, sale.sale_id)
            assert after.printing.retry(row)
            after.until(lambda: ("copy", "printed", 1) in states(after, sale))
            assert after.printing.after_restart() == ()


def test_a_job_can_be_sent_to_another_printer_or_given_up(desk: Desk, sale: Sale) -> None:
    job_id = desk.printing.print_again(sale, "printer that is not there")
    desk.until(lambda: states(desk, sale) == [("copy", "failed", 1)])
    (row,) = desk.printing.after_restart()

    assert row.job_id == job_id
    assert desk.printing.reroute(row, "till")
    desk.until(lambda: states(desk, sale) == [("copy", "printed", 1)])
    desk.printing.give_up(row)
    assert desk.printing.after_restart() == ()


def test_a_receipt_that_failed_in_an_earlier_run_is_printed_as_the_original(
    desk: Desk, sale: Sale
) -> None:
    desk.jobs.record(
        PrintRow("job-of-another-run", sale.sale_id, "receipt", "till", "failed", "", 0)
    )
    (row,) = desk.printing.after_restart()

    assert desk.printing.retry(row)
    desk.until(lambda: ("receipt", "printed", 0) in states(desk, sale))

    assert "KOPIE" not in desk.printer.papers[0].to_text()


def test_a_lost_test_page_is_not_made_again(desk: Desk) -> None:
    lost = PrintRow("job-of-another-run", "", "test", "till", "unknown", LOST, 0)

    assert not desk.printing.retry(lost)


def test_a_test_page_comes_out(desk: Desk) -> None:
    desk.printing.print_test_page()
    desk.until(lambda: len(desk.printer.papers) == 1)

    assert "014 · Till 2" in desk.printer.papers[0].to_text()


@pytest.mark.logs("a print job was not written down")
def test_a_full_disk_after_the_commit_does_not_stop_the_receipt(
    shop: Shop, desk: Desk, sale: Sale
) -> None:
    shop.stores.journal.exec_driver_sql("PRAGMA query_only = ON")
    desk.printing.print_receipt(sale)
    desk.until(lambda: len(desk.printer.papers) == 1)

    assert sale.receipt_no in desk.printer.papers[0].to_text()
    shop.stores.journal.exec_driver_sql("PRAGMA query_only = OFF")


def test_only_the_end_of_a_job_is_written_down(desk: Desk, sale: Sale) -> None:
    job_id = desk.printing.print_again(sale)
    desk.printing.job_changed(PrintJob(job_id, "", "till", state=JobState.SENDING))

    assert states(desk, sale) == [("copy", "queued", 1)]


@pytest.mark.logs("earlier prints of a sale could not be read")
@pytest.mark.logs("a print job was not written down")
@pytest.mark.logs("print jobs of an earlier run were not settled")
def test_a_sale_is_printed_again_though_nobody_knows_what_was_printed(
    shop: Shop, desk: Desk, sale: Sale
) -> None:
    damage(shop.stores, "print_job")

    desk.printing.once_more(sale)
    desk.printing.print_again(sale)
    left = desk.printing.after_restart()
    desk.until(lambda: len(desk.printer.papers) == 2)

    assert left == ()
    assert all(sale.receipt_no in paper.to_text() for paper in desk.printer.papers)
