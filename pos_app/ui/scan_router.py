"""Where a scanned code goes: the one table of ux.md 2.1, as far as this version has places."""

from typing import Final, Protocol

from PySide6.QtCore import QCoreApplication, QObject, Slot

from pos_app.domain.events import CodeRefused, CodeUnknown, LineAdded, LineChanged
from pos_app.services.till import Till
from pos_app.ui import scan_words
from pos_app.ui.screen import Screen
from pos_app.ui.signals import AppSignals
from pos_app.ui.widgets.dialog import BlockingDialog
from pos_app.ui.widgets.explain import Says

translate: Final = QCoreApplication.translate


class Front(Says, Protocol):
    """What the router must know of the window."""

    @property
    def till(self) -> Till | None: ...
    @property
    def in_front(self) -> Screen | None: ...
    @property
    def blocking(self) -> BlockingDialog | None: ...


class ScanRouter(QObject):
    """A scan goes to the screen in front, else to the basket; a blocking dialog refuses it.

    On a screen that does not show the basket, what the scan led to is said in a toast.
    """

    def __init__(self, front: Front, signals: AppSignals, parent: QObject) -> None:
        super().__init__(parent)
        self._front, self._signals = front, signals
        self._elsewhere = False
        signals.scanned.connect(self.route)
        signals.till_event.connect(self.tell)

    @Slot(object, str)
    def route(self, raw: bytes | str, source: str) -> None:
        front = self._front
        if front.blocking is not None:
            front.blocking.flash()
            self._signals.sound.emit("refuse")
            return
        screen, till = front.in_front, front.till
        if screen is not None and screen.scan(raw, source):
            return
        if till is None or till.staff is None:
            self._refuse(translate("Scan", "Sign in first, then scan again. Nothing was added."))
            return
        self._elsewhere = screen is not None and not screen.shows_basket
        try:
            till.scan(raw, source)
        finally:
            self._elsewhere = False

    @Slot(object)
    def tell(self, event: object) -> None:
        """Say it where the screen in front does not."""
        screen = self._front.in_front
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
        if self._front.till is None:
            return
        name = self._front.till.basket.lines[row].name
        self._signals.sound.emit("ok")
        self._front.say(
            translate("Scan", "Added to basket: {}").format(name),
            icon="tick_circle",
            action=translate("Scan", "Show"),
            on_action=lambda: self._signals.navigate.emit("sell"),
        )

    def _refuse(self, text: str) -> None:
        self._signals.sound.emit("refuse")
        self._front.say(text, icon="warning")
