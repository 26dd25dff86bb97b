"""A whole till without its window: real store, services, exchange and printing on one thread."""

import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from hardware.printer import NetworkPrinter, Patience
from hardware.spooler import PrintJob, Spooler
from pos_app.clocks import Clocks, new_id
from pos_app.domain.clock import Now
from pos_app.domain.events import Event, SaleCompleted, ShiftOpened
from pos_app.domain.sale import Sale, TenderKind
from pos_app.domain.staff import Staff
from pos_app.enrolment import enrol_till
from pos_app.exchange import Exchange
from pos_app.services.needs import TillStore
from pos_app.services.printing import Printing
from pos_app.services.till import Till
from pos_app.store.baskets import Baskets
from pos_app.store.catalog import Catalog
from pos_app.store.db import open_stores
from pos_app.store.journal import Journal
from pos_app.store.prints import PrintJobs
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from sync.errors import CentralError
from sync.ports import SyncState
from tests.journeys.central_side import ShopServer

PRINTER = "receipt"
QUICK = Patience(connect_s=2.0, answer_s=0.5, stall_s=0.5, confirm_s=1.5)


class TestClock(Clocks):
    """The machine's clocks, with a wall clock that somebody sets wrong."""

    __test__ = False

    def __init__(self) -> None:
        super().__init__()
        self.off_ms = 0

    def now(self) -> Now:
        now = super().now()
        return Now(now.wall_ms + self.off_ms, now.mono_ms, now.boot_id, now.clock_offset_ms)


class Counter:
    """One running till. `url` is where it believes central to be."""

    def __init__(self, folder: Path, url: str = "", printer_port: int = 0) -> None:
        self.folder = folder
        self.stores = open_stores(folder)
        self.journal = Journal(self.stores)
        self.catalog = Catalog(self.stores)
        self.sales = Sales(self.stores)
        self.clock = TestClock()
        self.events: list[Event] = []
        self.states: list[SyncState] = []
        self.changed: list[set[str]] = []
        self._jobs: SimpleQueue[PrintJob] = SimpleQueue()
        port = NetworkPrinter("127.0.0.1", printer_port, patience=QUICK)
        ports = {PRINTER: port} if printer_port else {}
        self.spooler = Spooler(ports, self._jobs.put, back_off_s=(0.05,) * 20)
        self.exchange = Exchange(self.stores, folder, url, self.states.append, self.changed.append)
        self.till = self._till()
        self.printing = Printing(
            self.spooler,
            PrintJobs(self.stores),
            self.sales,
            printer=PRINTER if ports else "",
            till_name="2",
            settings=self.catalog.settings,
            now=self.clock.now,
            new_id=new_id,
        )

    def __enter__(self) -> "Counter":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.exchange.stop()
        self.spooler.stop()
        self.stores.close()

    def connect(self) -> "Counter":
        """Begin to exchange with central."""
        self.exchange.start()
        return self

    def open_for(self, name: str = "Jana") -> "Counter":
        """Somebody is signed in and a shift is open, under the settings that came with the fill."""
        self.till.reload_settings()
        self.till.sign_in(self.person(name))
        if self.till.shift is None:
            self.till.open_shift(100_000)
        return self

    def person(self, name: str) -> Staff:
        return next(it for it in self.catalog.staff() if it.name.startswith(name))

    def sell(self, *codes: str) -> Sale:
        """Scan and take exact cash."""
        for code in codes:
            self.till.scan(code, "serial")
        sale = self.till.take_tender(TenderKind.CASH, self.till.settlement.cash_due)
        assert sale is not None, f"not settled: {self.till.settlement}"
        return sale

    def pump(self) -> list[PrintJob]:
        """Bring what the spooler said over to this thread, as the window does."""
        heard = []
        while not self._jobs.empty():
            heard.append(self._jobs.get())
            self.printing.job_changed(heard[-1])
        return heard

    def unsent(self) -> int:
        return self.journal.unsent()[0]

    def included(self) -> int:
        """How many of its facts the stock figures it pulled include."""
        run = self.stores.replica.exec_driver_sql
        return int(run("SELECT own_seq FROM counted ORDER BY gen DESC").scalar() or 0)

    @property
    def state(self) -> SyncState | None:
        """What the badge shows."""
        return self.states[-1] if self.states else None

    @property
    def connections(self) -> list[str]:
        """The connections in the order they were shown."""
        return [it.connection for it in self.states]

    def told(self) -> list[Event]:
        """What the till said since the last time."""
        said = list(self.events)
        self.events.clear()
        return said

    def is_filled(self) -> bool:
        state = self.state
        return state is not None and state.pulled_at_ms is not None and state.filling is None

    def _till(self) -> Till:
        device = self.journal.device()
        assert device is not None
        return Till(
            TillStore(
                catalog=self.catalog,
                baskets=Baskets(self.stores),
                sales=self.sales,
                shifts=Shifts(self.stores),
                facts=self.journal,
            ),
            store_id=device.store_id,
            till_id=device.till_no,
            notify=self._hear,
            now=self.clock.now,
            new_id=new_id,
            ask_central=self._ask,
        )

    def _hear(self, event: Event) -> None:
        """After the commit, in the order of pos_app.assembly."""
        self.events.append(event)
        if isinstance(event, SaleCompleted) and self.spooler_has_printer:
            self.printing.print_receipt(event.sale)
        if isinstance(event, SaleCompleted | ShiftOpened):
            self.exchange.wake()

    @property
    def spooler_has_printer(self) -> bool:
        return bool(self.printing._printer)

    def _ask(self, code: str, answer: Callable[[bool | None], None]) -> None:
        try:
            answer(self.exchange.fetch_code(code))
        except CentralError:
            answer(None)


def enrolled_counter(folder: Path, server: ShopServer, till_no: str = "2") -> Counter:
    """A till of this shop in a new folder, enrolled with a fresh code and still empty."""
    enrol_till(folder, server.address, server.code_for(till_no))
    return Counter(folder, server.address)


def until(what: Callable[[], object], timeout_s: float = 60.0, why: str = "") -> None:
    """Wait until it is true."""
    end = time.monotonic() + timeout_s
    while not what():
        assert time.monotonic() < end, why or "it did not happen in time"
        time.sleep(0.01)
