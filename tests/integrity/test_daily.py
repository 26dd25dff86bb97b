"""Once a day a fresh copy of the record is read from end to end, and what is wrong is said."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pos_app.integrity import daily
from pos_app.integrity.copies import HourlyCopies, copy_now, hourly_copies
from pos_app.integrity.daily import Stopped, is_due, last_proof, prove_copy
from pos_app.integrity.safety import look
from pos_app.integrity.sources import JournalReader
from pos_app.store.db import Stores
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from tests.journeys.counter import until
from tests.store.till import SHIFT, a_draft, at

DAY_MS = 86_400_000
ROT = {
    "a payload": ("UPDATE fact SET payload = replace(payload, '121', '122') WHERE seq = 3", "1/3: hash"),
    "a letter": ("UPDATE fact SET payload = CAST(x'ff' AS TEXT) || payload WHERE seq = 3", "UTF-8"),
    "a sale": ("UPDATE sale SET total = 120 WHERE number = 2", "sale_row: 014-2-000002"),
    "a total": ("UPDATE shift SET total = total - 1", "shift: shift-1"),
    "whose it is": ("DELETE FROM life", "never enrolled"),
}  # fmt: skip


@pytest.fixture
def sold(stores: Stores) -> Stores:
    """A shift and forty sales."""
    Shifts(stores).open(SHIFT, at(1_000))
    for n in range(40):
        Sales(stores).book(a_draft(f"sale-{n}"), at(2_000 + n))
    return stores


def test_a_till_that_runs_reads_one_copy_a_day(sold: Stores, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    copies = HourlyCopies(sold, folder, first_s=0.01, every_s=0.3)
    copies.start()
    until(lambda: last_proof(folder))
    first, begun = last_proof(folder), time.time_ns()
    assert first is not None

    # a second one is at another second, and complete before the thread ends
    until(lambda: len(hourly_copies(folder)) > 1)
    copies.stop()

    assert (first.facts, first.wrong) == (41, "")
    assert first.at_ms * 1_000_000 < begun
    assert last_proof(folder) == first
    assert look(sold, sold.data_dir, folder).proof == first
    assert {it.suffix for it in folder.iterdir()} == {".db", ".json"}


def test_after_a_day_or_with_a_clock_set_back_it_is_time_again(
    sold: Stores, tmp_path: Path
) -> None:
    assert is_due(tmp_path, 5 * DAY_MS)
    prove_copy(copy_now(sold, tmp_path), 5 * DAY_MS, threading.Event())

    due = [it for it in (4 * DAY_MS, 6 * DAY_MS - 1, 6 * DAY_MS) if is_due(tmp_path, it)]

    assert due == [4 * DAY_MS, 6 * DAY_MS]


@pytest.mark.logs("not as it was written")
@pytest.mark.parametrize(("statement", "named"), ROT.values(), ids=ROT)
def test_rot_that_only_the_whole_record_shows_is_said(
    sold: Stores, tmp_path: Path, statement: str, named: str
) -> None:
    sold.journal.exec_driver_sql(statement)

    assert named in prove_copy(copy_now(sold, tmp_path), 1, threading.Event()).wrong

    found = look(sold, sold.data_dir, tmp_path).proof
    assert found is not None
    assert named in found.wrong
    assert "Hrnek" not in found.wrong


@pytest.mark.logs("not as it was written")
@pytest.mark.parametrize("at_byte", [100, 20_000])
def test_a_file_that_is_broken_is_said_too(sold: Stores, tmp_path: Path, at_byte: int) -> None:
    copy = copy_now(sold, tmp_path)
    whole = copy.read_bytes()
    copy.write_bytes(whole[:at_byte] + b"\xa5" * 4096 + whole[at_byte + 4096 :])

    assert prove_copy(copy, 1, threading.Event()).wrong


@pytest.mark.logs("not as it was written")
def test_an_index_that_lies_is_said(sold: Stores, tmp_path: Path) -> None:
    run = sold.journal.exec_driver_sql
    run("PRAGMA writable_schema = ON")
    run(
        "UPDATE sqlite_master SET sql = replace(sql, 'receipt_no', 'till_id') WHERE name = 'ix_sale_receipt'"
    )
    run("PRAGMA writable_schema = RESET")

    assert "ix_sale_receipt" in prove_copy(copy_now(sold, tmp_path), 1, threading.Event()).wrong


def test_a_till_that_closes_does_not_wait_for_the_reading(
    sold: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily, "_REST_S", 3_600)
    copies = HourlyCopies(sold, tmp_path, first_s=0.01)
    copies.start()
    until(lambda: hourly_copies(tmp_path))

    copies.stop()

    assert last_proof(tmp_path) is None


def test_a_reading_that_is_stopped_keeps_nothing(sold: Stores, tmp_path: Path) -> None:
    stopping = threading.Event()
    stopping.set()

    with pytest.raises(Stopped):
        prove_copy(copy_now(sold, tmp_path), 1, stopping)

    assert is_due(tmp_path, 2)


@pytest.mark.parametrize("rows", ["sales", "shifts"])
def test_a_reading_that_is_at_the_sales_or_shifts_stops_too(
    sold: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: str
) -> None:
    for number in range(2, 40):
        Shifts(sold).open(replace(SHIFT, shift_id=f"shift-{number}", number=number), at(3_000))
    stopping, read = threading.Event(), []
    every = getattr(JournalReader, rows)

    def until_the_till_closes(journal: JournalReader) -> Iterator[Any]:
        for row in every(journal):
            stopping.set()
            read.append(row)
            yield row

    monkeypatch.setattr(JournalReader, rows, until_the_till_closes)

    with pytest.raises(Stopped):
        prove_copy(copy_now(sold, tmp_path), 1, stopping)

    assert len(read) == 1
