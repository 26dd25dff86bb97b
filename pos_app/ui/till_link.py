"""Ties the till to the window: who is signed in, the basket's chip, and where scans go."""

from PySide6.QtCore import QObject, Slot

from pos_app.domain.events import Locked, SignedIn, SignedOut
from pos_app.domain.staff import Right
from pos_app.services.till import Till
from pos_app.ui.format import money
from pos_app.ui.main_window import OPEN_SHIFT, MainWindow
from pos_app.ui.printer_watch import PrinterWatch
from pos_app.ui.scan_router import ScanRouter
from pos_app.ui.signals import AppSignals


class TillLink(QObject):
    """Made once the store is open. The window goes where the till's events say."""

    def __init__(self, window: MainWindow, till: Till, signals: AppSignals) -> None:
        super().__init__(window)
        self._window, self._till = window, till
        self.router = ScanRouter(window, till, signals)
        self.printers = PrinterWatch(self, signals, window.show_trouble)
        signals.till_event.connect(self._hear)
        window.place_changed.connect(self._show_basket)
        window.lock_asked.connect(self.lock)

    @Slot()
    def lock(self) -> None:
        """Back to sign-in; the basket stays as it is. A question that is open comes first."""
        if self._till.staff is not None and self._window.blocking is None:
            self._till.lock()

    @Slot(object)
    def _hear(self, event: object) -> None:
        match event:
            case SignedIn(staff):
                needs_shift = self._till.shift is None and self._till.may(Right.OPEN_SHIFT)
                self._window.sign_in(staff.name, OPEN_SHIFT if needs_shift else "")
            case Locked():
                self._window.sign_out(keeps_place=True)
            case SignedOut():
                self._window.sign_out(keeps_place=False)
            case _:
                self._show_basket()

    @Slot()
    def _show_basket(self) -> None:
        """The chip in the top bar, while the basket itself is not to be seen."""
        screen, basket = self._window.in_front, self._till.basket
        seen = screen is None or screen.shows_basket or self._till.staff is None
        text = f"{basket.piece_count} · {money(basket.total)}"
        self._window.top_bar.set_basket("" if seen or not basket.lines else text)
