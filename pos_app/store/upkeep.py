"""The store's own thread: flushes the journal's WAL, folds it in, and completes the search index."""

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine

from pos_app.store.connect import transaction
from pos_app.store.errors import StoreError, StoreIoError
from pos_app.store.faults import Translated, translated
from pos_app.store.gate import WriteGate

_log = logging.getLogger(__name__)

_COMMITS = 64
"""About 3 MB of WAL; a checkpoint waits for this many commits, and for a quiet moment.

A WAL that starts again from its beginning is also faster: a commit that makes the file grow takes
nearly twice as long."""
_COMMITS_AT_MOST = 2 * _COMMITS
_QUIET_S = 0.5
_LOOK_AGAIN_S = 0.2
_FLUSH_AFTER_S = 0.05
"""The row is painted by then. With the next look that makes a quarter of a second."""
_FILL_PAUSE_S = 1.0
"""When no page came for so long, the wait for the rest is used to index what is here."""
_PAUSE_S = 0.002
"""Between two chunks: lets the till's own thread have the processor and the disk."""
_AFTER_FAULT_S = 5.0
_SELLING_S = 5.0
_PAGES_SELLING, _PAGES_IDLE = 2000, 16000
"""Of 4 kB: 8 and 64 MB."""


class Upkeep:
    """Starts its thread when there is first something to do; `stop` ends it."""

    def __init__(
        self,
        journal: Engine,
        replica: Engine,
        journal_gate: WriteGate,
        replica_gate: WriteGate,
        index_some: Callable[[Connection], bool],
        using_replica: Translated,
        journal_wal: Path,
    ) -> None:
        """`index_some` indexes one chunk inside a transaction and says whether more is left."""
        self._journal = journal
        self._replica = replica
        self._journal_gate = journal_gate
        self._replica_gate = replica_gate
        self._index_some = index_some
        self._using_replica = using_replica
        self._journal_wal = journal_wal
        self._noted_at: float | None = None
        self._commits = 0
        self._last_commit = self._last_act = -_SELLING_S
        self._fill_until = 0.0
        self._asked = 0
        self._indexed = 0
        self._stopping = False
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    def journal_grew(self, *, by_person: bool) -> None:
        """After each commit on journal.db; costs nothing."""
        self._last_commit = time.monotonic()
        if by_person:
            self._last_act = self._last_commit
        self._commits += 1
        if self._commits % _COMMITS == 0:
            self._rouse()

    def journal_noted(self) -> None:
        """After a commit on journal.db that did not wait for the disk: it is flushed soon."""
        self._last_commit = self._last_act = time.monotonic()
        self._commits += 1
        if self._noted_at is None:
            self._noted_at = self._last_commit
            self._rouse()

    @property
    def is_flushed(self) -> bool:
        """Whether a power cut now would take nothing."""
        return self._noted_at is None

    @property
    def is_selling(self) -> bool:
        """Whether somebody did something a moment ago: long writes then make pauses."""
        return time.monotonic() - self._last_act < _SELLING_S

    def pace_checkpoints(self, replica: Connection) -> None:
        """How much a bulk writer lets its WAL grow before it folds it in.

        Rarely is four times as fast on a busy disk; often keeps each flush short, so that a sale's
        own flush does not queue behind a long one.
        """
        pages = _PAGES_SELLING if self.is_selling else _PAGES_IDLE
        replica.exec_driver_sql(f"PRAGMA wal_autocheckpoint = {pages}").close()

    def index_soon(self) -> None:
        """Rows are waiting to be indexed."""
        self._fill_until = 0.0
        self._asked += 1
        self._rouse()

    def filling(self) -> None:
        """Pages are coming in: indexing waits, so that scanning is complete first."""
        self._fill_until = time.monotonic() + _FILL_PAUSE_S
        self._asked += 1
        self._rouse()

    def settle(self, timeout_s: float) -> bool:
        """Wait until the search index is complete."""
        with self._wake:
            return self._wake.wait_for(lambda: self._indexed >= self._asked, timeout_s)

    def stop(self) -> None:
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread:
            self._thread.join()
            self._thread = None

    def _rouse(self) -> None:
        with self._wake:
            if self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="store-upkeep", daemon=True)
                self._thread.start()
            self._wake.notify_all()

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._wait_for_work()
                self._round()
            except StoreError as error:
                # the same fault meets the till at its next write, where a person can act
                _log.info("upkeep put off: %s", error.kind)
                self._pause()
            except Exception:  # noqa: BLE001 a thread's top: without it the WAL grows for ever
                _log.exception("upkeep failed")
                self._pause()

    def _pause(self) -> None:
        with self._wake:
            self._wake.wait_for(lambda: self._stopping, _AFTER_FAULT_S)

    def _wait_for_work(self) -> None:
        """Until something is due; what is due later is looked at again soon."""
        with self._wake:
            while not (self._stopping or self._is_due()):
                waiting = self._commits >= _COMMITS or self._indexed < self._asked
                self._wake.wait(_LOOK_AGAIN_S if waiting or not self.is_flushed else None)

    def _is_due(self) -> bool:
        return self._is_pressing() or self._may_index()

    def _is_pressing(self) -> bool:
        return self._may_flush() or self._may_checkpoint()

    def _round(self) -> None:
        if self._may_flush():
            self._flush()
        if self._may_checkpoint():
            self._checkpoint()
        if self._may_index():
            self._index()

    def _may_flush(self) -> bool:
        noted_at = self._noted_at
        return noted_at is not None and time.monotonic() - noted_at >= _FLUSH_AFTER_S

    def _flush(self) -> None:
        """What comes in meanwhile counts as new: it may or may not be in this flush."""
        noted_at, self._noted_at = self._noted_at, None
        try:
            with self._journal_wal.open("rb+") as wal:
                os.fsync(wal.fileno())
        except OSError as error:
            self._noted_at = noted_at
            raise StoreIoError(str(error)) from error

    def _may_checkpoint(self) -> bool:
        if self._commits < _COMMITS:
            return False
        quiet = time.monotonic() - self._last_commit > _QUIET_S
        return quiet or self._commits >= _COMMITS_AT_MOST

    def _may_index(self) -> bool:
        return self._indexed < self._asked and self._fill_until <= time.monotonic()

    def _checkpoint(self) -> None:
        """Most of the work beside the sales, then the last frames with the gate held.

        Only a WAL that is folded in whole starts again; while sales go on, more frames come in.
        """
        self._commits = 0
        with translated, self._journal.connect() as conn:
            conn.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").close()
            with self._journal_gate.bulk():
                conn.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").close()

    def _index(self) -> None:
        with self._using_replica, self._replica.connect() as conn:
            while self._may_index() and not (self._stopping or self._is_pressing()):
                asked = self._asked
                self.pace_checkpoints(conn)
                with self._replica_gate.bulk(), transaction(conn):
                    more = self._index_some(conn)
                if not more:
                    # a long WAL makes every look-up a little slower
                    conn.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").close()
                    self._settled(asked)
                    break
                time.sleep(_PAUSE_S if self.is_selling else 0)

    def _settled(self, asked: int) -> None:
        """Everything queued when `asked` was read is in the index; later rows are asked for again."""
        with self._wake:
            self._indexed = asked
            self._wake.notify_all()
