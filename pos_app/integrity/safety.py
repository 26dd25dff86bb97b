"""Looking at everything that keeps the till's record safe: journal, mark, second folder, copies, disk."""

import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from pos_app.domain.safety import Proof, Safety, Second
from pos_app.integrity.copies import hourly_copies
from pos_app.integrity.daily import last_proof
from pos_app.integrity.mark import Mark, MarkFile
from pos_app.opening import second_folder
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from pos_app.store.verdicts import Verdicts
from sync.ports import OutboxState


def look(stores: Stores, data_dir: Path, second_dir: Path | None) -> Safety:
    """On a worker thread: a second medium may answer slowly. StoreError if the journal cannot be read."""
    journal, second = Journal(stores), second_folder(data_dir, second_dir)
    device, state = journal.device(), journal.state()
    own, other = _mark(data_dir), _mark(second)
    best = max((_covered(mark, state) for mark in (own, other) if mark), default=None)
    disk = shutil.disk_usage(data_dir)
    return Safety(
        till_no=device.till_no if device else "",
        life=state.incarnation,
        recorded=state.last_seq,
        unsent=journal.unsent()[0],
        unmarked=None if best is None else state.last_seq - best,
        second=_second(other, state) if second_dir else "same_disk",
        second_folder=str(second),
        copied_at_ms=_copied_at_ms(second),
        proof=_proof(second),
        free_bytes=disk.free,
        free_percent=disk.free * 100 // disk.total,
        waiting=tuple(Verdicts(stores).waiting()),
    )


def _mark(folder: Path) -> Mark | None:
    with suppress(OSError):
        return MarkFile(folder).read()
    return None


def _covered(mark: Mark, state: OutboxState) -> int:
    """How far a mark of this life reaches; one of another life covers nothing of it."""
    is_own = (mark.device_id, mark.incarnation) == (state.device_id, state.incarnation)
    return min(mark.seq, state.last_seq) if is_own else 0


def _second(mark: Mark | None, state: OutboxState) -> Second:
    if mark is None:
        return "gone"
    return "there" if _covered(mark, state) == state.last_seq else "behind"


def _proof(folder: Path) -> Proof | None:
    with suppress(OSError):
        return last_proof(folder)
    return None


def _copied_at_ms(folder: Path) -> int | None:
    """From the copy's name, which says when it was begun."""
    with suppress(OSError, ValueError):
        for copy in hourly_copies(folder)[:1]:
            at = datetime.strptime(copy.stem, "journal-%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return int(at.timestamp() * 1000)
    return None
