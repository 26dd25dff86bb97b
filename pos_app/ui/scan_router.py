"""Where a scanned code goes: the one table of ux.md 2.1, as far as this version has places."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Slot

from pos_app.domain.events import CodeRefused, CodeUnknown, LineAdded, LineChanged
from pos_app.services.till import Till
from pos_app.ui import scan_words
from pos_app.ui.main_window import SELL, MainWindow
from pos_app.ui.selling.attempt import Attempts
from pos_app.ui.signals import AppSignals

translate: Final = QCoreApplication.translate


class ScanRouter(QObject):
    """A scan goes to the screen in front, else to the basket; a blocking dialog refuses it.

    On a screen that does not show the basket, what the scan led to is said in a toast.
    """

    def __init__(self, window: MainWindow, till: Till, signals: AppSignals) -> None:
        super().__init__(window)
        self._window, self._till, self._signals = window, till, signals
        self._attempts = Attempts(window, signals)
        self._elsewhere = False
        signals.scanned.connect(self.route)
        signals.till_event.connect(self.tell)

    @Slot(object, str)
    def route(self, raw: bytes | str, source: str) -> None:
        dialog, screen = self._window.blocking, self._window.in_front
        if dialog is not None:
            dialog.flash()
            self._signals.sound.emit("refuse")
            return
        if screen is not None and screen.scan(raw, source):
            return
        if self._till.staff is None:
            self._refuse(translate("Scan", "Sign in first, then scan again. Nothing was added."))
            return
        self._elsewhere = screen is not None and not screen.shows_basket
        try:
            self._attempts.run(lambda: self._till.scan(raw, source))
        finally:
            self._elsewhere = False

    @Slot(object)
    def tell(self, event: object) -> None:
        """Say it where the screen in front does not."""
        screen = self._window.in_front
        if screen is not None and screen.shows_basket:
            return
        match event:
            case LineAdded(row) | LineChanged(row) if self._elsewhere:
                self._added(row)
            case CodeUnknown():
                self._refuse(scan_words.unknown(event))
            case CodeRefused():
                self._refuse(scan_words.refused(event))

    def _added(self, row: int) -> None:
        name = self._till.basket.lines[row].name
        self._signals.sound.emit("ok")
        self._window.say(
            translate("Scan", "Added to basket: {}").format(name),
            icon="tick_circle",
            action=translate("Scan", "Show"),
            on_action=lambda: self._signals.navigate.emit(SELL),
        )

    def _refuse(self, text: str) -> None:
        self._signals.sound.emit("refuse")
        self._window.say(text, icon="warning")
