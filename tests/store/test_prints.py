"""Print jobs: what did not come out of the printer is known after a restart."""

import pytest

from pos_app.store.db import Stores
from pos_app.store.prints import PrintJobs, PrintRow

JOB = PrintRow("j1", "s1", "receipt", "front", "queued", "", 1_000)


@pytest.fixture
def jobs(stores: Stores) -> PrintJobs:
    return PrintJobs(stores)


def test_a_job_is_unfinished_until_it_is_printed(jobs: PrintJobs) -> None:
    jobs.record(JOB)
    before = jobs.unfinished()

    jobs.set_state("j1", "printed")

    assert (before, jobs.unfinished()) == ((JOB,), ())
    assert jobs.of_sale("s1")[0].state == "printed"


def test_a_failed_job_keeps_its_reason_and_new_printer(jobs: PrintJobs) -> None:
    jobs.record(JOB)

    jobs.set_state("j1", "failed", "paper_out")
    jobs.set_state("j1", "sending", printer="back")

    (row,) = jobs.unfinished()
    assert (row.state, row.detail, row.printer) == ("sending", "", "back")


def test_copies_come_after_the_original(jobs: PrintJobs) -> None:
    jobs.record(PrintRow("j2", "s1", "copy", "front", "queued", "", 900, copy_no=1))
    jobs.record(JOB)

    assert [it.copy_no for it in jobs.of_sale("s1")] == [0, 1]
    assert [it.job_id for it in jobs.unfinished()] == ["j2", "j1"]
