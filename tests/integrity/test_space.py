"""A disk that fills up: warned of, then no new sale begins, and what is under way can end."""

from pathlib import Path

import pytest

from pos_app.integrity.space import LOW, MB, NONE, Ballast, DiskWatch, Room
from pos_app.store.baskets import Baskets
from pos_app.store.db import Stores
from pos_app.store.errors import StoreFull
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from tests.journeys.counter import until
from tests.store.till import SHIFT, a_draft, a_line, at


class Disk:
    """A disk whose free room a test sets."""

    def __init__(self, folder: Path) -> None:
        self.free = 10_000 * MB
        self.said: list[Room] = []
        self.ballast = folder / "ballast"
        self.watch = DiskWatch(
            folder, self.said.append, Ballast(folder, 2 * MB), lambda: self.free, look_s=0.01
        )

    def has(self, free: int) -> Room:
        self.free = free
        return self.watch.look()


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


def test_with_plenty_of_room_a_reserve_is_really_taken(disk: Disk) -> None:
    assert disk.has(5_000 * MB) == "enough"

    assert disk.ballast.stat().st_blocks * 512 >= 2 * MB
    assert disk.said == []


def test_each_change_is_said_once(disk: Disk) -> None:
    for free in (LOW - MB, LOW - 2 * MB, NONE - MB, NONE - 2 * MB, 5_000 * MB):
        disk.has(free)

    assert disk.said == ["low", "none", "enough"]


def test_without_room_the_reserve_is_given_up_and_does_not_count_as_room(disk: Disk) -> None:
    disk.has(5_000 * MB)

    assert disk.has(NONE - MB) == "none"
    assert not disk.ballast.exists()
    assert disk.has(NONE + 127 * MB) == "none"
    assert disk.has(NONE + 129 * MB) == "low"


def test_it_looks_by_itself_until_it_is_stopped(disk: Disk) -> None:
    disk.watch.start()
    disk.free = NONE - MB

    until(lambda: disk.said == ["none"])

    disk.watch.stop()


def test_a_real_disk_is_looked_at(tmp_path: Path) -> None:
    said: list[Room] = []

    assert DiskWatch(tmp_path, said.append, Ballast(tmp_path, MB)).look() in {
        "enough", "low", "none",
    }  # fmt: skip


def test_without_room_no_new_sale_begins_but_the_one_under_way_ends(stores: Stores) -> None:
    Shifts(stores).open(SHIFT, at(1_000))
    baskets = Baskets(stores)
    baskets.save_line("sale-1", 0, a_line())
    stores.is_short_of_room = True

    baskets.save_line("sale-1", 1, a_line("line-2"))
    Sales(stores).book(a_draft("sale-1"), at(2_000))
    with pytest.raises(StoreFull):
        baskets.save_line("sale-2", 0, a_line())
    stores.is_short_of_room = False

    baskets.save_line("sale-2", 0, a_line())
