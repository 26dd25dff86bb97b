"""Composition root, second half: store, services, exchange and devices behind the painted window.

It comes in two steps: first what takes a PIN and a scan; then, while somebody keys the PIN, what only
selling needs (`pos_app.selling_parts`), which takes longer to load than the window to paint.
"""

import logging
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QThreadPool, Signal, SignalInstance, Slot
from PySide6.QtWidgets import QApplication

from hardware.scanner import SerialScanner
from hardware.wedge import WedgeRules
from pos_app.clocks import Clocks, new_id
from pos_app.config import Config
from pos_app.devices import scanners
from pos_app.domain.events import DrawerWanted, Event, SaleCompleted, ShiftOpened, SignedIn
from pos_app.domain.money import Money
from pos_app.enrolment import check_key
from pos_app.opening import is_as_closed, settle_journal
from pos_app.services import codes
from pos_app.services.till import Till, TillStore
from pos_app.store.baskets import Baskets
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores, open_stores
from pos_app.store.errors import StoreError
from pos_app.store.journal import Journal
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from pos_app.store.signin import SignIn
from pos_app.ui.background import Call
from pos_app.ui.format import Formats, set_formats
from pos_app.ui.idle_lock import IdleLock
from pos_app.ui.main_window import DEVICES, SELL, SIGN_IN, MainWindow
from pos_app.ui.screens.signin import SignInScreen
from pos_app.ui.shop_line import shop_line
from pos_app.ui.signals import AppSignals
from pos_app.ui.till_link import TillLink
from pos_app.ui.wedge_filter import WedgeFilter
from pos_app.ui.widgets.touch_keyboard import TouchKeyboard
from sync import invitation
from sync.ports import SyncState

if TYPE_CHECKING:
    from hardware.spooler import Spooler
    from pos_app.exchange import Exchange
    from pos_app.integrity.space import DiskWatch
    from pos_app.services.printing import Printing
    from pos_app.ui.screens.register import RegisterScreen

log = logging.getLogger(__name__)
ENROL, FATAL = "enrol", "fatal"


class Face(Protocol):
    """What was painted already: the first half of the composition root."""

    config: Config
    signals: AppSignals
    window: MainWindow
    sign_in: SignInScreen
    opened: SignalInstance
    ready: SignalInstance


