"""Work that a server does by itself, in a thread of its own."""

import logging
import threading
from collections.abc import Callable
from typing import TypeAlias

_STOP_S = 5.0

log = logging.getLogger(__name__)

Work: TypeAlias = Callable[[Callable[[], bool]], object]
"""What to do each time; it is handed a question to ask between steps: whether to stop."""


class Repeating:
    """Works from `start` to `stop`, first after `first_s`; what goes wrong is tried at the next turn."""

    def __init__(self, name: str, work: Work, every_s: float, first_s: float = 0.0) -> None:
        self._name, self._work = name, work
        self._every_s, self._first_s = every_s, first_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What takes longer than five seconds is left to the end of the process."""
        self._stopping.set()
        self._thread.join(_STOP_S)

    def _run(self) -> None:
        wait_s = self._first_s
        while not self._stopping.wait(wait_s):
            try:
                self._work(self._stopping.is_set)
            except Exception:  # a thread's top: the server itself needs none of this
                log.exception("%s failed and is tried again", self._name)
            wait_s = self._every_s
