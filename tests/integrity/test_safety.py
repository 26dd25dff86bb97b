"""What is said of a till's safety is what is on its disks."""

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pos_app.domain.safety import Safety
from pos_app.integrity.copies import copy_now
from pos_app.integrity.mark import Marks
from pos_app.integrity.safety import look
from pos_app.integrity.witness import mark_of
from pos_app.opening import second_folder
from pos_app.store.db import Stores
from pos_app.store.errors import StoreError
from pos_app.store.journal import Journal
from pos_app.store.replica import Replica
from tests.store.damage import damage
from tests.store.pages import block, page
from tests.store.test_verdicts import OTHER, SALE
from tests.store.till import at


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Another medium."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def record(journal: Journal, count: int) -> None:
    for n in range(count):
        journal.record("auth.event.v1", "jana", {"what": "signed_in", "n": n}, at(10_000 + n))


def mark(stores: Stores, *folders: Path) -> None:
    Marks(folders).write(mark_of(Journal(stores).state()))


def seen(stores: Stores, stick: Path | None) -> Safety:
    return look(stores, stores.data_dir, stick)


def test_a_till_that_has_everything_twice(stores: Stores, journal: Journal, stick: Path) -> None:
    record(journal, 3)
    mark(stores, stores.data_dir, stick)
    copy_now(stores, stick, time.time_ns())

    found = seen(stores, stick)

    state = journal.state()
    assert (found.life, found.recorded, found.unsent) == (1, state.last_seq, state.last_seq)
    assert (found.unmarked, found.second, found.second_folder) == (0, "there", str(stick))
    assert found.copied_at_ms is not None
    assert 0 <= time.time_ns() // 1_000_000 - found.copied_at_ms < 60_000
    disk = shutil.disk_usage(stores.data_dir)
    assert found.free_percent == pytest.approx(disk.free * 100 // disk.total, abs=1)


def test_facts_after_the_mark_are_counted(stores: Stores, journal: Journal, stick: Path) -> None:
    record(journal, 1)
    mark(stores, stores.data_dir, stick)
    record(journal, 2)

    found = seen(stores, stick)

    assert (found.unmarked, found.second) == (2, "behind")


def test_one_mark_that_is_up_to_date_is_enough(
    stores: Stores, journal: Journal, stick: Path
) -> None:
    mark(stores, stores.data_dir, stick)
    record(journal, 2)
    mark(stores, stores.data_dir)

    found = seen(stores, stick)

    assert (found.unmarked, found.second) == (0, "behind")


def test_a_medium_that_is_gone_is_said(stores: Stores, journal: Journal, stick: Path) -> None:
    mark(stores, stores.data_dir, stick)
    shutil.rmtree(stick)

    found = seen(stores, stick)

    assert (found.unmarked, found.second, found.copied_at_ms) == (0, "gone", None)


def test_without_another_medium_everything_is_on_one_disk(stores: Stores, journal: Journal) -> None:
    mark(stores, stores.data_dir, second_folder(stores.data_dir, None))

    assert seen(stores, None).second == "same_disk"


def test_a_till_without_a_mark_is_not_said_to_have_one(stores: Stores, stick: Path) -> None:
    assert seen(stores, stick).unmarked is None


def test_the_mark_of_an_earlier_life_covers_nothing(
    stores: Stores, journal: Journal, stick: Path
) -> None:
    record(journal, 2)
    earlier = replace(mark_of(journal.state()), incarnation=0, seq=99)
    Marks([stores.data_dir]).write(earlier)

    assert seen(stores, stick).unmarked == journal.state().last_seq


def test_what_waits_at_central_is_named(stores: Stores, stick: Path) -> None:
    Replica(stores).apply(page(block("verdict", [SALE, OTHER])))

    assert len(seen(stores, stick).waiting) == 2


def test_a_journal_that_cannot_be_read_is_an_error_and_no_answer(
    stores: Stores, stick: Path
) -> None:
    damage(stores, "device")

    with pytest.raises(StoreError):
        seen(stores, stick)
