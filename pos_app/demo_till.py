"""`omnitill --demo`: the till, its central server, a printer that shows its paper, a scanner to press."""

import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from hardware.emulators.paper import Paper
from pos_app import app
from pos_app.app import TillApp
from pos_app.central_process import CentralProcessError
from pos_app.demo import Demo
from pos_app.demo_codes import palette_codes
from pos_app.logs import start_log
from pos_app.store.errors import StoreError
from pos_app.ui.demo.paper_window import PaperWindow
from pos_app.ui.demo.scan_palette import ScanPalette
from pos_app.ui.main_window import SIGN_IN
from sync.errors import CentralError


class DemoWindows(QObject):
    """What stands beside the till. They close with it."""

    def __init__(self, till: TillApp, demo: Demo) -> None:
        super().__init__()
        self._till, self._demo = till, demo
        self._paper = PaperWindow(demo.printer.faults)
        demo.on_paper = self._came
        self._palette: ScanPalette | None = None
        till.ready.connect(self._show)

    def _came(self, paper: Paper) -> None:
        """On the printer's thread: the picture crosses over by a signal."""
        self._paper.paper_came.emit(paper.to_png())

    @Slot()
    def _show(self) -> None:
        assembly = self._till.assembly
        if assembly is None or assembly.till is None:
            return
        codes = palette_codes(assembly.till.catalog)
        self._palette = ScanPalette(codes, self._demo.scan)
        self._till.signals.replica_changed.connect(self._renew)
        self._palette.show()
        self._paper.show()
        self._till.window.activateWindow()
        QTimer.singleShot(0, self._arrange)

    @Slot(object)
    def _renew(self, changed: set[str]) -> None:
        """The first catalogue came in after the window."""
        assembly = self._till.assembly
        if self._palette and {"price", "tile"} & changed and assembly and assembly.till:
            self._palette.set_codes(palette_codes(assembly.till.catalog))
            # new buttons know their size once they were shown
            QTimer.singleShot(0, self._arrange)

    @Slot()
    def _arrange(self) -> None:
        """Beside the till where the screen has room; else the scanner lies on top of it."""
        window, palette = self._till.window, self._palette
        if palette is None:
            return
        palette.adjustSize()
        room = window.screen().availableGeometry()
        if window.width() + palette.width() <= room.width():
            window.move(room.topLeft())
            left = room.left() + window.width()
            palette.move(left, room.top())
            top = room.top() + palette.frameGeometry().height()
            self._paper.setGeometry(left, top, room.width() - window.width(), room.bottom() - top)
        else:
            if not palette.windowFlags() & Qt.WindowType.WindowStaysOnTopHint:
                palette.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
                window.place_changed.connect(self._keep_clear)
            self._keep_clear(window.place)
            palette.move(room.right() + 1 - palette.width(), room.top())
            # the paper would hide the till where no window manager keeps it in front
            self._paper.lower()

    @Slot(str)
    def _keep_clear(self, place: str) -> None:
        """Lying on the till it would hide the keys of the PIN, and there is nothing to scan yet."""
        if self._palette is not None:
            self._palette.setVisible(place != SIGN_IN)


def run(root: Path) -> int:
    """Set the demo up, run the till until its window is closed, end the server."""
    began = time.monotonic()

    def say(text: str) -> None:
        sys.stdout.write(f"{time.monotonic() - began:6.1f} s  {text}\n")
        sys.stdout.flush()

    try:
        with Demo(root) as demo:
            config = demo.prepare(say)
            start_log(config.data_dir)
            say("The till is open. Demo PINs: Jana 1111, Petr 2222, Ola 3333")
            return app.run(config, lambda till: DemoWindows(till, demo))
    except (CentralProcessError, CentralError, StoreError, OSError) as error:
        sys.stderr.write(f"omnitill: the demo cannot start: {error}\n")
        return 1
