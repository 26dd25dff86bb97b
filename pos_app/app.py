"""Composition root: paint the sign-in first, then put the till together behind it.

Only what painting needs is imported here (floors.md 1); `pos_app.assembly` brings the rest once the
window is on the screen.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from pos_app import crash
from pos_app.config import Config
from pos_app.look_file import keep_look, kept_look
from pos_app.memory import tidy
from pos_app.polite_end import PoliteEnd
from pos_app.store.signin_face import read_signin
from pos_app.ui import theme
from pos_app.ui.background import Call
from pos_app.ui.main_window import SIGN_IN, MainWindow
from pos_app.ui.screens.signin import SignInScreen
from pos_app.ui.shop_line import shop_line
from pos_app.ui.signals import AppSignals
from pos_app.ui.tokens import ThemeName
from pos_app.ui.units import Units, scale_for, set_units

if TYPE_CHECKING:  # the second half costs more than twice a bare window's start
    from pos_app.assembly import Assembly

VERSION = "0.1.0"
_WINDOW = QSize(1366, 768)
_TIDY_AFTER_MS = 1500
"""Everything is there by then, and whoever keys a PIN has begun or has not come yet."""
log = logging.getLogger(__name__)


class TillApp(QObject):
    """A till in one window. `opened` comes when it takes a PIN and a scan, `ready` when all is there."""

    painted = Signal()
    opened = Signal()
    ready = Signal()

    def __init__(self, app: QApplication, config: Config) -> None:
        super().__init__()
        self._app, self.config = app, config
        set_units(Units(_scale(app)))
        look = theme.Look(ThemeName(config.theme), config.text_scale)
        theme.install(app, kept_look(config.data_dir, look))
        self.signals = AppSignals()
        self.window = MainWindow(self.signals)
        self.window.look_changed.connect(partial(keep_look, config.data_dir))
        self.assembly: Assembly | None = None
        face = read_signin(config.data_dir)
        self.sign_in = SignInScreen(face.staff if face else (), f"v{VERSION}")
        if face is not None:
            self.window.top_bar.set_shop(shop_line(face.store_no, face.store_name, face.till_no))
        self.sign_in.refused.connect(lambda: self.signals.sound.emit("refuse"))
        self.window.add_screen(SIGN_IN, self.sign_in)
        self._started = False
        self.window.installEventFilter(self)

    def show(self, width: int = 0, height: int = 0) -> None:
        """Full screen as the till's file says, else in a window of this size."""
        if width and height:
            self.window.resize(width, height)
            self.window.show()
        elif self.config.full_screen:
            self.window.showFullScreen()
        else:
            self._show_in_window()

    def _show_in_window(self) -> None:
        """In the standard class where the screen has room for it and a title bar, else as it fits."""
        room = self.window.screen().availableSize()
        self.window.resize(_WINDOW.boundedTo(room))
        if room.width() > _WINDOW.width() and room.height() > _WINDOW.height():
            self.window.show()
        else:
            self.window.showMaximized()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The first paint is over when control is back in the event loop."""
        if event.type() is QEvent.Type.Paint and not self._started:
            self._started = True
            QTimer.singleShot(0, self._first_paint_done)
        return False

    @Slot()
    def _first_paint_done(self) -> None:
        self.window.removeEventFilter(self)
        self.painted.emit()
        Call(self, _import_the_rest, self._assemble)

    def _assemble(self, assemble: "Callable[[TillApp], Assembly]") -> None:
        self.assembly = assemble(self)
        self.assembly.start()
        QTimer.singleShot(_TIDY_AFTER_MS, tidy)

    def own_up(self) -> None:
        """An error nobody caught: say so, and that nothing is lost."""
        self.window.say(
            self.tr(
                "The till made a mistake. The basket is kept. If it happens again, call support."
            ),
            icon="warning",
        )

    @Slot()
    def close(self) -> None:
        """Stop the threads and close the files; the window goes last."""
        if self.assembly is not None:
            self.assembly.close()
            self.assembly.deleteLater()
            self.assembly = None
        self.window.close()


def _import_the_rest() -> "Callable[[TillApp], Assembly]":
    from pos_app.assembly import Assembly

    return Assembly


def _scale(app: QApplication) -> float:
    screen = app.primaryScreen()
    if app.platformName() == "offscreen":
        return 1.0
    size = screen.size()
    return scale_for(screen.physicalDotsPerInch(), size.width(), size.height())


def new_application() -> QApplication:
    """The QApplication of this process, made once."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(["omnitill"])
    app.setApplicationName("Omnitill")
    return app


def run(config: Config, extras: "Callable[[TillApp], Any] | None" = None) -> int:
    """Run one till until its window is closed. `extras` may add windows once it is there."""
    app = new_application()
    till = TillApp(app, config)
    crash.install(till.own_up)
    end = PoliteEnd(app)
    till.show()
    kept = extras(till) if extras else None
    try:
        return app.exec()
    finally:
        till.close()
        end.close()
        del kept


def report_start(config: Config, spawned_ns: int) -> int:
    """Print how long painting and getting ready took since the spawn, and the memory then."""
    from pos_app.start_report import StartReport

    app = new_application()
    till = TillApp(app, config)
    report = StartReport(till, spawned_ns, time.monotonic_ns)
    till.show(1366, 768)
    code = app.exec()
    till.close()
    report.print()
    return code
