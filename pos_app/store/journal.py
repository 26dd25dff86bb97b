"""The journal as a chain of facts: the till's identity, appending, and what the exchange sends."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from pos_app.domain.clock import Now
from pos_app.store import facts
from pos_app.store.db import Stores
from pos_app.store.ended import ended_lives
from pos_app.store.faults import translated
from pos_app.store.identity import Device, Identity
from pos_app.store.outgoing import batch_of, facts_at
from sync.chain import GENESIS, FactHeader, fact_hash
from sync.ports import Outbox, OutboxState, WireFactDict

__all__ = ["Device", "Journal"]

_STATE = (
    "SELECT accepted_through, durable_through, in_flight_through, epoch,"
    " (SELECT max(position) FROM fact) FROM outbox"
)


class Journal:
    """Facts of this till. Satisfies sync.ports.Outbox; each thread uses its own connection."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def device(self) -> Device | None:
        """Who this till is; None before enrolment."""
        identity = self._stores.identity
        return identity.device if identity else None

    def enrol(self, device: Device) -> None:
        """Take on an identity; another device id or incarnation starts a new chain."""
        self._stores.enrol(device)

    def append(
        self, conn: Connection, fact_type: str, actor: str, payload: Mapping[str, Any], now: Now
    ) -> tuple[int, bytes]:
        """Append a fact inside the caller's transaction (`Stores.journal_write`): (seq, hash)."""
        fact = facts.append(conn, self._stores.identity, fact_type, actor, payload, now)
        return fact.seq, fact.hash

    def record(self, fact_type: str, actor: str, payload: Mapping[str, Any], now: Now) -> int:
        """Append one fact in a transaction of its own; its seq."""
        with self._stores.journal_write() as conn:
            return self.append(conn, fact_type, actor, payload, now)[0]

    def state(self) -> OutboxState:
        identity = self._identity()
        with translated:
            row = self._stores.journal.exec_driver_sql(_STATE).one()
            last_seq = max((row[4] or 0) - identity.base, 0)
            last_hash = self.hash_at(last_seq) or GENESIS.hex()
        return OutboxState(
            device_id=identity.device.device_id,
            incarnation=identity.device.incarnation,
            last_seq=last_seq,
            last_hash=last_hash,
            accepted_through=row[0],
            durable_through=row[1],
            in_flight_through=row[2],
            epoch=row[3],
        )

    def batch(self, from_seq: int, limit: int, max_bytes: int) -> list[WireFactDict]:
        return batch_of(self._facts(from_seq, limit), max_bytes)

    def mark_in_flight(self, through: int) -> None:
        with self._stores.journal_write(by_person=False) as conn:
            conn.exec_driver_sql(
                "UPDATE outbox SET in_flight_through = max(in_flight_through, ?)", (through,)
            )

    def acknowledged(self, accepted_through: int, durable_through: int, epoch: str) -> None:
        with self._stores.journal_write(by_person=False) as conn:
            conn.exec_driver_sql(
                "UPDATE outbox SET accepted_through = ?, durable_through = ?, epoch = ?",
                (accepted_through, durable_through, epoch),
            )

    def hash_at(self, seq: int) -> str | None:
        if seq == 0:
            return GENESIS.hex()
        rows = self._facts(seq, 1) if seq > 0 else []
        return rows[0].hash.hex() if rows else None

    def unsent(self) -> tuple[int, int | None]:
        """Facts central has not accepted, and when the oldest happened. (0, None) before enrolment."""
        identity = self._stores.identity
        if identity is None:
            return 0, None
        with translated:
            row = self._stores.journal.exec_driver_sql(_STATE).one()
        count = max((row[4] or 0) - identity.base - row[0], 0)
        oldest = self._facts(row[0] + 1, 1) if count else []
        return count, oldest[0].occurred_at_ms if oldest else None

    def earlier(self) -> Sequence[Outbox]:
        return ended_lives(self._stores)

    def verify(self, limit: int = 1000) -> int | None:
        """Recompute the newest facts of this incarnation; the first seq that is not as written."""
        state = self.state()
        first = max(state.last_seq - limit + 1, 1)
        previous = self.hash_at(first - 1) or ""
        for seq, row in enumerate(self._facts(first, limit), first):
            digest = _digest(previous, state.device_id, row)
            if row.seq != seq or row.incarnation != state.incarnation or digest != row.hash:
                return seq
            previous = row.hash.hex()
        return None

    def _identity(self) -> Identity:
        identity = self._stores.identity
        if identity is None:
            raise facts.NotEnrolled("state")
        return identity

    def _facts(self, from_seq: int, limit: int) -> list[Row[Any]]:
        return facts_at(self._stores, self._identity().base + from_seq, limit)


def _digest(previous: str, device_id: str, row: Row[Any]) -> bytes | None:
    """What the hash of this row must be; None for values of a kind that no fact has."""
    values: Sequence[Any] = row
    try:
        header = FactHeader(device_id, *values[:-2])
        return fact_hash(bytes.fromhex(previous), header, row.payload.encode())
    except (AttributeError, TypeError, ValueError):
        return None