class Assembly(QObject):
    """Everything of a running till. Owns the order of starting and of closing."""

    room_changed = Signal(str)

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.face, self.config = face, face.config
        self.signals, self.window = face.signals, face.window
        self.clocks = Clocks()
        self.stores: Stores | None = None
        self.till: Till | None = None
        self.exchange: Exchange | None = None
        self.spooler: Spooler | None = None
        self.sync_state: SyncState | None = None
        self.printing: Printing | None = None
        self._disk_watch: DiskWatch | None = None
        self._scanners: list[SerialScanner] = []
        self._wedge: WedgeFilter | None = None
        self._idle: IdleLock | None = None
        self._register: RegisterScreen | None = None

    @property
    def is_filled(self) -> bool:
        """The first fill has ended: everything central has is here."""
        state = self.sync_state
        return state is not None and state.pulled_at_ms is not None and state.filling is None

    @Slot()
    def start(self) -> None:
        """Open the store; whatever forbids it is a page that says what to do."""
        config = self.config
        try:
            config.data_dir.mkdir(parents=True, exist_ok=True)
            stores = self.stores = open_stores(config.data_dir)
            if is_as_closed(stores, config.data_dir, config.second_dir, config.marks_dir):
                self._settle(stores)
            else:
                # central is asked, and the window is there already
                settle = partial(self._settle, stores)
                Call(self, settle, lambda _none: self._go_on(stores), self._cannot_open)
                return
        except (StoreError, OSError) as error:
            self._cannot_open(error)
            return
        self._go_on(stores)

    def _go_on(self, stores: Stores) -> None:
        if stores.identity is None:
            self._ask_to_enrol(stores)
        else:
            self._run(stores)

    def _cannot_open(self, error: Exception) -> None:
        """What a person is told on a page that offers to try again; a bug of ours is no such thing."""
        if not isinstance(error, StoreError | OSError):
            raise error
        log.warning("the store cannot be opened: %s", error)
        if self.stores is not None:
            self.stores.close()
            self.stores = None
        self._fatal(error.kind if isinstance(error, StoreError) else "io", str(error))

    def _settle(self, stores: Stores) -> None:
        """A journal that was put back is mended or gets a new life before anything is sold."""
        config = self.config
        if stores.identity is not None:
            check_key(config.data_dir, stores.identity.device.device_id)
        told = config.server_url, config.second_dir, config.plain_http_for_tests, config.marks_dir
        settle_journal(stores, config.data_dir, self.clocks.now(), *told)

    def close(self) -> None:
        """Threads first, files last: nothing may use a store that is closed."""
        self._stop_listening()
        if self._register is not None:
            self._register.close_down()
        if self._disk_watch is not None:
            self._disk_watch.stop()
        if self.exchange is not None:
            self.exchange.stop()
        if self.spooler is not None:
            self.spooler.stop()
        QThreadPool.globalInstance().waitForDone(5_000)
        if self.stores is not None:
            self.stores.close()
            self.stores = None

    def _stop_listening(self) -> None:
        """No key, code or timer reaches a till whose files are being closed."""
        app = QApplication.instance()
        if self._wedge is not None and app is not None:
            app.removeEventFilter(self._wedge)
        if self._idle is not None:
            self._idle.deleteLater()
        for scanner in self._scanners:
            scanner.stop()

    def _fatal(self, kind: str, detail: str) -> None:
        from pos_app.ui.screens.fatal import FatalScreen

        screen = FatalScreen(kind, detail)
        screen.retry_asked.connect(self.start)
        screen.close_asked.connect(self.window.close)
        self.window.add_screen(FATAL, screen)
        self.window.show_place(FATAL)

    def _ask_to_enrol(self, stores: Stores) -> None:
        from pos_app.enrolment import explain, fields_of, request_device
        from pos_app.ui.screens.enrol import EnrolScreen

        config, enrolled = self.config, []

        def enrol(url: str, code: str, pin: str) -> str:
            asked = invitation.typed(url, code, pin)
            found = request_device(config.data_dir, asked, config.plain_http_for_tests)
            enrolled.append(found)
            return f"{found.store_no} {found.store_name} · {found.till_no}"

        def go_on() -> None:
            self.signals.scanned.disconnect(screen.scan)
            try:
                stores.enrol(enrolled[-1])
            except StoreError as error:
                self._cannot_open(error)
            else:
                self._run(stores)

        screen = EnrolScreen(enrol, explain, fields_of, config.server_url)
        screen.enrolled.connect(go_on)
        self._watch_keys()
        self.signals.scanned.connect(screen.scan)
        self.window.add_screen(ENROL, screen)
        self.window.show_place(ENROL)

    def _run(self, stores: Stores) -> None:
        """The till is enrolled: first what takes a PIN and a scan, then the rest."""
        self.catalog, self.shifts = Catalog(stores), Shifts(stores)
        till = self.till = self._till(stores)
        self.signals.till_event.connect(self._after)
        self._show_settings()
        TillLink(self.window, till, self.signals)
        self._sign_in(stores, till)
        self._listen()
        if self.window.place in {ENROL, FATAL}:
            self.window.show_place(SIGN_IN)
        self.face.opened.emit()
        Call(self, _load_the_rest, lambda _none: self._complete())

    def _complete(self) -> None:
        """Everything else; once, and before anybody who signs in can reach it."""
        stores, till = self.stores, self.till
        if stores is None or till is None or self.exchange is not None:
            return
        from pos_app import selling_parts as new

        config, signals = self.config, self.signals
        self.spooler = new.new_spooler(config, signals)
        self.exchange = new.new_exchange(stores, config, signals)
        self.printing = new.new_printing(stores, till, self.spooler, config, self.clocks.now)
        self.signals.printer_state.connect(self._job_changed)
        self.signals.replica_changed.connect(self._replica_changed)
        self.signals.sync_state.connect(self._sync_changed)
        parts = self.printing, self.exchange, self.spooler
        self._register = new.add_screens(
            self.window, signals, till, stores, config, parts, self._open_shift
        )
        self.window.search_asked.connect(self._search)
        self.face.ready.emit()
        self.printing.after_restart()
        self.exchange.start()
        self.room_changed.connect(self._say_room)
        self._disk_watch = new.DiskWatch(self.config.data_dir, self.room_changed.emit)
        self._disk_watch.start()

    def _till(self, stores: Stores) -> Till:
        identity = stores.identity
        if identity is None:
            raise RuntimeError("the till is not enrolled")
        return Till(
            TillStore(
                catalog=self.catalog,
                baskets=Baskets(stores),
                sales=Sales(stores),
                shifts=self.shifts,
                facts=Journal(stores),
            ),
            store_id=identity.device.store_id,
            till_id=identity.device.till_no,
            notify=self.signals.till_event.emit,
            now=self.clocks.now,
            new_id=new_id,
            ask_central=self._ask_central,
        )

    def _sign_in(self, stores: Stores, till: Till) -> None:
        screen, checker = self.face.sign_in, SignIn(stores)
        screen.devices_asked.connect(partial(self.window.show_place, DEVICES))
        screen.retry_asked.connect(self._show_staff)
        self._show_staff()
        screen.ready(lambda who, pin: checker.check(who, pin, self.clocks.now()), till.sign_in)

    def _parts(self) -> "tuple[Till, Printing, Exchange, Spooler]":
        if not (self.till and self.printing and self.exchange and self.spooler):
            raise RuntimeError("the till is not put together")
        return self.till, self.printing, self.exchange, self.spooler

    @Slot()
    def _search(self) -> None:
        self.window.show_place(SELL)
        if self.window.place == SELL and self._register is not None:
            self._register.ask_search()

    def _listen(self) -> None:
        """Scanners of every kind end in one signal."""
        wedge, window = self._watch_keys(), self.window
        self.signals.scanned.connect(wedge.note_activity)
        if self.till is not None:
            self._idle = IdleLock(
                self.till, wedge.idle_ms, lambda: window.blocking is not None, self
            )
        self._scanners = scanners(
            self.config.scanners, self.signals.scanned.emit, self.signals.scanner_state.emit
        )
        for scanner in self._scanners:
            scanner.start()

    def _watch_keys(self) -> WedgeFilter:
        """Once: tell scanners from hands, show the focus ring, bring a keyboard to who has none."""
        if self._wedge is not None:
            return self._wedge
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            raise TypeError("a till needs a QApplication")
        rules = WedgeRules(prefix=self.config.wedge_prefix, suffix=self.config.wedge_suffix)
        wedge = self._wedge = WedgeFilter(app, rules)
        wedge.scanned.connect(self.signals.scanned)
        wedge.keyboard_used.connect(self.window.ring.set_by_keyboard)
        TouchKeyboard(self.window, wedge.keys_idle_ms)
        return wedge

    def _open_shift(self, float_amount: Money, reason: str) -> None:
        till, stores = self._parts()[0], self.stores
        if stores is None or till.staff is None:
            raise RuntimeError("nobody is there to open a shift")
        if reason:  # first: a shift that is open is never without the reason that was given
            said = {"what": "float_difference", "staff_id": till.staff.staff_id, "detail": reason}
            Journal(stores).record("auth.event.v1", till.staff.staff_id, said, self.clocks.now())
        till.open_shift(float_amount)

    def _ask_central(self, code: str, answer: Callable[[bool | None], None]) -> None:
        exchange = self.exchange
        if exchange is None:
            answer(None)
            return
        ask = partial(exchange.fetch_code, code)
        Call(self, ask, answer, lambda _error: answer(None), waits=True)

    @Slot(object)
    def _after(self, event: Event) -> None:
        """What follows a commit, and only a commit."""
        self._complete()
        if isinstance(event, SignedIn):
            # the first GS1 code must not pay for loading its reader
            Call(self, codes.warm_up, lambda _none: None)
        _, printing, exchange, _ = self._parts()
        if isinstance(event, SaleCompleted):
            printing.print_receipt(event.sale)
        if isinstance(event, DrawerWanted):
            printing.open_drawer()
        if isinstance(event, SaleCompleted | ShiftOpened | DrawerWanted):
            exchange.wake()

    @Slot(object)
    def _job_changed(self, said: object) -> None:
        from hardware.spooler import PrintJob

        if isinstance(said, PrintJob) and self.printing is not None:
            self.printing.job_changed(said)

    @Slot(object)
    def _sync_changed(self, state: SyncState) -> None:
        self.sync_state = state
        self.clocks.clock_offset_ms = self.exchange.clock_offset_ms if self.exchange else 0

    @Slot(object)
    def _replica_changed(self, changed: set[str]) -> None:
        if self.till is None:
            return
        if changed & {"setting", "tax_rate"}:
            self.till.reload_settings()
            self._show_settings()
        if "staff" in changed:
            self._show_staff()

    def _show_settings(self) -> None:
        settings = self.catalog.settings()
        set_formats(Formats(settings.locale, settings.currency, settings.time_zone))
        identity = self.stores.identity if self.stores else None
        if identity is not None:
            device = identity.device
            self.window.top_bar.set_shop(
                shop_line(device.store_no, device.store_name, device.till_no)
            )

    @Slot(str)
    def _say_room(self, room: str) -> None:
        """Said when it changes; without room the store lets no new sale begin."""
        if self.stores is not None:
            self.stores.is_short_of_room = room == "none"
        if room == "low":
            text = self.tr("This till's disk is nearly full. Call support today.")
        elif room == "none":
            text = self.tr("This till's disk is full. Finish this sale, then call support.")
        else:
            return
        self.window.say(text, icon="warning")

    @Slot()
    def _show_staff(self) -> None:
        self.face.sign_in.set_staff(self.catalog.staff())


def _load_the_rest() -> None:
    """On a worker thread."""
    import_module("pos_app.selling_parts")
