"""Sync & devices: what works, what waits, since when, and a test for each device."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QDateTime, QTimer, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from hardware.status import JobState, PrintJob
from pos_app.domain.safety import Safety
from pos_app.domain.staff import Right
from pos_app.services.errors import StoreError
from pos_app.services.till import Till
from pos_app.ui.actions import label
from pos_app.ui.background import Call
from pos_app.ui.connection import SyncFace
from pos_app.ui.device_desk import DeviceDesk, PrinterSaid, StoreReport
from pos_app.ui.format import formats
from pos_app.ui.layout import Metrics, arrange
from pos_app.ui.screen import Screen
from pos_app.ui.signals import AppSignals
from pos_app.ui.store_words import words
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.chips import ChipRow
from pos_app.ui.widgets.device_card import DeviceCard
from pos_app.ui.widgets.explain import say
from pos_app.ui.widgets.job_list import JobList
from pos_app.ui.widgets.look_card import LookCard
from pos_app.ui.widgets.safety_card import SafetyCard
from pos_app.ui.widgets.scan_test import ScanTest
from pos_app.ui.widgets.scroll_column import ScrollColumn
from pos_app.ui.widgets.sheet import Sheet
from pos_app.ui.widgets.sync_card import SyncCard
from pos_app.ui.widgets.waiting_list import WaitingList

_ASK_EVERY_MS: Final = 5_000
_SHEET_WIDE: Final = 480


class DevicesScreen(Screen):
    """Reached by one tap on the connection sign, also before anybody is signed in."""

    needs_staff: ClassVar[bool] = False
    look_asked = Signal(object)
    """Another Look: connect to MainWindow.apply_look."""

    def __init__(self, till: Till, signals: AppSignals, desk: DeviceDesk) -> None:
        super().__init__()
        self._till, self._signals, self._desk = till, signals, desk
        self._scan_test: ScanTest | None = None
        self._scanned_ms = 0
        self._lost_scanners: set[str] = set()
        self._is_looking = False
        self._build()
        self._poll = QTimer(self, interval=_ASK_EVERY_MS)
        self._poll.timeout.connect(self._ask)
        signals.sync_state.connect(self._show_sync)
        signals.printer_state.connect(self._show_printer)
        signals.replica_changed.connect(self._show_counts)
        signals.scanned.connect(self._note_scan)
        signals.scanner_state.connect(self._note_scanner)
        self.bind("back", self._back)
        self.bind("confirm", self._sync_now.fire)

    def _build(self) -> None:
        self._sync = SyncCard()
        self._needs = Card(self.tr("Needs a person"))
        self._jobs = JobList()
        self._jobs.again.connect(self._print_again)
        self._jobs.elsewhere.connect(self._choose_printer)
        self._jobs.settled.connect(self._settle)
        self._waiting = WaitingList()
        self._needs.body.addWidget(self._waiting)
        self._needs.body.addWidget(self._jobs)
        self._safety = SafetyCard()
        self._devices = DeviceCard(self._desk.printers(), has_drawer=self._desk.has_drawer())
        self._devices.scan_test.connect(self._test_scanner)
        self._devices.print_test.connect(self._test_printer)
        self._devices.drawer_test.connect(self._open_drawer)
        self._devices.store_test.connect(self._check_store)
        self._look = LookCard()
        self._look.asked.connect(self.look_asked)
        self._left = self._half(self._sync, self._needs, self._safety)
        self._right = self._half(self._devices, self._look)
        self._pages = {
            self.tr("Exchange"): self._sync,
            self.tr("Needs a person"): self._needs,
            self.tr("Safety"): self._safety,
            self.tr("Devices"): self._right,
        }
        self._tabs = ChipRow(tuple(self._pages))
        self._tabs.set_chosen(self.tr("Exchange"))
        self._tabs.chosen.connect(self._show_tab)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.addWidget(self._left, 1)
        self._halves.addWidget(self._right, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._tabs)
        self._column.addLayout(self._halves, 1)
        self._fill_bar()

    def _half(self, *cards: Card) -> ScrollColumn:
        half = ScrollColumn()
        half.column.setSpacing(u(12))
        for card in cards:
            half.column.addWidget(card)
        half.column.addStretch(1)
        return half

    def _fill_bar(self) -> None:
        back = TouchButton(label("back"), Kind.SECONDARY, "back")
        back.set_key_hint("Esc")
        back.tapped.connect(self._back)
        self._sync_now = TouchButton(label("sync_now"), Kind.PRIMARY, "refresh")
        self._sync_now.tapped.connect(self._start_sync)
        self.action_bar.add_secondary(back)
        self.action_bar.add_strong(self._sync_now)

    def enter(self) -> None:
        super().enter()
        self._show_counts(set())
        self._show_jobs()
        self._show_scan()
        self._ask()
        self._poll.start()

    def leave(self) -> None:
        self._poll.stop()
        if self._scan_test is not None:
            self._scan_test.close_sheet()

    def set_metrics(self, metrics: Metrics) -> None:
        arrange(self._halves, metrics, stacks=True)
        edge = u(metrics.pad)
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(edge)
        self._halves.setSpacing(edge)
        self._tabs.setVisible(metrics.is_compact)
        self._show_tab(self._tabs.text if metrics.is_compact else "")

    def scan(self, raw: bytes | str, source: str) -> bool:
        """While the test is open a scan is only shown."""
        if self._scan_test is None:
            return False
        self._scan_test.show_scan(raw, source)
        self._signals.sound.emit("ok")
        return True

    def _show_tab(self, tab: str) -> None:
        """One page at a time in the compact class; an empty name shows all."""
        for name, page in self._pages.items():
            page.setVisible(tab in {"", name})
        self._left.setVisible(self._pages.get(tab) is not self._right)

    @Slot(object)
    def _show_sync(self, state: SyncFace) -> None:
        self._sync.show_state(state)
        self._waiting.show_state(state)
        self._jobs.set_company(not self._waiting.is_empty)

    @Slot(object)
    def _show_counts(self, _changed: object) -> None:
        if self.isVisible() or not _changed:
            self._attempt(lambda: self._sync.show_counts(self._desk.counts()))

    def _attempt(self, command: Callable[[], object]) -> bool:
        """False when the till's files refused; that is said, with what to do."""
        try:
            command()
        except StoreError as error:
            said = words(error.kind)
            say(self, f"{said.happened} {said.todo}", icon="warning")
            return False
        return True

    @Slot(object)
    def _show_printer(self, said: object) -> None:
        if isinstance(said, PrinterSaid):
            self._devices.show_printer(said.printer, said.status)
        elif isinstance(said, PrintJob) and said.state is not JobState.SENDING:
            self._show_jobs()

    @Slot(object, str)
    def _note_scan(self, raw: object, source: str) -> None:
        """Put into words only where somebody reads it: a scan has no time to lose."""
        self._scanned_ms = QDateTime.currentMSecsSinceEpoch()
        if self.isVisible():
            self._show_scan()

    @Slot(str, bool)
    def _note_scanner(self, port: str, is_there: bool) -> None:
        """A serial scanner came or went."""
        (self._lost_scanners.discard if is_there else self._lost_scanners.add)(port)
        self._show_scan()

    def _show_scan(self) -> None:
        scanner = self._devices.scanner
        if self._lost_scanners:
            ports = ", ".join(sorted(self._lost_scanners))
            scanner.show_fact(
                self.tr("not connected: {}. Plug it in again.").format(ports), "offline"
            )
        elif self._scanned_ms:
            at = formats().time(self._scanned_ms)
            scanner.show_fact(self.tr("last scan {}").format(at), "go")
        else:
            scanner.show_fact(self.tr("nothing scanned yet"))

    @Slot()
    def _ask(self) -> None:
        for printer in self._desk.printers():
            self._desk.ask_status(printer)
        if not self._is_looking:  # a second medium may take its time
            self._is_looking = True
            Call(self, self._desk.safety, self._show_safety, self._safety_failed)

    def _show_safety(self, safety: Safety) -> None:
        self._is_looking = False
        self._safety.show_safety(safety)
        self._waiting.show_verdicts(safety.waiting)
        self._jobs.set_company(not self._waiting.is_empty)

    def _safety_failed(self, error: Exception) -> None:
        self._is_looking = False
        kind = error.kind if isinstance(error, StoreError) else "io"
        self._safety.show_failure(words(kind).happened)

    @Slot()
    def _start_sync(self) -> None:
        self._desk.sync_now()
        say(self, self.tr("Asking the server for news and sending what waits."), icon="refresh")

    @Slot()
    def _back(self) -> None:
        self._signals.navigate.emit("sell")

    @Slot()
    def _test_scanner(self) -> None:
        test = self._scan_test = ScanTest(self)
        test.closed.connect(self._end_scan_test)
        test.open()

    @Slot()
    def _end_scan_test(self) -> None:
        if self._scan_test is not None:
            self._scan_test.deleteLater()
            self._scan_test = None

    @Slot(str)
    def _test_printer(self, printer: str) -> None:
        self._desk.test_print(printer)
        say(self, self.tr("A test page goes to printer {}.").format(printer), icon="printer")

    @Slot()
    def _open_drawer(self) -> None:
        if not self._till.may(Right.OPEN_DRAWER):
            say(self, self.tr("You may not open the drawer without a sale. Ask a supervisor."))
            return
        if self._attempt(self._desk.open_drawer):
            text = self.tr("The drawer was opened without a sale. That is recorded.")
            say(self, text, icon="drawer")

    @Slot()
    def _check_store(self) -> None:
        self._devices.files.button.set_busy(self.tr("Checking…"))
        Call(self, self._desk.check_store, self._show_report, self._store_failed)

    def _show_report(self, report: StoreReport) -> None:
        files = self._devices.files
        files.button.set_busy("")
        free = self.tr("{} % of the disk is free").format(report.free_percent)
        if report.first_bad is None:
            count = formats().count(report.facts)
            files.show_fact(self.tr("{} records in order, {}").format(count, free), "go")
        else:
            text = self.tr("Record {} does not fit. Go on selling and call support.")
            files.show_fact(text.format(report.first_bad), "danger")

    def _store_failed(self, error: Exception) -> None:
        self._devices.files.button.set_busy("")
        text = self.tr("The check could not be finished. Try again, then call support.")
        self._devices.files.show_fact(text, "danger")

    @Slot()
    def _show_jobs(self) -> None:
        printers = len(self._desk.printers())
        self._attempt(lambda: self._jobs.show_jobs(self._desk.unfinished_jobs(), printers))

    @Slot(str)
    def _print_again(self, job_id: str) -> None:
        self._attempt(lambda: self._desk.print_again(job_id))
        self._show_jobs()

    @Slot(str)
    def _settle(self, job_id: str) -> None:
        self._attempt(lambda: self._desk.settle(job_id))
        self._show_jobs()

    @Slot(str)
    def _choose_printer(self, job_id: str) -> None:
        """Which of the others; there is nothing to type."""
        sheet = Sheet(self, self.tr("Print it on"), wide=_SHEET_WIDE)
        sheet.closed.connect(sheet.deleteLater)
        sheet.closed.connect(self._show_jobs)
        for printer in self._desk.printers():
            button = TouchButton(printer, Kind.SECONDARY, "printer")
            again = partial(self._desk.reroute, job_id, printer)
            button.tapped.connect(partial(self._attempt, again))
            button.tapped.connect(sheet.close_sheet)
            sheet.body.addWidget(button)
        sheet.open()
