"""The till's exchange with central, for ever: a thread that pushes, pulls, and waits for a reason to."""

import logging
import threading
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from sync.backoff import Backoff
from sync.bootstrap import FirstLoad
from sync.client import CentralClient
from sync.comparing import Comparer, Own
from sync.errors import (
    CentralError,
    SlowDown,
    Unauthorised,
    Unreachable,
    Untrusted,
    UpgradeRequired,
)
from sync.exchange import Exchange
from sync.listening import HintListener
from sync.ports import Connection, Keeper, Outbox, Replica, SyncState
from sync.status import StatusBoard

__all__ = ["Outbox", "Replica", "SyncEngine", "SyncState"]

POLL_S = 30.0
"""The floor under the hints: without any, changes are seen this late."""
_RETRY_FOR_A_SALE_S = 5.0
"""A new fact cuts a waiting time short, but central is not asked more often than this."""

log = logging.getLogger(__name__)

T = TypeVar("T")


class _Pause(NamedTuple):
    """Seconds to wait: in all, when a fact was recorded, when central gave a hint."""

    wait: float
    for_a_sale: float = 0.0
    for_a_hint: float = 0.0
    is_after_success: bool = False

    def length(self, is_woken: bool, is_urgent: bool) -> float:
        length = min(self.wait, self.for_a_sale) if is_woken else self.wait
        return min(length, self.for_a_hint) if is_urgent else length


class SyncEngine:
    """Runs from `start` to `stop`. Outbox and replica are used by its thread alone.

    Callbacks come on its thread: `on_state` with every change of the badge's content,
    `on_replica_changed` with the entities that got new rows; none begins after `stop`, also when a
    request outlasts it. Nothing central does ends it.
    """

    def __init__(
        self,
        client: CentralClient,
        outbox: Outbox,
        replica: Replica,
        on_state: Callable[[SyncState], None],
        on_replica_changed: Callable[[set[str]], None],
        poll_s: float = POLL_S,
        pulled_at_ms: int | None = None,
        keeper: Keeper | None = None,
        own_digests: Own | None = None,
        first_load: FirstLoad | None = None,
    ) -> None:
        """`pulled_at_ms`: when an earlier run last heard of central, to be shown until this one does.

        With `own_digests` the replica is compared with central's rows now and then.
        """
        comparer = Comparer(client, own_digests) if own_digests else None
        self._board = StatusBoard(self._unless_stopping(on_state), pulled_at_ms=pulled_at_ms)
        self._exchange = Exchange(
            client,
            outbox,
            replica,
            self._board,
            self._unless_stopping(on_replica_changed),
            lambda: self._stopping,
            keeper,
            comparer,
            first_load,
        )
        self._listener = HintListener(client, self._reached, self._hinted, self.pull_now)
        self._backoff = Backoff()
        self._poll_s = poll_s
        self._stopping = False
        self._news = threading.Event()
        self._is_woken = False
        self._is_urgent = False
        self._is_failing = False
        self._was_reached = False
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """A fact was recorded. Any thread."""
        self._is_woken = True
        self._news.set()

    def pull_now(self) -> None:
        """Central has something new, can be reached again, or may be gone. Any thread."""
        self._is_urgent = True
        self._news.set()

    def stop(self, timeout: float = 5.0) -> bool:
        """Finish the step under way and end; False if the threads need longer than the timeout."""
        end = time.monotonic() + timeout
        self._stopping = True
        self._news.set()
        is_quiet = self._listener.stop(timeout)
        if self._thread.ident is not None:
            self._thread.join(max(end - time.monotonic(), 0.0))
        return is_quiet and not self._thread.is_alive()

    def _unless_stopping(self, tell: Callable[[T], None]) -> Callable[[T], None]:
        """The window that is told may be gone already."""
        return lambda what: None if self._stopping else tell(what)

    def _reached(self) -> None:
        """A stream of hints is open: if the last round failed, the next need not wait.

        One that had to be opened again may lead to a server that was restored meanwhile.
        """
        if self._was_reached:
            self._exchange.doubt()
        if self._was_reached or self._is_failing:
            self.pull_now()
        self._was_reached = True

    def _hinted(self, stream: str, seq: int) -> None:
        if seq > self._exchange.positions.get(stream, -1):
            self.pull_now()

    def _run(self) -> None:
        is_listening = False
        self._refresh()  # what an earlier run left unsent counts before the first answer
        while not self._stopping:
            self._is_woken = self._is_urgent = False
            pause = self._attempt()
            self._is_failing = not pause.is_after_success
            if pause.is_after_success and not is_listening:
                self._listener.start()
                is_listening = True
            self._rest(pause)
            if not (self._is_woken or self._is_urgent):
                self._exchange.doubt()  # nothing was heard for a while: greet, not only pull

    def _attempt(self) -> _Pause:
        """One round; how long to wait after it."""
        try:
            self._exchange.round()
        except SlowDown as busy:
            self._board.observe("slow", "busy")
            wait = self._backoff.next(busy.retry_after)
            return _Pause(wait, for_a_sale=wait, for_a_hint=wait)
        except CentralError as error:
            log.info("sync: %s %s", type(error).__name__, error)
            self._board.observe(*_meaning(error))
        except Exception:  # a thread's top: a full disk or a bug must not end the exchange
            if not self._stopping:  # else the till has closed its files and the client already
                log.exception("sync failed on this side")
            self._board.observe("offline", "own_error")
        else:
            self._backoff.reset()
            return _Pause(self._poll_s, is_after_success=True)
        return _Pause(self._backoff.next(), for_a_sale=_RETRY_FOR_A_SALE_S)

    def _rest(self, pause: _Pause) -> None:
        """Wait, keeping the badge right; a new fact or a hint may end it early."""
        start = time.monotonic()
        while not self._stopping:
            length = pause.length(self._is_woken, self._is_urgent)
            left = start + length - time.monotonic()
            if left <= 0:
                return
            due = self._board.settle()
            if self._news.wait(left if due is None else min(left, due)):
                self._news.clear()
                self._refresh()

    def _refresh(self) -> None:
        try:
            self._exchange.refresh_figures()
        except Exception:  # a thread's top, as above
            if not self._stopping:
                log.exception("the journal could not be read")


def _meaning(error: CentralError) -> tuple[Connection, str]:
    match error:
        case Unauthorised():
            return "refused", error.reason
        case UpgradeRequired():
            return "upgrade", ""
        case Untrusted(reason=reason):
            return "offline", reason
        case Unreachable():
            return "offline", "no_answer"
        case _:
            return "offline", "server_error"
