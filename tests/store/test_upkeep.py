"""The store's own thread: the WAL does not grow for ever, and faults do not end it."""

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection

from pos_app.store import search_index, upkeep
from pos_app.store.baskets import Baskets
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores, open_stores
from pos_app.store.errors import StoreFull
from pos_app.store.journal import Journal
from pos_app.store.replica import Replica
from tests.store.pages import goods, page
from tests.store.till import a_line, at


def test_a_busy_journals_wal_starts_again(stores: Stores, tmp_path: Path) -> None:
    journal, wal = Journal(stores), tmp_path / "journal.db-wal"
    sizes = []
    for n in range(1_500):
        journal.record("x.v1", "", {"text": "x" * 2_000}, at(n))
        if n % 250 == 249:
            time.sleep(0.05)
            sizes.append(wal.stat().st_size)

    assert max(sizes) < 12_000_000
    assert journal.verify(limit=2_000) is None


def test_a_quiet_journal_is_folded_into_its_file(stores: Stores, tmp_path: Path) -> None:
    before = (tmp_path / "journal.db").stat().st_size
    for n in range(70):
        Journal(stores).record("x.v1", "", {"text": "x" * 2_000}, at(n))

    deadline = time.monotonic() + 60
    while (tmp_path / "journal.db").stat().st_size == before and time.monotonic() < deadline:
        time.sleep(0.05)

    assert (tmp_path / "journal.db").stat().st_size > before + 70 * 2_000


def test_a_scanned_line_is_on_the_disk_a_moment_later(stores: Stores) -> None:
    Baskets(stores).save_line("basket-1", 0, a_line())

    deadline = time.monotonic() + 60
    while not stores.upkeep.is_flushed and time.monotonic() < deadline:
        time.sleep(0.01)

    assert stores.upkeep.is_flushed


def test_only_scanned_lines_do_not_wait_for_the_disk(stores: Stores) -> None:
    Baskets(stores).save_line("basket-1", 0, a_line())
    with stores.journal_write() as conn:
        full = conn.exec_driver_sql("PRAGMA synchronous").scalar()

    assert full == 2


def test_no_thread_is_started_for_a_till_that_does_nothing(tmp_path: Path) -> None:
    stores = open_stores(tmp_path)
    names = [it.name for it in threading.enumerate()]
    stores.close()

    assert "store-upkeep" not in names


def test_closing_ends_the_thread_in_the_middle_of_its_work(stores: Stores) -> None:
    many = [(f"A{n}", f"Thing {n}", "") for n in range(3_000)]
    Replica(stores).apply(page(*goods(*many)))

    stores.close()

    assert not any(it.name == "store-upkeep" for it in threading.enumerate())


def test_a_fault_puts_the_work_off_and_does_not_end_it(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_AFTER_FAULT_S", 0.01)
    faults = [StoreFull("no room"), StoreFull("no room")]

    def index_some(conn: Connection) -> bool:
        if faults:
            raise faults.pop()
        return search_index.index_some(conn)

    monkeypatch.setattr(stores.upkeep, "_index_some", index_some)
    Replica(stores).apply(page(*goods(("A1", "Milk", ""))))

    assert stores.upkeep.settle(60)
    assert [it.sku for it in Catalog(stores).search("milk")] == ["A1"]


def test_nothing_is_indexed_while_pages_are_coming_in(stores: Stores) -> None:
    Replica(stores).apply(page(*goods(("A1", "Milk", "")), has_more=True))
    early = stores.upkeep.settle(0.3)

    Replica(stores).apply(page(start="c1", end="c2"))
    stores.upkeep.index_soon()

    assert (early, stores.upkeep.settle(60)) == (False, True)
