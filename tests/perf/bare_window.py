"""The floor of every start: a bare PySide6 window, spawn to first paint, and its memory.

usage: bare_window.py SPAWN_NS  (CLOCK_MONOTONIC); prints a JSON object
"""

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget


def resident_mb() -> float:
    """Resident memory now, in megabytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


class Window(QWidget):
    """Says when its first paint is done."""

    painted = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.painted:
            self.painted = True
            QTimer.singleShot(0, report)


def report() -> None:
    """Print what was measured and end."""
    passed = (time.monotonic_ns() - int(sys.argv[1])) / 1e6
    sys.stdout.write(json.dumps({"painted_ms": passed, "rss_mb": resident_mb()}) + "\n")
    sys.stdout.flush()
    app.quit()


app = QApplication([])
window = Window()
window.resize(1024, 768)
window.show()
app.exec()
