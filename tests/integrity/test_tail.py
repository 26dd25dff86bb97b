"""A start does not sell on a journal whose newest facts or open shift are not as they were written."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from pos_app.domain.clock import Now
from pos_app.integrity import tail
from pos_app.integrity.lives import Why, next_life
from pos_app.integrity.recover import recover
from pos_app.integrity.startup import Outcome
from pos_app.integrity.witness import Witness
from pos_app.opening import places, settle_journal
from pos_app.store.connect import raw
from pos_app.store.db import Stores, open_stores
from pos_app.store.errors import StoreDamaged
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from tests.store.till import DEVICE, SHIFT, a_draft, at, paid_in_parts

ROT = {
    "a payload": ("UPDATE fact SET payload = replace(payload, '121', '122') WHERE seq = 4", "fact 4"),
    "a letter": ("UPDATE fact SET payload = CAST(x'ff' AS TEXT) || payload WHERE seq = 4", "UTF-8"),
    "a header": ("UPDATE fact SET actor = 'eva' WHERE seq = 3", "fact 3"),
    "a seq": ("UPDATE fact SET seq = 9 WHERE seq = 4", "fact 4"),
    "a hash": ("UPDATE fact SET hash = x'00' WHERE seq = 4", "fact 4"),
    "a fact": ("DELETE FROM fact WHERE seq = 4", "fact 4"),
    "the shift's total": ("UPDATE shift SET total = total - 1", "shift 1"),
    "the shift's count": ("UPDATE shift SET sale_count = 9", "shift 1"),
    "the shift's tender": ("UPDATE shift_tender SET amount = amount + 1", "shift 1"),
    "a sale's tender": ("UPDATE sale_tender SET amount = amount + 1 WHERE position = 4", "shift 1"),
    "a sale and its shift": (
        "UPDATE sale SET total = 120 WHERE number = 2; UPDATE shift SET total = total - 1",
        "014-2-000002",
    ),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A till with a shift and five sales, closed as every day, with its mark and black box."""
    with closing(open_stores(tmp_path)) as stores:
        stores.enrol(DEVICE)
        Shifts(stores).open(SHIFT, at(1_000))
        for n in range(4):
            Sales(stores).book(a_draft(f"sale-{n}"), at(2_000 + n))
        Sales(stores).book(paid_in_parts("sale-4"), at(3_000))
        kept = places(tmp_path, None)
        witness = Witness(stores, kept.marks, kept.box_folder)
        witness.start()
        witness.stop()
    return tmp_path


def rot(folder: Path, script: str) -> None:
    with closing(sqlite.connect(folder / "journal.db")) as conn:
        conn.executescript(script)


def opened(folder: Path, now: Now) -> Outcome:
    with closing(open_stores(folder)) as stores:
        return settle_journal(stores, folder, now)


def test_an_honest_journal_opens_also_in_its_next_life(folder: Path) -> None:
    assert opened(folder, at(9_000)) == "same"

    with closing(open_stores(folder)) as stores:
        next_life(stores, 2, 2, Why("journal_behind_mark", 9), at(10_000))
        Sales(stores).book(a_draft("sale-9"), at(11_000))

    assert opened(folder, at(12_000)) == "same"


@pytest.mark.parametrize(("script", "named"), ROT.values(), ids=ROT)
def test_what_rots_is_refused_and_named_until_it_is_recovered(
    folder: Path, script: str, named: str
) -> None:
    rot(folder, script)

    with pytest.raises(StoreDamaged, match=named):
        opened(folder, at(9_000))

    recover(folder, places(folder, None), at(10_000))
    assert opened(folder, at(11_000)) == "same"


def test_what_the_damaged_text_says_is_told_to_nobody(folder: Path) -> None:
    rot(folder, ROT["a letter"][0])

    with pytest.raises(StoreDamaged) as caught:
        opened(folder, at(9_000))

    assert "Hrnek" not in str(caught.value)


NEXT = replace(SHIFT, shift_id="shift-2", number=2)


def next_shift(stores: Stores) -> None:
    """Shift 2 with two sales of its own."""
    Shifts(stores).open(NEXT, at(5_000))
    Sales(stores).book(replace(a_draft("next-1"), shift_id="shift-2"), at(5_001))
    Sales(stores).book(replace(paid_in_parts("next-2"), shift_id="shift-2"), at(5_002))


def test_a_sale_of_an_older_shift_after_those_of_the_open_one_is_no_damage(folder: Path) -> None:
    with closing(open_stores(folder)) as stores:
        next_shift(stores)
        Sales(stores).book(a_draft("late"), at(5_003))

        tail.prove_tail(stores)

        stores.journal.exec_driver_sql("UPDATE shift SET total = total + 1 WHERE number = 2")
        with pytest.raises(StoreDamaged, match="shift 2"):
            tail.prove_tail(stores)


def test_a_start_reads_no_sales_of_shifts_before_the_open_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "_NEWEST", 4)
    spent = [steps_of_a_start(tmp_path / str(sales), sales) for sales in (20, 120)]

    assert spent[1] < spent[0] * 1.1


def steps_of_a_start(folder: Path, earlier: int) -> int:
    """What SQLite does for it after this many sales of an earlier shift, in its own instructions."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    with closing(open_stores(folder)) as stores:
        stores.enrol(DEVICE)
        Shifts(stores).open(SHIFT, at(1_000))
        for n in range(earlier):
            Sales(stores).book(a_draft(f"sale-{n}"), at(2_000 + n))
        next_shift(stores)
        raw(stores.journal).set_progress_handler(step, 1)
        tail.prove_tail(stores)
        raw(stores.journal).set_progress_handler(None, 1)
    return steps
