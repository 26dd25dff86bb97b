"""Jobs in the spooler: what a person is told about each is true."""

import time
from collections.abc import Callable, Iterator

import pytest

from hardware.document import Document, DrawerPulse, QrCode, Text
from hardware.emulators.virtual_printer import VirtualPrinter
from hardware.printer import NetworkPrinter, PrinterPort
from hardware.profile import GENERIC_58
from hardware.spooler import JobState, PrinterStatus, PrintJob, Reason, Spooler
from hardware.status import Paper
from tests.hardware.conftest import QUICK, papers
from tests.hardware.documents import a_document, a_full_receipt, a_receipt
from tests.hardware.heard import Heard

Jobs = Heard[PrintJob]
Start = Callable[..., Spooler]
BACK_OFF = (0.05, 0.05, 0.1, 0.2, 0.4)


@pytest.fixture
def jobs() -> Jobs:
    return Heard()


@pytest.fixture
def statuses() -> Heard[tuple[str, PrinterStatus]]:
    return Heard()


@pytest.fixture
def start(jobs: Jobs, statuses: Heard[tuple[str, PrinterStatus]]) -> Iterator[Start]:
    started: list[Spooler] = []

    def make(
        *,
        poll_s: float | None = None,
        back_off_s: tuple[float, ...] = BACK_OFF,
        **printers: PrinterPort,
    ) -> Spooler:
        def note(name: str, status: PrinterStatus) -> None:
            statuses((name, status))

        started.append(Spooler(printers, jobs, note, back_off_s=back_off_s, poll_s=poll_s))
        return started[-1]

    yield make
    for spooler in started:
        assert spooler.stop()


def port(printer: VirtualPrinter, **changes: object) -> NetworkPrinter:
    return NetworkPrinter("127.0.0.1", printer.port, patience=QUICK)


def a_job(job_id: str = "1", document: Document | None = None, printer: str = "till") -> PrintJob:
    return PrintJob(job_id, "Receipt", printer, document or a_receipt())


def ends(job_id: str, state: JobState) -> Callable[[list[PrintJob]], bool]:
    return lambda heard: any(job.job_id == job_id and job.state is state for job in heard)


def story(jobs: Jobs, job_id: str = "1") -> list[tuple[JobState, Reason]]:
    """The changes of a job, each told once."""
    told = [(job.state, job.reason) for job in jobs.all if job.job_id == job_id]
    return [step for i, step in enumerate(told) if step not in told[:i]]


def test_a_job_is_sent_and_printed(start: Start, printer: VirtualPrinter, jobs: Jobs) -> None:
    start(till=port(printer)).submit(a_job())

    jobs.until(ends("1", JobState.PRINTED))

    assert story(jobs) == [(JobState.SENDING, Reason.NONE), (JobState.PRINTED, Reason.NONE)]
    assert len(papers(printer, 1)) == 1


def test_jobs_come_out_in_order_and_none_twice(
    start: Start, printer: VirtualPrinter, jobs: Jobs
) -> None:
    spooler = start(till=port(printer))
    for n in range(20):
        spooler.submit(a_job(str(n), a_document(Text(f"job {n}"))))
        spooler.submit(a_job(str(n), a_document(Text("the same job again"))))

    jobs.until(ends("19", JobState.PRINTED))

    assert [paper.lines[0] for paper in papers(printer, 20)] == [f"job {n}" for n in range(20)]


def test_submitting_does_not_wait_for_a_printer_that_hangs(
    start: Start, printer: VirtualPrinter
) -> None:
    printer.faults.stall = True
    spooler = start(till=port(printer))

    begin = time.perf_counter()
    for n in range(100):
        spooler.submit(a_job(str(n)))

    assert time.perf_counter() - begin < 100 * QUICK.stall_s / 10


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("paper_out", Reason.PAPER_OUT),
        ("cover_open", Reason.COVER_OPEN),
        ("offline", Reason.OFFLINE),
        ("refuse", Reason.NO_ANSWER),
    ],
)
def test_a_job_waits_for_a_printer_to_be_put_right_and_says_why(
    start: Start, printer: VirtualPrinter, jobs: Jobs, fault: str, reason: Reason
) -> None:
    setattr(printer.faults, fault, True)
    start(till=port(printer)).submit(a_job())
    jobs.until(lambda heard: (JobState.QUEUED, reason) in [(j.state, j.reason) for j in heard])
    setattr(printer.faults, fault, False)

    jobs.until(ends("1", JobState.PRINTED))

    assert len(papers(printer, 1)) == 1


