"""Reading what can still be read of a damaged journal: a copy of it, row by row around the damage."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import pysqlite3.dbapi2 as sqlite

from pos_app.integrity.sources import FACT_COLUMNS, wire
from pos_app.store.identity import Device
from sync.ports import WireFactDict

LifeKey: TypeAlias = tuple[int, str]
"""Incarnation and device id: in the order of the lives."""

SIDE_TABLES = (
    "basket",
    "basket_line",
    "basket_tender",
    "signin_lock",
    "print_job",
    "central_key",
    "checkpoint",
)
"""What is kept beside the facts and does not follow from them."""
_DEVICE = "device_id, store_id, store_no, store_name, till_no, incarnation, server_url, pin_pepper"
_FACTS = f"SELECT position, {FACT_COLUMNS} FROM fact"
_RANGE = " WHERE position BETWEEN ? AND ? ORDER BY position"
_FARTHEST = 1 << 20
_PATIENCE = 3000
"""Failing reads before the rest of a range is given up: some 100 rows of damage."""


@dataclass(slots=True)
class Salvage:
    """What one file gave. Nothing of it is believed before its hashes are."""

    device: Device | None = None
    facts: dict[LifeKey, list[WireFactDict]] = field(default_factory=lambda: defaultdict(list))
    outbox: tuple[int, int] = (0, 0)
    """in_flight_through and accepted_through of the last life."""
    last_seq: int | None = None
    """Where the last life ends, if the end of the file could be read."""
    closed_shifts: list[tuple[str, int, int | None]] = field(default_factory=list)
    side: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)


def salvage(path: Path) -> Salvage:
    """Everything readable in this file; it is changed by reading, so give a copy."""
    found = Salvage()
    with suppress(sqlite.Error), closing(sqlite.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA cell_size_check=1").close()
        device = _rows(conn, f"SELECT {_DEVICE} FROM device")
        if device:
            found.device = Device(*device[0])
        lives = _rows(conn, "SELECT incarnation, device_id, base FROM life ORDER BY base")
        if not lives and found.device:
            lives = [(found.device.incarnation, found.device.device_id, 0)]
        owners = {row[0]: row[1] for row in lives}
        top = _rows(conn, "SELECT max(position) FROM fact")
        if top and lives:
            found.last_seq = (top[0][0] or 0) - lives[-1][2]
        for row in _facts(conn):
            if _is_whole(row) and row[0] in owners:
                found.facts[row[0], owners[row[0]]].append(wire(row))
        outbox = _rows(conn, "SELECT in_flight_through, accepted_through FROM outbox")
        found.outbox = outbox[0] if outbox else (0, 0)
        found.closed_shifts = _rows(
            conn,
            "SELECT shift_id, closed_at_ms, close_cash FROM shift WHERE closed_at_ms IS NOT NULL",
        )
        for table in SIDE_TABLES:
            found.side[table] = _rows(conn, f"SELECT * FROM {table}")
    return found


def _rows(conn: sqlite.Connection, query: str) -> list[Any]:
    """All rows, or as many as come before the damage."""
    found: list[Any] = []
    with suppress(sqlite.Error, UnicodeDecodeError):
        found.extend(conn.execute(query))
    return found


def _facts(conn: sqlite.Connection) -> Iterator[tuple[Any, ...]]:
    """Facts in order, those on damaged pages left out: from both ends, then in between."""
    first = _rows(conn, _FACTS + " ORDER BY position")
    yield from map(_without_position, first)
    low = first[-1][0] if first else 0
    last = _rows(conn, f"{_FACTS} WHERE position > {low} ORDER BY position DESC")[::-1]
    high = last[0][0] if last else low + _FARTHEST
    yield from map(_without_position, _between(conn, low + 1, high - 1))
    yield from map(_without_position, last)


def _between(conn: sqlite.Connection, low: int, high: int) -> Iterator[tuple[Any, ...]]:
    """Halve the range until the damaged part is left out; a file that is all damage ends it soon."""
    ranges, failures = [(low, high)], 0
    while ranges and failures < _PATIENCE:
        low, high = ranges.pop()
        if low > high:
            continue
        try:
            found = list(conn.execute(_FACTS + _RANGE, (low, high)))
        except (sqlite.Error, UnicodeDecodeError):
            failures += 1
            middle = (low + high) // 2
            if low < high:
                ranges += [(middle + 1, high), (low, middle)]
        else:
            yield from found


def _without_position(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[1:]


def _is_whole(row: tuple[Any, ...]) -> bool:
    return isinstance(row[1], int) and isinstance(row[9], str) and isinstance(row[10], bytes)
