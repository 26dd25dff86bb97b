"""Facts of the journal as they travel to central."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from pos_app.store.db import Stores
from pos_app.store.faults import translated
from sync.ports import WireFactDict

_FACTS = (
    "SELECT incarnation, seq, id, type, occurred_at_ms, mono_ms, boot_id, clock_offset_ms, actor,"
    " payload, hash FROM fact WHERE position >= ? ORDER BY position LIMIT ?"
)
_ENVELOPE = 400
"""What a fact weighs on the wire beside its payload, in bytes."""


def facts_at(stores: Stores, position: int, limit: int) -> list[Row[Any]]:
    """Rows of facts from a position on, whichever lives they are of."""
    with translated:
        return list(stores.journal.exec_driver_sql(_FACTS, (position, limit)))


def batch_of(rows: Iterable[Row[Any]], max_bytes: int) -> list[WireFactDict]:
    """As many as fit into a message, unsigned; at least one if there is one, whatever its size."""
    found: list[WireFactDict] = []
    weight = 0
    for row in rows:
        weight += len(row.payload.encode()) + _ENVELOPE
        if found and weight > max_bytes:
            break
        found.append(_wire(row))
    return found


def _wire(row: Row[Any]) -> WireFactDict:
    return {
        "seq": row.seq,
        "id": row.id,
        "type": row.type,
        "occurred_at_ms": row.occurred_at_ms,
        "mono_ms": row.mono_ms,
        "boot_id": row.boot_id,
        "clock_offset_ms": row.clock_offset_ms,
        "actor": row.actor,
        "payload": row.payload,
        "hash": row.hash.hex(),
        "sig": None,
    }
