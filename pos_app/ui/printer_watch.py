"""A printer that cannot print is told where the cashier looks, whatever screen is in front."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from pos_app.ui.device_desk import PrinterSaid
from pos_app.ui.device_words import printer_trouble
from pos_app.ui.signals import AppSignals


class PrinterWatch(QObject):
    """`show` gets the words while there is something to see to, and nothing once it is over."""

    def __init__(self, parent: QObject, signals: AppSignals, show: Callable[[str], object]) -> None:
        super().__init__(parent)
        self._show = show
        self._troubles: dict[str, str] = {}
        signals.printer_state.connect(self._hear)

    @Slot(object)
    def _hear(self, said: object) -> None:
        if not isinstance(said, PrinterSaid):
            return
        self._troubles[said.printer] = printer_trouble(said.status)
        words = next(filter(None, self._troubles.values()), "")
        goes_on = self.tr("Sales go on, receipts wait.")
        self._show(f"{words} {goes_on}" if words else "")
