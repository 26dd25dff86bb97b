"""What the badge is told: figures at once, changes of the connection only when they last."""

import time
from collections.abc import Callable
from dataclasses import replace

from sync.ports import Connection, SyncState

SETTLE_S = 5.0
"""A connection must stay like this so long before online and offline are exchanged on the screen."""
_AT_ONCE: frozenset[Connection] = frozenset({"refused", "upgrade", "fork"})
"""A person must act on these, and they do not pass by themselves."""


class StatusBoard:
    """Keeps the state and publishes it whenever it changed. Used by the sync thread alone."""

    def __init__(
        self,
        publish: Callable[[SyncState], None],
        monotonic: Callable[[], float] = time.monotonic,
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        pulled_at_ms: int | None = None,
    ) -> None:
        self._publish = publish
        self._monotonic = monotonic
        self._wall_ms = wall_ms
        self._shown: SyncState | None = None
        self._next = SyncState("offline", wall_ms(), 0, None, pulled_at_ms, None)
        self._seen: tuple[Connection, str] | None = None
        self._seen_since = 0.0

    def observe(self, connection: Connection, detail: str = "") -> None:
        """What the last attempt showed."""
        if self._seen is None or self._seen[0] != connection:
            self._seen_since = self._monotonic()
        self._seen = (connection, detail)
        self.settle()

    def figures(self, unsent: int, oldest_ms: int | None) -> None:
        """How much waits in the journal."""
        self._next = replace(self._next, unsent=unsent, oldest_unsent_ms=oldest_ms)
        self.settle()

    def filling(self, done: int, total: int) -> None:
        """A pull is under way."""
        self._next = replace(self._next, filling=(done, total))
        self.settle()

    def pulled(self) -> None:
        """The replica has everything there is."""
        self._next = replace(self._next, filling=None, pulled_at_ms=self._wall_ms())
        self.settle()

    def settle(self) -> float | None:
        """Publish what is due; returns in how many seconds something else will be."""
        wait = self._take_connection()
        if self._seen and self._next != self._shown:
            self._shown = self._next
            self._publish(self._shown)
        return wait

    def _take_connection(self) -> float | None:
        if self._seen is None:
            return None
        connection, detail = self._seen
        if self._shown and connection != self._shown.connection and connection not in _AT_ONCE:
            left = self._seen_since + SETTLE_S - self._monotonic()
            if left > 0:
                return left
        if self._shown is None or connection != self._shown.connection:
            self._next = replace(self._next, connection=connection, since_ms=self._wall_ms())
        self._next = replace(self._next, detail=detail)
        return None
