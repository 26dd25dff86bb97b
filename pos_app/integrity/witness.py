"""The thread that keeps what is outside the journal up to date: the mark, the black box, checkpoints.

A sale only sets an event; half a second later everything new is written at once.
"""

import logging
import threading
from pathlib import Path

from pos_app.integrity.blackbox import BlackBox
from pos_app.integrity.mark import Mark, Marks
from pos_app.store.db import Stores
from pos_app.store.errors import StoreError
from pos_app.store.identity import Device
from pos_app.store.journal import Journal
from pos_app.store.proofs import Kept, Proofs
from sync.ports import OutboxState

GATHER_S = 0.5
"""From a commit to the write: within a second, and many sales at once when there are many."""
_AFTER_FAULT_S = 5.0
_AT_ONCE = 500
_MOST_BYTES = 4 * 1024 * 1024

log = logging.getLogger(__name__)


class Witness:
    """Starts with `start`, ends with `stop`, which writes what is still missing."""

    def __init__(
        self,
        stores: Stores,
        marks: Marks,
        box_folder: Path | None,
    ) -> None:
        self._stores, self._marks, self._box_folder = stores, marks, box_folder
        self._journal, self._proofs = Journal(stores), Proofs(stores)
        self._box: BlackBox | None = None
        self._written: Mark | None = None
        self._point: Kept | None = None
        self._news, self._stopping = threading.Event(), threading.Event()
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="witness", daemon=True)

    def start(self) -> None:
        self._stores.on_commit = self._news.set
        self._news.set()
        self._thread.start()

    def stop(self) -> None:
        """Afterwards the mark is where the journal is, if its place can be written at all."""
        self._stopping.set()
        self._news.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._stores.on_commit = _nobody

    def mark_now(self) -> None:
        """Before facts leave: the mark is on the disk when it returns. OSError if it cannot be."""
        with self._writing:
            self._write_mark(self._journal.state())

    def keep(self, point: Kept) -> None:
        """With the next writes."""
        self._point = point
        self._news.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._news.wait()
            self._stopping.wait(GATHER_S)
            self._news.clear()
            if not self._round():
                self._stopping.wait(_AFTER_FAULT_S)
                self._news.set()
        self._round()

    def _round(self) -> bool:
        """Write everything that is missing; False if something could not be."""
        try:
            if self._stores.identity is None:
                return True
            with self._writing:
                self._write_mark(self._journal.state())
            self._write_box()
            self._keep_point()
        except (OSError, StoreError) as error:
            # the next round catches up; a fault that stays meets the till at its own writes
            log.info("the till's second record is behind: %s", error)
            return False
        return True

    def _write_mark(self, state: OutboxState) -> None:
        mark = mark_of(state)
        if mark != self._written:
            self._marks.write(mark)
            self._written = mark

    def _write_box(self) -> None:
        device = self._journal.device()
        if self._box_folder is None or device is None:
            return
        box = self._box_of(device, self._box_folder)
        while facts := self._journal.batch(box.end + 1, _AT_ONCE, _MOST_BYTES):
            box.append(facts)

    def _box_of(self, device: Device, folder: Path) -> BlackBox:
        """A medium that was changed may lack what was written to the one before."""
        if self._box is None or self._box.device != device or not self._box.path.exists():
            self._box = BlackBox(folder, device)
        return self._box

    def _keep_point(self) -> None:
        point, self._point = self._point, None
        if point is not None:
            self._proofs.keep(point)


def mark_of(state: OutboxState) -> Mark:
    return Mark(
        state.device_id,
        state.incarnation,
        state.last_seq,
        state.in_flight_through,
        state.last_hash,
    )


def _nobody() -> None:
    """The witness has gone home."""
