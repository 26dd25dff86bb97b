"""What a start costs, measured from inside: for `make bench` only."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, QTimer, SignalInstance, Slot

IDLE_AFTER_MS = 3000
"""When the first exchange has failed or ended and nothing moves any more."""


class _Starting(Protocol):
    painted: SignalInstance
    opened: SignalInstance


class StartReport(QObject):
    """Notes the moments, waits until the till idles, and ends it."""

    def __init__(self, till: _Starting, spawned_ns: int, clock: Callable[[], int]) -> None:
        super().__init__()
        self._spawned, self._clock = spawned_ns, clock
        self._figures: dict[str, float] = {}
        till.painted.connect(self._painted)
        till.opened.connect(self._ready)

    def print(self) -> None:
        sys.stdout.write(json.dumps(self._figures) + "\n")

    def _since_ms(self) -> float:
        return (self._clock() - self._spawned) / 1e6

    @Slot()
    def _painted(self) -> None:
        self._figures["painted_ms"] = self._since_ms()

    @Slot()
    def _ready(self) -> None:
        self._figures["ready_ms"] = self._since_ms()
        QTimer.singleShot(IDLE_AFTER_MS, self._idle)

    @Slot()
    def _idle(self) -> None:
        self._figures["rss_mb"] = resident_mb()
        QCoreApplication.quit()


def resident_mb() -> float:
    """Resident memory of this process in megabytes; 0 where the system does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    for line in status.read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
