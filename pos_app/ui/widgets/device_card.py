"""Scanner, printers, drawer and the till's own files, each with its test."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QVBoxLayout

from hardware.status import PrinterStatus
from pos_app.ui.device_words import drawer_status, printer_status
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.fact_row import FactRow


class DeviceCard(Card):
    """Rows stay where they are, whatever state they show."""

    scan_test = Signal()
    print_test = Signal(str)
    drawer_test = Signal()
    store_test = Signal()

    def __init__(self, printers: Sequence[str], *, has_drawer: bool) -> None:
        super().__init__(QCoreApplication.translate("DeviceCard", "Devices"))
        test = self.tr("Test")
        self.scanner = FactRow("scan", self.tr("Scanner"), test)
        self.scanner.button.tapped.connect(self.scan_test)
        self.printers = {name: self._printer(name, test) for name in printers}
        self.drawer = FactRow("drawer", self.tr("Cash drawer"), self.tr("Open"))
        self.drawer.button.tapped.connect(self.drawer_test)
        self.drawer.button.set_available(
            has_drawer, self.tr("No drawer is connected to this till.")
        )
        self.files = FactRow("database", self.tr("The till's files"), self.tr("Check"))
        self.files.show_fact(self.tr("in use"), "go")
        self.files.button.tapped.connect(self.store_test)
        missing = FactRow("printer", self.tr("Receipt printer"))
        missing.show_fact(self.tr("not set up"))
        rows = QVBoxLayout()
        rows.setSpacing(0)
        for row in (self.scanner, *(self.printers.values() or [missing]), self.drawer, self.files):
            rows.addWidget(row)
        self.body.addLayout(rows)
        self.show_printer("", None)

    def _printer(self, name: str, test: str) -> FactRow:
        row = FactRow("printer", self.tr("Printer {}").format(name), test)
        row.show_fact(*printer_status(None))
        row.button.tapped.connect(lambda: self.print_test.emit(name))
        return row

    def show_printer(self, name: str, status: PrinterStatus | None) -> None:
        """What a printer said; the drawer hangs on the first one."""
        if name in self.printers:
            self.printers[name].show_fact(*printer_status(status))
        if name in {"", next(iter(self.printers), "")}:
            self.drawer.show_fact(*drawer_status(status))