def test_a_job_that_cannot_start_fails_in_the_end_and_can_be_tried_again(
    start: Start, printer: VirtualPrinter, jobs: Jobs
) -> None:
    printer.faults.paper_out = True
    spooler = start(till=port(printer))
    spooler.submit(a_job())
    jobs.until(ends("1", JobState.FAILED))
    printer.faults.paper_out = False

    assert spooler.retry("1")
    jobs.until(ends("1", JobState.PRINTED))
    assert story(jobs)[-2:] == [
        (JobState.FAILED, Reason.PAPER_OUT),
        (JobState.PRINTED, Reason.NONE),
    ]
    assert len(papers(printer, 1)) == 1


def test_hurrying_a_job_hurries_what_it_stands_behind(
    start: Start,
    printer: VirtualPrinter,
    jobs: Jobs,
    statuses: Heard[tuple[str, PrinterStatus]],
) -> None:
    printer.faults.paper_out = True
    spooler = start(till=port(printer), back_off_s=(60.0,))
    spooler.submit(a_job("1"))
    statuses.until(lambda heard: heard[-1:] != [])
    spooler.submit(a_job("2", a_document(Text("another"))))
    printer.faults.paper_out = False

    assert spooler.retry("2")
    heard = jobs.until(ends("2", JobState.PRINTED))

    assert [it.job_id for it in heard if it.state is JobState.PRINTED] == ["1", "2"]


def test_a_job_cut_off_in_the_middle_is_unknown_and_never_sent_again_by_itself(
    start: Start, printer: VirtualPrinter, jobs: Jobs
) -> None:
    printer.faults.cut_after = 300
    spooler = start(till=port(printer))
    spooler.submit(a_job())
    jobs.until(ends("1", JobState.UNKNOWN))
    printer.faults.cut_after = None
    spooler.submit(a_job("2", a_document(Text("another"))))
    jobs.until(ends("2", JobState.PRINTED))

    assert story(jobs)[-1] == (JobState.UNKNOWN, Reason.CUT_OFF)
    assert sum("Merino" in paper.to_text() and paper.cuts > 0 for paper in printer.papers) == 0


def test_an_unknown_job_is_sent_again_when_a_person_says_so_once_for_two_taps(
    start: Start, printer: VirtualPrinter, jobs: Jobs
) -> None:
    printer.faults.cut_after = 300
    spooler = start(till=port(printer))
    spooler.submit(a_job())
    jobs.until(ends("1", JobState.UNKNOWN))
    printer.faults.cut_after = None

    spooler.retry("1")
    spooler.retry("1")
    jobs.until(ends("1", JobState.PRINTED))
    spooler.submit(a_job("2"))
    jobs.until(ends("2", JobState.PRINTED))

    assert sum(paper.cuts for paper in printer.papers) == 2


def test_paper_that_ends_in_the_middle_makes_the_job_unknown(
    start: Start, printer: VirtualPrinter, jobs: Jobs
) -> None:
    printer.faults.paper_out_after = 300
    start(till=NetworkPrinter("127.0.0.1", printer.port)).submit(a_job())

    jobs.until(ends("1", JobState.UNKNOWN))

    assert story(jobs)[-1] == (JobState.UNKNOWN, Reason.PAPER_OUT)


def test_a_waiting_job_goes_to_another_printer_rendered_for_that_one(
    start: Start, printer: VirtualPrinter, jobs: Jobs
) -> None:
    printer.faults.paper_out = True
    with VirtualPrinter(dots=384) as small:
        narrow = NetworkPrinter("127.0.0.1", small.port, GENERIC_58, QUICK)
        spooler = start(till=port(printer), small=narrow)
        spooler.submit(a_job(document=a_full_receipt()))
        jobs.until(lambda heard: any(job.reason is Reason.PAPER_OUT for job in heard))

        assert spooler.reroute("1", "small")
        jobs.until(ends("1", JobState.PRINTED))
        printer.faults.paper_out = False

        assert max(len(line) for line in papers(small, 1)[0].lines) <= 32
    assert printer.papers == []


def test_a_failed_job_goes_to_another_printer(
    start: Start, printer: VirtualPrinter, jobs: Jobs
) -> None:
    spooler = start(till=port(printer))
    spooler.submit(a_job(printer="no such printer"))
    assert story(jobs) == [(JobState.FAILED, Reason.NO_PRINTER)]

    assert spooler.reroute("1", "till")

    jobs.until(ends("1", JobState.PRINTED))


def test_a_printed_job_is_not_sent_again(start: Start, printer: VirtualPrinter, jobs: Jobs) -> None:
    spooler = start(till=port(printer))
    spooler.submit(a_job())
    jobs.until(ends("1", JobState.PRINTED))

    assert (spooler.retry("1"), spooler.reroute("1", "till")) == (False, False)
    assert (spooler.retry("no such job"), spooler.reroute("?", "till")) == (False, False)


