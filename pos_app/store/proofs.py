"""What central has signed for this till: its key, and how far the facts reached with which hash."""

from dataclasses import dataclass

from pos_app.store.db import Stores
from pos_app.store.faults import translated

_KEEP = "INSERT OR IGNORE INTO checkpoint VALUES (?, ?, ?, ?, ?, ?)"
_LAST = (
    "SELECT device_id, incarnation, seq, hash, sig, at_ms FROM checkpoint"
    " WHERE device_id = ? AND incarnation = ? ORDER BY seq DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A countersigned checkpoint; `hash` is hex, `sig` base64."""

    device_id: str
    incarnation: int
    seq: int
    hash: str
    sig: str
    at_ms: int


class Proofs:
    """Checkpoints and keys in journal.db; nothing ever deletes one."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def central_keys(self) -> tuple[str, ...]:
        """Every key central has had, the first one first; empty for a till that was never told."""
        with translated:
            run = self._stores.journal.exec_driver_sql
            return tuple(it[0] for it in run("SELECT public FROM central_key ORDER BY since_ms"))

    def trust(self, public: str, at_ms: int) -> None:
        """Remember central's key, as enrolment gave it."""
        with self._stores.journal_write(by_person=False) as conn:
            conn.exec_driver_sql("INSERT OR IGNORE INTO central_key VALUES (?, ?)", (public, at_ms))

    def keep(self, point: Kept) -> None:
        row = (
            point.device_id,
            point.incarnation,
            point.seq,
            point.hash,
            point.sig,
            point.at_ms,
        )
        with self._stores.journal_write(by_person=False) as conn:
            conn.exec_driver_sql(_KEEP, row)

    def last(self) -> Kept | None:
        """The newest of the current life: what a report of the day prints."""
        identity = self._stores.identity
        if identity is None:
            return None
        key = (identity.device.device_id, identity.device.incarnation)
        with translated:
            row = self._stores.journal.exec_driver_sql(_LAST, key).fetchone()
        return Kept(*row) if row else None
