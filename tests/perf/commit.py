"""sale_commit: a sale booked by the till's store beside the same rows by raw SQLite FULL."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pysqlite3.dbapi2 as sqlite

from pos_app.store.db import Stores, open_stores
from tests.perf.measure import Result, compared, timed_ms
from tests.perf.sales import prepare_booking
from tests.perf.shop import DEVICE, opened

WARM_UP = 50
TAKEN = (
    "INSERT INTO shift_tender VALUES (?,?,?)"
    " ON CONFLICT DO UPDATE SET amount = amount + excluded.amount"
)


def sale_commit(folder: Path, rounds: int) -> list[Result]:
    """A sale of five lines and two tenders, durable, fact and hash included."""
    with TemporaryDirectory(dir=folder) as tmp:
        ours_dir, raw_dir = Path(tmp) / "ours", Path(tmp) / "raw"
        with opened(ours_dir) as stores, _raw_journal(raw_dir) as raw:
            stores.enrol(DEVICE)
            drafts, book = prepare_booking(stores)
            shifts = [tuple(it) for it in stores.journal.exec_driver_sql("SELECT * FROM shift")]
            raw.executemany(_insert("shift", len(shifts[0])), shifts)
            ours, floor = [], []
            for number in range(rounds + WARM_UP):
                draft = next(drafts)
                ours.append(timed_ms(lambda draft=draft: book(draft)))  # type: ignore[misc]
                rows = _rows_of(stores, draft.sale_id)
                floor.append(timed_ms(lambda rows=rows: _raw_book(raw, rows)))  # type: ignore[misc]
                if number % 100 == 0:
                    gc.collect()
    return [compared("sale_commit", ours[WARM_UP:], floor[WARM_UP:], 2.0)]


@contextmanager
def _raw_journal(data_dir: Path) -> Iterator[Any]:
    """The same file with the same tables and settings, opened by nothing but the driver."""
    open_stores(data_dir).close()
    raw = sqlite.connect(str(data_dir / "journal.db"), isolation_level=None)
    for setting in (
        "journal_mode=wal",
        "synchronous=full",
        "foreign_keys=on",
        "wal_autocheckpoint=0",
    ):
        raw.execute(f"PRAGMA {setting}")
    try:
        yield raw
    finally:
        raw.close()


def _rows_of(stores: Stores, sale_id: str) -> dict[str, list[tuple[Any, ...]]]:
    run = stores.journal.exec_driver_sql
    sale = run("SELECT * FROM sale WHERE sale_id = ?", (sale_id,)).fetchall()
    at = (sale[0][0],)
    return {
        "fact": [tuple(it) for it in run("SELECT * FROM fact WHERE position = ?", at)],
        "sale": [tuple(it) for it in sale],
        "sale_line": [tuple(it) for it in run("SELECT * FROM sale_line WHERE position = ?", at)],
        "sale_tender": [
            tuple(it) for it in run("SELECT * FROM sale_tender WHERE position = ?", at)
        ],
    }


def _insert(table: str, columns: int) -> str:
    return f"INSERT INTO {table} VALUES ({','.join('?' * columns)})"


def _raw_book(raw: Any, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    raw.execute("BEGIN IMMEDIATE")
    for table, found in rows.items():
        statement = _insert(table, len(found[0]))
        if len(found) == 1:
            raw.execute(statement, found[0])
        else:
            raw.executemany(statement, found)
    shift = rows["sale"][0][7]
    raw.executemany(TAKEN, [(shift, "cash", 1000), (shift, "card_external", 495)])
    raw.execute(
        "UPDATE shift SET sale_count = sale_count + 1, total = total + 1495 WHERE shift_id = ?",
        (shift,),
    )
    raw.execute("DELETE FROM basket WHERE basket_id = ?", (rows["sale"][0][1],))
    raw.execute("COMMIT")
