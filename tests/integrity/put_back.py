"""Old backups put back over a till's files, and tills that open on them as the real one does."""

import shutil
import time
from contextlib import closing
from pathlib import Path

from pos_app.domain.clock import Now
from pos_app.integrity.startup import Outcome
from pos_app.opening import settle_journal
from pos_app.store.db import open_stores
from tests.journeys import goods
from tests.journeys.conftest import Shop
from tests.journeys.counter import Counter, until

OFFLINE = "http://127.0.0.1:9"


def now() -> Now:
    return Now(time.time_ns() // 1_000_000, time.monotonic_ns() // 1_000_000, "boot")


def keep_copy(folder: Path, name: str = "journal.old") -> Path:
    """The journal of a closed till, as a backup program would copy it."""
    return Path(shutil.copy(folder / "journal.db", folder / name))


def put_back(folder: Path, copy: Path, *, with_marks: bool) -> None:
    """The old journal over the new one; `with_marks`: what lies beside it was set back too."""
    for suffix in ("-wal", "-shm"):
        (folder / f"journal.db{suffix}").unlink(missing_ok=True)
    shutil.copy(copy, folder / "journal.db")
    if with_marks:
        (folder / "till.mark").unlink(missing_ok=True)
        shutil.rmtree(folder / "second", ignore_errors=True)


def lose_black_box(folder: Path) -> None:
    for path in (folder / "second").glob("blackbox-*"):
        path.unlink()


def open_up(folder: Path, url: str) -> Outcome:
    """What the till does before its first sale."""
    with closing(open_stores(folder)) as stores:
        return settle_journal(stores, folder, now(), url)


def sold(shop: Shop, count: int, *, synced: bool = True) -> list[str]:
    """A day of till 2: so many sales, everything sent if `synced`; receipts in order."""
    counter = shop.till(url="" if synced else OFFLINE).open_for()
    counter.connect()
    receipts = [counter.sell(goods.ean13(shop.server)).receipt_no for _ in range(count)]
    if synced:
        until(lambda: counter.unsent() == 0)
    counter.close()
    return receipts


def last_seq(folder: Path) -> int:
    with closing(open_stores(folder)) as stores:
        found = stores.journal.exec_driver_sql("SELECT max(seq) FROM fact").scalar_one()
    return int(found)


def closed(counter: Counter) -> None:
    until(lambda: counter.unsent() == 0)
    counter.close()
