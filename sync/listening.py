"""Waiting for central's hints in a thread of its own. A hint carries no data, so losing one is harmless."""

import logging
import threading
from collections.abc import Callable

from sync.backoff import Backoff
from sync.client import CentralClient, Hints
from sync.errors import CentralError, SlowDown

log = logging.getLogger(__name__)


class HintListener:
    """Calls `on_head(stream, seq)` for every hint, `on_contact()` when a stream is open, and
    `on_loss()` when one that was open has ended."""

    def __init__(
        self,
        client: CentralClient,
        on_contact: Callable[[], None],
        on_head: Callable[[str, int], None],
        on_loss: Callable[[], None],
    ) -> None:
        self._client = client
        self._on_contact = on_contact
        self._on_head = on_head
        self._on_loss = on_loss
        self._stopping = threading.Event()
        self._hints: Hints | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="sync-hints", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """End the open stream, if any; False if the thread is still busy after the timeout."""
        self._stopping.set()
        with self._lock:
            if self._hints:
                self._hints.close()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                self._listen(backoff)
                wait = backoff.next()
            except SlowDown as busy:
                wait = backoff.next(busy.retry_after)
            except CentralError:
                wait = backoff.next()
            except Exception:  # a thread's top: without hints the till still polls
                if not self._stopping.is_set():
                    log.exception("listening for hints failed")
                wait = backoff.next()
            self._stopping.wait(wait)

    def _listen(self, backoff: Backoff) -> None:
        with self._client.notify() as hints:
            with self._lock:
                self._hints = hints
            try:
                if self._stopping.is_set():
                    return
                self._on_contact()
                for hint in hints:
                    if hint:
                        self._on_head(*hint)
                    else:
                        backoff.reset()  # a heartbeat: this stream lives
            finally:
                with self._lock:
                    self._hints = None
                if not self._stopping.is_set():
                    self._on_loss()
