"""One blocking call off the GUI thread, its answer back on it."""

import logging
from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

T = TypeVar("T")
_log = logging.getLogger(__name__)


class _Answer(QObject):
    came = Signal(object, object)


class _Work(QRunnable):
    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self._work = work
        self.answer = _Answer()

    def run(self) -> None:
        try:
            result, error = self._work(), None
        except Exception as caught:  # noqa: BLE001 top of a pool thread: the owner gets the error
            result, error = None, caught
        try:
            self.answer.came.emit(result, error)
        except RuntimeError:
            _log.debug("the application ended before an answer came")


class Call(QObject, Generic[T]):
    """Runs `work` in the pool at once; `done` or `failed` is called on the owner's thread.

    It is a child of its owner: an owner that is gone hears nothing. Without `failed` an error is
    raised again on the GUI thread, where the crash handler sees it.

    `waits`: the work may wait for a network. It gets a thread of its own, which a closing till does
    not wait for: the pool's few threads are for what ends soon, such as the check of a PIN.
    """

    def __init__(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
        *,
        waits: bool = False,
    ) -> None:
        super().__init__(owner)
        self._done, self._failed = done, failed
        runnable = _Work(work)
        # kept so that the sender outlives the queued answer
        self._sender = runnable.answer
        runnable.answer.came.connect(self._finish)
        if waits:
            Thread(target=runnable.run, name="asking", daemon=True).start()
        else:
            QThreadPool.globalInstance().start(runnable)

    @Slot(object, object)
    def _finish(self, result: T, error: Exception | None) -> None:
        self.deleteLater()
        if error is None:
            self._done(result)
        elif self._failed is not None:
            self._failed(error)
        else:
            raise error
