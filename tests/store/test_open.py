"""Opening the files: what can be wrong with them has a name, and nothing is ever deleted."""

import os
import resource
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from pos_app.store import connect, db
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores, check_sqlite, open_stores
from pos_app.store.errors import (
    SqliteTooOld,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreInUse,
    StoreIoError,
    StoreNewer,
)
from pos_app.store.journal import Journal
from pos_app.store.replica import Replica
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from tests.store.pages import goods, page
from tests.store.till import DEVICE, SHIFT, a_draft, at

NOBODY = 65534
OPEN_AND_TELL = """
import sys, os
from pathlib import Path
from pos_app.store.db import open_stores
from pos_app.store.errors import StoreError
if os.geteuid() == 0 and len(sys.argv) > 2:
    os.setuid(int(sys.argv[2]))
try:
    open_stores(Path(sys.argv[1])).close()
except StoreError as error:
    print(error.kind)
else:
    print("opened")
"""


def told(data_dir: Path, *args: str) -> str:
    """What another process finds when it opens this folder."""
    done = subprocess.run(
        [sys.executable, "-c", OPEN_AND_TELL, str(data_dir), *args],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def make_sales(data_dir: Path, count: int = 3) -> None:
    with closing(open_stores(data_dir)) as stores:
        stores.enrol(DEVICE)
        Shifts(stores).open(SHIFT, at(1))
        for n in range(count):
            Sales(stores).book(a_draft(f"s{n}"), at(n))
        Replica(stores).apply(page(*goods(("A1", "Milk", "111"))))


def sell_many(sales: Sales) -> None:
    for n in range(200):
        sales.book(a_draft(f"many-{n}"), at(n))


def open_and_read_all(data_dir: Path) -> None:
    with closing(open_stores(data_dir)) as stores:
        for n in range(200):
            Sales(stores).by_id(f"s{n}")
        Journal(stores).verify()


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """The operating system refuses to let any file grow beyond this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_settings_are_as_we_want_them_on_every_connection(stores: Stores) -> None:
    seen: list[tuple[object, ...]] = []

    def look() -> None:
        run = stores.journal.exec_driver_sql
        names = ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint", "mmap_size")
        seen.append(tuple(run(f"PRAGMA {name}").scalar() for name in names))

    look()
    worker = threading.Thread(target=look)
    worker.start()
    worker.join()

    assert seen == [("wal", 2, 1, 0, 0)] * 2
    assert stores.replica.exec_driver_sql("PRAGMA synchronous").scalar() == 1


def test_threads_that_come_and_go_do_not_pile_connections_up(stores: Stores) -> None:
    for _ in range(50):
        worker = threading.Thread(target=lambda: stores.journal.exec_driver_sql("SELECT 1").close())
        worker.start()
        worker.join()

    assert len(stores._journals) < 10


def test_a_setting_that_does_not_take_is_refused(stores: Stores) -> None:
    with pytest.raises(SqliteTooOld):
        connect.read_back(stores.journal, {"journal_mode": "memory"})


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_a_sqlite_that_loses_commits_is_refused(version: tuple[int, ...]) -> None:
    with pytest.raises(SqliteTooOld) as caught:
        check_sqlite(version)

    assert caught.value.kind == "unsupported_sqlite"


def test_files_are_for_the_tills_account_only(stores: Stores, tmp_path: Path) -> None:
    modes = {
        stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("journal.db", "replica.db")
    }

    assert modes == {0o600}


def test_two_tills_cannot_share_a_folder(stores: Stores, tmp_path: Path) -> None:
    with pytest.raises(StoreInUse):
        open_stores(tmp_path)

    assert told(tmp_path) == "in_use"


def test_the_folder_is_free_after_closing(stores: Stores, tmp_path: Path) -> None:
    stores.close()

    assert told(tmp_path) == "opened"
    assert not list(tmp_path.glob("*-wal"))


def test_a_refused_start_leaves_the_folder_free(tmp_path: Path) -> None:
    make_sales(tmp_path)
    (tmp_path / "journal.db").write_bytes(b"x" * 5_000)

    with pytest.raises(StoreDamaged):
        open_stores(tmp_path)

    assert told(tmp_path) == "damaged"


@pytest.mark.parametrize("damage", ["header", "middle", "cut", "text", "emptied"])
def test_a_damaged_journal_is_refused_and_kept(tmp_path: Path, damage: str) -> None:
    make_sales(tmp_path, 60)
    path = tmp_path / "journal.db"
    whole = path.read_bytes()
    half = len(whole) // 2
    broken = {
        "header": b"\xff" * 100 + whole[100:],
        "middle": whole[:8192] + b"\xa5" * (len(whole) - 12288) + whole[-4096:],
        "cut": whole[:half],
        "text": b"SQLite format 3 is not what this is" * 200,
        "emptied": b"\0" * len(whole),
    }[damage]
    path.write_bytes(broken)

    with pytest.raises(StoreDamaged):
        open_stores(tmp_path)

    assert path.read_bytes() == broken


def test_damage_that_shows_later_is_named_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sales(tmp_path, 200)
    path = tmp_path / "journal.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:-200_000] + b"\xa5" * 200_000)
    monkeypatch.setattr(db, "_CHECK_SECONDS", -1.0)

    with pytest.raises(StoreDamaged):
        open_and_read_all(tmp_path)


@pytest.mark.parametrize("damage", [b"x" * 20_000, b"SQLite format 3\0" + b"\xff" * 20_000])
def test_a_damaged_replica_is_put_aside_and_made_anew(tmp_path: Path, damage: bytes) -> None:
    make_sales(tmp_path)
    (tmp_path / "replica.db").write_bytes(damage)

    with closing(open_stores(tmp_path)) as stores:
        assert Replica(stores).cursor() == ""
        assert Catalog(stores).find("111") == ()
        assert Sales(stores).last()

    (aside,) = tmp_path.glob("replica.db.damaged-*")
    assert aside.read_bytes() == damage


def test_a_replica_found_damaged_while_in_use_is_made_anew_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sales(tmp_path)
    path = tmp_path / "replica.db"
    whole = path.read_bytes()
    monkeypatch.setattr(db, "_check", lambda *_: None)  # as if it had run out of time
    with closing(open_stores(tmp_path)) as stores:
        root = stores.replica.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'code'"
        )
        at_byte = (root.scalar_one() - 1) * 4096
    path.write_bytes(whole[:at_byte] + b"\xa5" * 4096 + whole[at_byte + 4096 :])

    with closing(open_stores(tmp_path)) as stores, pytest.raises(StoreDamaged):
        Catalog(stores).find("111")

    with closing(open_stores(tmp_path)) as stores:
        assert Catalog(stores).find("111") == ()
        assert Replica(stores).cursor() == ""


def test_a_file_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    make_sales(tmp_path)
    for name in ("replica.db", "journal.db"):
        with closing(sqlite.connect(str(tmp_path / name))) as conn, conn:
            conn.execute("UPDATE alembic_version SET version_num = 'from_2031'")

        with pytest.raises(StoreNewer):
            open_stores(tmp_path)


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    make_sales(tmp_path)
    tmp_path.chmod(0o777)
    for path in tmp_path.iterdir():
        path.chmod(0o444)
    tmp_path.chmod(0o555)
    (parents := tmp_path.parent).chmod(0o755)
    parents.parent.chmod(0o755)

    found = told(tmp_path, str(NOBODY))

    tmp_path.chmod(0o755)
    assert found == "read_only"


def test_a_read_only_file_in_a_good_folder_says_so(tmp_path: Path) -> None:
    make_sales(tmp_path)
    (tmp_path / "till.lock").chmod(0o666)
    (tmp_path / "journal.db").chmod(0o444)
    tmp_path.chmod(0o777)
    tmp_path.parent.chmod(0o755)
    tmp_path.parent.parent.chmod(0o755)

    assert told(tmp_path, str(NOBODY)) == "read_only"


def test_a_file_held_by_a_stranger_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_sales(tmp_path)
    monkeypatch.setitem(connect.JOURNAL_SETTINGS, "busy_timeout", 50)
    stranger = sqlite.connect(str(tmp_path / "journal.db"), isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")

    with closing(stranger), pytest.raises(StoreBusy):
        open_stores(tmp_path)


def test_a_full_disk_at_the_commit_books_nothing(stores: Stores, open_shift: None) -> None:
    pages = stores.journal.exec_driver_sql("PRAGMA page_count").scalar()
    stores.journal.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    sales = Sales(stores)
    sales.book(a_draft("before"), at(1))
    with pytest.raises(StoreFull):
        sell_many(sales)
    stores.journal.exec_driver_sql("PRAGMA max_page_count = 1000000")

    last = sales.last()
    assert last
    assert sales.book(a_draft("after"), at(999)).number == last.number + 1
    assert Journal(stores).verify() is None


def test_a_file_that_may_not_grow_books_nothing(stores: Stores, open_shift: None) -> None:
    sales = Sales(stores)
    sales.book(a_draft("before"), at(1))
    with largest_file(100_000), pytest.raises((StoreFull, StoreIoError)):
        sell_many(sales)

    last = sales.last()
    assert last
    assert sales.book(a_draft("after"), at(999)).number == last.number + 1
    assert Journal(stores).verify() is None


def test_no_room_at_the_start_is_a_store_error(tmp_path: Path) -> None:
    with largest_file(10_000), pytest.raises(StoreError) as caught:
        open_stores(tmp_path)

    assert caught.value.kind in {"full", "io"}


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(StoreIoError):
        open_stores(tmp_path / "file" / "till")


def test_a_big_damaged_start_does_not_keep_the_cashier_waiting(
    stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(40):
        Journal(stores).record("x.v1", "", {"text": "x" * 200_000}, at(1))
    stores.close()
    monkeypatch.setattr(db, "_CHECK_SECONDS", 0.0)

    started = time.monotonic()
    with closing(open_stores(tmp_path)) as again:
        assert Journal(again).state().last_seq == 40
    assert time.monotonic() - started < 2


def test_an_identity_survives(stores: Stores, tmp_path: Path) -> None:
    stores.enrol(replace(DEVICE, server_url="https://new.example"))
    stores.close()

    with closing(open_stores(tmp_path)) as again:
        device = Journal(again).device()
    assert device
    assert (device.server_url, device.pin_pepper) == ("https://new.example", "pepper")
    assert "pepper" not in repr(device)


def test_an_unfinished_creation_is_finished(tmp_path: Path) -> None:
    """A power cut right after the files were made, before anything was in them."""
    for name in ("journal.db", "replica.db"):
        os.close(os.open(tmp_path / name, os.O_CREAT | os.O_RDWR))

    with closing(open_stores(tmp_path)) as stores:
        assert Replica(stores).cursor() == ""


@pytest.mark.parametrize("error", [ValueError("ours"), KeyboardInterrupt("ours")], ids=repr)
def test_the_error_inside_a_transaction_is_told_also_when_the_connection_is_gone(
    stores: Stores, error: BaseException
) -> None:
    def write() -> None:
        with stores.journal_write() as conn:
            conn.exec_driver_sql("UPDATE outbox SET accepted_through = 9")
            conn.invalidate()
            raise error

    with pytest.raises(type(error), match="ours"):
        write()

    with stores.journal_write() as conn:
        assert conn.exec_driver_sql("SELECT accepted_through FROM outbox").scalar() == 0
