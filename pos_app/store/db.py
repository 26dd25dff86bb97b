"""Opening the two files: lock, version gate, damage check, migration, settings, connections."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine

from pos_app.store import identity, revisions, search_index
from pos_app.store.connect import (
    JOURNAL_SETTINGS,
    REPLICA_SETTINGS,
    engine_of,
    raw,
    read_back,
    transaction,
    wait_for_disk,
)
from pos_app.store.errors import SqliteTooOld, StoreDamaged, StoreFull, StoreIoError
from pos_app.store.faults import Translated, translated
from pos_app.store.gate import WriteGate
from pos_app.store.identity import Device, Identity
from pos_app.store.lock import DirLock, unusable
from pos_app.store.upkeep import Upkeep

JOURNAL = "journal.db"
REPLICA = "replica.db"
_CONDEMNED = "replica.condemned"
"""Left by a run that met damage in the replica: the next start makes a new one."""
OLDEST_SQLITE: Final = (3, 51, 3)
"""Older ones can lose a commit while the WAL is reset (sqlite.org/wal.html#walresetbug)."""

_ROOM = 256 * 1024
"""With less than this free on the disk, an I/O error at start is a full disk."""
_CHECK_SECONDS = 0.3
"""The damage check at start stops here: a big file must not keep the cashier waiting."""
_CHECK_REPLICA_UP_TO = 8 * 1024 * 1024
"""A bigger replica is not read at start: its damage, seen later, costs another start and no sale."""


class Stores:
    """The open files. Every thread has its own connection to each, made at its first use."""

    def __init__(
        self, data_dir: Path, lock: DirLock, journal: Connection, replica: Connection
    ) -> None:
        """The two connections become those of the calling thread."""
        self.data_dir = data_dir
        self.journal_engine = journal.engine
        self.replica_engine = replica.engine
        self.journal_gate = WriteGate()
        self.replica_gate = WriteGate()
        self.run_id = f"{os.getpid()}-{time.monotonic_ns()}"
        """Differs in every process: what was measured on another one's clock means nothing here."""
        self.is_short_of_room = False
        """No new basket may begin; what is under way can end, on the reserve."""
        self.on_commit: Callable[[], None] = _nothing
        """Called after each commit on journal.db, on the thread that waits for it: only to wake."""
        self._lock = lock
        # by thread number, not threading.local: what Qt's own threads keep there is gone after
        # each call into Python. A number is used again only when its thread has ended.
        self._journals = {threading.get_ident(): journal}
        self._replicas = {threading.get_ident(): replica}
        self._identity = identity.load(journal)
        self.using_replica = Translated(self._condemn_replica)
        """`with stores.using_replica:` around work on replica.db, instead of `translated`."""
        self.upkeep = Upkeep(
            journal.engine,
            replica.engine,
            self.journal_gate,
            self.replica_gate,
            search_index.index_some,
            self.using_replica,
            self.data_dir / f"{JOURNAL}-wal",
        )
        if search_index.is_behind(replica):
            self.upkeep.index_soon()

    @property
    def journal(self) -> Connection:
        """This thread's connection to journal.db."""
        return _own(self._journals, self.journal_engine)

    @property
    def replica(self) -> Connection:
        """This thread's connection to replica.db."""
        return _own(self._replicas, self.replica_engine)

    @property
    def identity(self) -> Identity | None:
        """Who this till is; None before enrolment."""
        return self._identity

    def enrol(
        self, device: Device, also: Callable[[Connection, Identity], None] | None = None
    ) -> None:
        """Take on an identity; what `also` writes is committed with it."""
        with self.journal_write(by_person=False) as conn:
            enrolled = identity.save(conn, device)
            if also:
                also(conn, enrolled)
        self._identity = enrolled

    @contextmanager
    def journal_write(self, *, by_person: bool = True) -> Iterator[Connection]:
        """One transaction on journal.db, committed and on the disk when the block ends.

        What nobody did at the till, such as the exchange's own notes, does not slow a fill down.
        """
        conn = self.journal
        with self.journal_gate.urgent():
            wait_for_disk(conn, True)
            with transaction(conn):
                yield conn
        self.upkeep.journal_grew(by_person=by_person)
        self.on_commit()

    @contextmanager
    def journal_note(self) -> Iterator[Connection]:
        """One transaction on journal.db that survives the end of the program at once, and a power
        cut a quarter of a second later: for goods scanned but not paid. Not for facts or money.

        The disk may take longer than everything else between a scan and its painted row.
        """
        conn = self.journal
        with self.journal_gate.urgent():
            wait_for_disk(conn, False)
            with transaction(conn):
                yield conn
        self.upkeep.journal_noted()

    @contextmanager
    def replica_write(self, *, urgent: bool = False) -> Iterator[Connection]:
        """One transaction on replica.db; bulk work lets an urgent one in between."""
        conn = self.replica
        gate = self.replica_gate
        with self.using_replica, gate.urgent() if urgent else gate.bulk(), transaction(conn):
            yield conn

    def _condemn_replica(self) -> None:
        """The check at a start may be too short to see what we just saw."""
        with suppress(OSError):
            (self.data_dir / _CONDEMNED).touch()

    def close(self) -> None:
        """Stop the background thread, fold the WALs into their files, and free the folder.

        Threads that used the store must have ended, or at least not use it again.
        """
        self.upkeep.stop()
        for conns in (self._journals, self._replicas):
            while conns:
                conns.popitem()[1].close()
        self._lock.release()


def _nothing() -> None:
    """Nobody wants to know."""


def _own(conns: dict[int, Connection], engine: Engine) -> Connection:
    """The calling thread's connection."""
    conn = conns.get(threading.get_ident())
    if conn is None:
        with translated:
            conn = conns[threading.get_ident()] = engine.connect()
    return conn


def open_stores(data_dir: Path) -> Stores:
    """Open, check and if need be migrate the till's files; StoreError says why it cannot be done."""
    check_sqlite(sqlite.sqlite_version_info)
    lock = DirLock(data_dir)
    opened: list[Connection] = []
    try:
        opened.append(_opened(data_dir / JOURNAL, JOURNAL_SETTINGS, revisions.JOURNAL))
        opened.append(_open_replica(data_dir / REPLICA))
    except BaseException as error:
        for conn in opened:
            conn.close()
        lock.release()
        if isinstance(error, StoreIoError) and shutil.disk_usage(data_dir).free < _ROOM:
            # no room for the WAL's index, which SQLite calls no more than an I/O error
            raise StoreFull(str(error)) from error
        raise
    return Stores(data_dir, lock, *opened)


def check_sqlite(version: tuple[int, ...]) -> None:
    """Refuse a SQLite that can corrupt what it stores."""
    if version < OLDEST_SQLITE:
        raise SqliteTooOld(f"SQLite {'.'.join(map(str, version))} is older than 3.51.3")


def _open_replica(path: Path) -> Connection:
    """A damaged replica is put aside and made anew: central has everything that was in it."""
    condemned = path.with_name(_CONDEMNED)
    if condemned.exists():
        _put_aside(path)
        condemned.unlink()
    try:
        return _opened(path, REPLICA_SETTINGS, revisions.REPLICA)
    except StoreDamaged:
        _put_aside(path)
        return _opened(path, REPLICA_SETTINGS, revisions.REPLICA)


def _opened(path: Path, settings: dict[str, int | str], file: revisions.File) -> Connection:
    _make_private(path)
    with translated:
        conn = engine_of(path, settings).connect()
        try:
            read_back(conn, settings)
            _check(conn, path)
            revisions.bring_up_to_date(conn, path, file)
            with transaction(conn):  # says now, not at the first sale, that nothing can be written
                conn.exec_driver_sql(file.probe)
        except BaseException:
            conn.close()
            raise
    return conn


def _make_private(path: Path) -> None:
    """Only the till's own account may read names, prices and PIN hashes."""
    if path.exists():
        return
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise unusable(error, path) from error


def _check(conn: Connection, path: Path) -> None:
    """Quick check, as far as the time allows; damage behind that shows when the page is read."""
    if path.name == REPLICA and path.stat().st_size > _CHECK_REPLICA_UP_TO:
        return
    deadline = time.monotonic() + _CHECK_SECONDS
    driver = raw(conn)
    driver.set_progress_handler(lambda: time.monotonic() > deadline, 20_000)
    try:
        verdict = driver.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite.OperationalError as error:
        if error.sqlite_errorcode != sqlite.SQLITE_INTERRUPT:
            raise
        return
    finally:
        driver.set_progress_handler(None, 0)
    if verdict != "ok":
        raise StoreDamaged(f"{path.name}: {verdict}")


def _put_aside(path: Path) -> None:
    mark = f"damaged-{time.time_ns():x}"
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(path.with_name(f"{path.name}.{mark}{suffix}"))