def test_the_drawer_opens_at_once_although_a_receipt_waits_for_paper(
    start: Start, printer: VirtualPrinter, jobs: Jobs
) -> None:
    printer.faults.paper_out = True
    spooler = start(till=port(printer))
    spooler.submit(a_job("receipt"))
    jobs.until(lambda heard: any(job.reason is Reason.PAPER_OUT for job in heard))

    spooler.submit(a_job("drawer", a_document(DrawerPulse(2))))
    jobs.until(ends("drawer", JobState.PRINTED))

    assert printer.pulses == [2]


def test_a_drawer_that_was_not_reached_does_not_open_later(
    start: Start, printer: VirtualPrinter, jobs: Jobs
) -> None:
    printer.faults.refuse = True
    start(till=port(printer)).submit(a_job("drawer", a_document(DrawerPulse(2))))
    jobs.until(ends("drawer", JobState.FAILED))
    printer.faults.refuse = False
    time.sleep(0.3)

    assert printer.pulses == []


def test_a_document_that_cannot_be_printed_fails_and_the_next_one_is_printed(
    start: Start, printer: VirtualPrinter, jobs: Jobs
) -> None:
    spooler = start(till=port(printer))
    spooler.submit(a_job("1", a_document(QrCode("x" * 5000))))
    spooler.submit(a_job("2"))

    jobs.until(ends("2", JobState.PRINTED))

    assert story(jobs)[-1] == (JobState.FAILED, Reason.BAD_DOCUMENT)


@pytest.mark.logs("printer till")
def test_a_bug_in_a_printer_driver_costs_one_job_and_not_the_queue(
    start: Start, printer: VirtualPrinter, jobs: Jobs
) -> None:
    class Buggy(NetworkPrinter):
        def send(self, data: bytes) -> PrinterStatus:
            if b"bug" in data:
                raise LookupError("a bug")
            return super().send(data)

    spooler = start(till=Buggy("127.0.0.1", printer.port, patience=QUICK))
    spooler.submit(a_job("1", a_document(Text("bug"))))
    spooler.submit(a_job("2"))

    jobs.until(ends("2", JobState.PRINTED))

    assert story(jobs)[-1] == (JobState.UNKNOWN, Reason.CUT_OFF)


def test_the_status_is_told_when_asked_and_when_a_job_meets_trouble(
    start: Start, printer: VirtualPrinter, statuses: Heard[tuple[str, PrinterStatus]]
) -> None:
    spooler = start(till=port(printer))
    spooler.ask_status("till")
    statuses.until(lambda heard: heard[-1:] == [("till", PrinterStatus(Paper.OK, False, True))])
    printer.faults.paper_out = True
    spooler.submit(a_job())

    statuses.until(lambda heard: heard[-1][1].paper is Paper.OUT)


def test_a_printer_that_is_polled_tells_when_it_goes_and_comes_back(
    start: Start, printer: VirtualPrinter, statuses: Heard[tuple[str, PrinterStatus]]
) -> None:
    start(till=port(printer), poll_s=0.05)
    statuses.until(lambda heard: bool(heard) and heard[-1][1].online is True)
    printer.faults.refuse = True
    statuses.until(lambda heard: heard[-1][1].online is False)
    printer.faults.refuse = False

    statuses.until(lambda heard: heard[-1][1].online is True)


def test_closing_the_till_fails_what_waits_and_takes_nothing_more(
    start: Start, printer: VirtualPrinter, jobs: Jobs
) -> None:
    printer.faults.paper_out = True
    spooler = start(till=port(printer))
    for job_id in ("1", "2"):
        spooler.submit(a_job(job_id))
    jobs.until(lambda heard: any(job.reason is Reason.PAPER_OUT for job in heard))
    spooler.stop()
    spooler.submit(a_job("3"))

    last = {job.job_id: (job.state, job.reason) for job in jobs.all}
    assert set(last.values()) == {(JobState.FAILED, Reason.STOPPED)}
    assert {job.job_id for job in spooler.jobs()} == {"1", "2", "3"}


def test_a_stalled_printer_does_not_hold_up_another_one(
    start: Start, printer: VirtualPrinter, jobs: Jobs
) -> None:
    with VirtualPrinter() as stalled:
        stalled.faults.stall = True
        spooler = start(till=port(printer), kitchen=port(stalled))
        spooler.submit(a_job("1", printer="kitchen"))
        spooler.submit(a_job("2"))

        jobs.until(ends("2", JobState.PRINTED))
        jobs.until(
            lambda heard: any(
                job.job_id == "1" and job.state is not JobState.SENDING for job in heard
            )
        )
