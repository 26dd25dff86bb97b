"""A till's store in memory: the contract of sync.ports without a file."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from sync.ports import OutboxState, Page, SyncState, WireFactDict
from tests.central.tills import Facts


class MemoryOutbox:
    """A journal with its acknowledgement; `log` keeps the order in which things were committed."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.accepted = 0
        self.durable = 0
        self.in_flight = 0
        self.epoch: str | None = None
        self.log: list[str] = []

    def state(self) -> OutboxState:
        last = len(self.facts.facts)
        return OutboxState(
            self.facts.device_id,
            1,
            last,
            self.facts.hash_at(last),
            self.accepted,
            self.durable,
            self.in_flight,
            self.epoch,
        )

    def batch(self, from_seq: int, limit: int, max_bytes: int) -> list[WireFactDict]:
        return self.facts.facts[from_seq - 1 : from_seq - 1 + limit]

    def mark_in_flight(self, through: int) -> None:
        self.in_flight = max(self.in_flight, through)
        self.log.append(f"in flight {through}")

    def acknowledged(self, accepted_through: int, durable_through: int, epoch: str) -> None:
        self.accepted, self.durable, self.epoch = accepted_through, durable_through, epoch
        self.log.append(f"accepted {accepted_through}")

    def hash_at(self, seq: int) -> str | None:
        return self.facts.hash_at(seq) if seq <= len(self.facts.facts) else None

    def unsent(self) -> tuple[int, int | None]:
        count = len(self.facts.facts) - self.accepted
        return count, 1_000 if count else None

    def earlier(self) -> "list[MemoryOutbox]":
        return []


class MemoryReplica:
    """Rows by stream, entity and key; applied as upsert-if-newer, re-snapshots by generation."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], list[Any]] = {}
        self.at = ""
        self.pages = 0
        self.own_through = 0
        self._stale: dict[str, set[tuple[str, str, str]]] = {}

    def cursor(self) -> str:
        return self.at

    def resnapshot(self, streams: Sequence[str]) -> None:
        for stream in streams:
            self._stale[stream] = {key for key in self.rows if key[0] == stream}

    def apply(self, page: Page) -> set[str]:
        for block in page["blocks"]:
            for row in block["rows"]:
                self._put(block["stream"], block["entity"], row)
        if not page["has_more"]:
            for key in set().union(*self._stale.values()):
                self.rows.pop(key, None)
            self._stale.clear()
        self.at = page["next_cursor"]
        self.own_through = page["includes_own_through"]
        self.pages += 1
        return set()

    def entity(self, name: str) -> dict[str, list[Any]]:
        return {key: row for (_, entity, key), row in self.rows.items() if entity == name}

    def _put(self, stream: str, entity: str, row: list[Any]) -> None:
        key = (stream, entity, str(row[2]))
        self._stale.get(stream, set()).discard(key)
        if row[1] == "del":
            self.rows.pop(key, None)
        elif key not in self.rows or self.rows[key][0] < row[0] or stream in self._stale:
            self.rows[key] = row


class States(list[SyncState]):
    """Every state the engine published."""

    @property
    def connections(self) -> list[str]:
        """The connections in the order they were shown, each once per change."""
        names = [state.connection for state in self]
        return [name for at, name in enumerate(names) if at == 0 or names[at - 1] != name]


def wait_for(what: Callable[[], object], timeout_s: float = 60.0) -> None:
    """Until it is true; an AssertionError after the timeout."""
    end = time.monotonic() + timeout_s
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        threading.Event().wait(0.01)
