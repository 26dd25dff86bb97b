"""Hourly copies of the journal by SQLite's backup interface, beside the black box; two days of them.

One a day is read from end to end (`pos_app.integrity.daily`).
"""

import logging
import os
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from pos_app.integrity.daily import Stopped, is_due, prove_copy
from pos_app.integrity.mark import flush_folder
from pos_app.store.connect import raw
from pos_app.store.db import Stores
from pos_app.store.errors import StoreError

KEEP = 48
_EVERY_S = 3600.0
_FIRST_S = 60.0
"""After the start, when nobody waits for the disk any more."""
_PATTERN = "journal-*.db"

log = logging.getLogger(__name__)


class HourlyCopies:
    """Its thread starts with `start`; `stop` waits for a copy under way, and ends the reading of one."""

    def __init__(
        self, stores: Stores, folder: Path, first_s: float = _FIRST_S, every_s: float = _EVERY_S
    ) -> None:
        self._stores, self._folder = stores, folder
        self._first_s, self._every_s = first_s, every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hourly-copies", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        wait = self._first_s
        while not self._stopping.wait(wait):
            wait = self._every_s
            try:
                copy = copy_now(self._stores, self._folder)
                now_ms = time.time_ns() // 1_000_000
                if is_due(self._folder, now_ms):
                    prove_copy(copy, now_ms, self._stopping)
            except Stopped:
                return
            except (OSError, StoreError, sqlite.Error) as error:
                log.warning("the hourly copy was not made or not read: %s", error)


def copy_now(stores: Stores, folder: Path, at_ns: int = 0) -> Path:
    """One whole copy, on the disk when it returns; the oldest beyond `KEEP` go.

    In one step: a sale in between would make a copy in steps start again, and in WAL mode a reader
    stops no writer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    moment = datetime.fromtimestamp((at_ns or time.time_ns()) / 1e9, UTC)
    target = folder / f"journal-{moment:%Y%m%dT%H%M%S}Z.db"
    fresh = target.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite.connect(str(fresh))) as copy:
        raw(stores.journal).backup(copy)
    with fresh.open("rb+") as file:
        os.fsync(file.fileno())
    fresh.replace(target)
    flush_folder(folder)
    for old in hourly_copies(folder)[KEEP:]:
        old.unlink(missing_ok=True)
    return target


def hourly_copies(folder: Path | None) -> list[Path]:
    """The newest first."""
    return sorted(folder.glob(_PATTERN), reverse=True) if folder else []
