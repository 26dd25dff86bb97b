"""Locks the till when nobody has touched it for the time the shop has set."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from pos_app.services.till import Till

_LOOK_EVERY_MS: Final = 2_000


class IdleLock(QObject):
    """The basket stays as it is. While `busy` says so (a question is open) it waits."""

    def __init__(
        self,
        till: Till,
        idle_ms: Callable[[], int],
        busy: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._till, self._idle_ms, self._busy = till, idle_ms, busy
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Lock now if the time has come; a setting of 0 never locks."""
        after_ms = self._till.settings.idle_lock_s * 1000
        if after_ms and self._till.staff and self._idle_ms() >= after_ms and not self._busy():
            self._till.lock()
