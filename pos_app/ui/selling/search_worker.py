"""Search off the GUI thread: the newest question wins, the one running is interrupted."""

import logging
from queue import SimpleQueue
from threading import Thread
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from pos_app.domain.catalog import SearchHit

_log = logging.getLogger(__name__)


class Searcher(Protocol):
    """Finds goods on any thread; `interrupt` may come from another one and ends a search."""

    def search(self, text: str, /, limit: int = 50) -> tuple[SearchHit, ...]: ...

    def interrupt(self) -> None: ...


class SearchWorker(QObject):
    """One thread that answers the last question asked; older ones are dropped unanswered."""

    found = Signal(str, object)
    """The text asked for and its hits, on the GUI thread."""
    failed = Signal(str)

    _answered = Signal(str, object)

    def __init__(self, searcher: Searcher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._searcher = searcher
        self._questions: SimpleQueue[str | None] = SimpleQueue()
        self._wanted = ""
        self._thread: Thread | None = None
        # through a signal of this object: a plain call would run its slots on the worker's thread
        self._answered.connect(self._pass_on)

    def ask(self, text: str) -> None:
        """Search for this; the answer to anything asked before does not come any more."""
        self._wanted = text
        self._searcher.interrupt()
        self._questions.put(text)
        if self._thread is None:
            self._thread = Thread(target=self._work, name="search", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread; call before the store closes."""
        if self._thread is not None:
            self._searcher.interrupt()
            self._questions.put(None)
            self._thread.join(timeout=5)
            self._thread = None

    def _work(self) -> None:
        while (text := self._newest()) is not None:
            try:
                hits: object = self._searcher.search(text)
            except Exception as error:  # noqa: BLE001 top of a thread: interrupted, or the store failed
                if text != self._wanted:
                    continue
                _log.warning("search failed: %s", type(error).__name__)
                hits = None
            try:
                self._answered.emit(text, hits)
            except RuntimeError:
                # the window is gone: nobody waits for an answer
                return

    def _newest(self) -> str | None:
        """Wait for a question and skip to the last one."""
        text = self._questions.get()
        while text is not None and not self._questions.empty():
            text = self._questions.get()
        return text

    @Slot(str, object)
    def _pass_on(self, text: str, hits: object) -> None:
        if text != self._wanted:
            return
        if hits is None:
            self.failed.emit(text)
        else:
            self.found.emit(text, hits)
