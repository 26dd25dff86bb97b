"""Within a second of a sale the mark and the black box know it; before facts leave, the mark does."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_app.integrity import blackbox
from pos_app.integrity.mark import Marks
from pos_app.integrity.witness import Witness
from pos_app.opening import WitnessedJournal
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from tests.journeys.counter import until
from tests.store.till import DEVICE, at

NAME = blackbox.file_name(DEVICE.device_id, 1)


@pytest.fixture
def marks(tmp_path: Path) -> Marks:
    return Marks([tmp_path / "keys"])


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def witness(stores: Stores, marks: Marks, box: Path) -> Iterator[Witness]:
    watching = Witness(stores, marks, box)
    watching.start()
    yield watching
    watching.stop()


def record(journal: Journal, count: int) -> None:
    for n in range(count):
        journal.record("auth.event.v1", "jana", {"what": "signed_in", "n": n}, at(10_000 + n))


def test_within_a_second_a_fact_is_marked_and_in_the_black_box(
    witness: Witness, journal: Journal, marks: Marks, box: Path
) -> None:
    def took(last: int) -> float:
        start = time.monotonic()
        record(journal, 3)
        until(lambda: [it["seq"] for it in blackbox.read(box / NAME)] == list(range(1, last + 1)))
        return time.monotonic() - start

    # a busy machine may be late once, not each time
    assert min([took(last) for last in (3, 6, 9)]) < 1.0
    mark = marks.read()
    assert mark is not None
    assert (mark.seq, mark.hash) == (9, journal.hash_at(9))


def test_when_it_stops_nothing_is_missing(
    witness: Witness, journal: Journal, marks: Marks, box: Path
) -> None:
    record(journal, 700)

    witness.stop()

    assert [it["seq"] for it in blackbox.read(box / NAME)] == list(range(1, 701))
    mark = marks.read()
    assert mark is not None
    assert mark.seq == 700


def test_what_is_about_to_leave_is_marked_before_it_does(
    stores: Stores, journal: Journal, marks: Marks
) -> None:
    record(journal, 3)
    silent = Witness(stores, marks, None)  # never started: it only does what it is asked

    WitnessedJournal(stores, silent).mark_in_flight(2)

    mark = marks.read()
    assert mark is not None
    assert (mark.seq, mark.in_flight_through) == (3, 2)


def test_a_line_torn_by_a_power_cut_is_passed_over_and_written_again(
    stores: Stores, journal: Journal, marks: Marks, box: Path
) -> None:
    record(journal, 2)
    first = Witness(stores, marks, box)
    first.start()
    first.stop()
    with (box / NAME).open("r+b") as file:
        file.truncate((box / NAME).stat().st_size - 20)
    record(journal, 1)

    second = Witness(stores, marks, box)
    second.start()
    second.stop()

    assert [it["seq"] for it in blackbox.read(box / NAME)] == [1, 2, 3]


def test_a_medium_that_was_pulled_out_and_put_back_catches_up(
    stores: Stores, journal: Journal, marks: Marks, box: Path
) -> None:
    box.write_text("not a folder: the medium is gone")
    pulled_out = Witness(stores, marks, box)
    pulled_out.start()
    record(journal, 2)
    pulled_out.stop()
    box.unlink()

    back = Witness(stores, marks, box)
    back.start()
    back.stop()

    assert [it["seq"] for it in blackbox.read(box / NAME)] == [1, 2]


def test_the_black_box_holds_no_pepper(witness: Witness, journal: Journal, box: Path) -> None:
    record(journal, 1)
    witness.stop()

    assert b"pepper" not in (box / NAME).read_bytes()
    assert [it["store_no"] for it in blackbox.headings(box)] == ["014"]
