"""What a till needs only to sell: exchange, printer, and the screens behind sign-in.

Apart from `pos_app.assembly`, because loading this takes longer than painting the first window.
"""

from collections.abc import Callable

from hardware.spooler import PrinterStatus, Spooler
from pos_app.clocks import new_id
from pos_app.config import Config
from pos_app.desk import Desk
from pos_app.devices import printers
from pos_app.domain.clock import Now
from pos_app.domain.money import Money
from pos_app.exchange import Exchange
from pos_app.integrity.space import DiskWatch
from pos_app.services.printing import Printing
from pos_app.services.till import Till
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores
from pos_app.store.prints import PrintJobs
from pos_app.store.sales import Sales
from pos_app.ui.device_desk import PrinterSaid
from pos_app.ui.main_window import DEVICES, OPEN_SHIFT, SELL, MainWindow
from pos_app.ui.screens.change import ChangeScreen
from pos_app.ui.screens.devices import DevicesScreen
from pos_app.ui.screens.open_shift import OpenShiftScreen
from pos_app.ui.screens.payment import PaymentScreen
from pos_app.ui.screens.register import RegisterScreen
from pos_app.ui.signals import AppSignals

__all__ = ["DiskWatch", "add_screens", "new_exchange", "new_printing", "new_spooler"]

PAYMENT, CHANGE = "payment", "change"


def new_spooler(config: Config, signals: AppSignals) -> Spooler:
    """Its threads speak through signals, which carry over to the till's."""

    def said(printer: str, status: PrinterStatus) -> None:
        signals.printer_state.emit(PrinterSaid(printer, status))

    return Spooler(printers(config.printers), signals.printer_state.emit, said)


def new_exchange(stores: Stores, config: Config, signals: AppSignals) -> Exchange:
    return Exchange(
        stores,
        config.data_dir,
        config.server_url,
        signals.sync_state.emit,
        signals.replica_changed.emit,
        config.second_dir,
        config.plain_http_for_tests,
        config.marks_dir,
    )


def new_printing(
    stores: Stores, till: Till, spooler: Spooler, config: Config, now: Callable[[], Now]
) -> Printing:
    names = [entry.name for entry in config.printers]
    identity = stores.identity
    return Printing(
        spooler,
        PrintJobs(stores),
        Sales(stores),
        printer=names[0] if names else "",
        till_name=identity.device.till_no if identity else "",
        # from memory: a replica that breaks between payment and paper must not cost the receipt
        settings=lambda: till.settings,
        now=now,
        new_id=new_id,
    )


def add_screens(
    window: MainWindow,
    signals: AppSignals,
    till: Till,
    stores: Stores,
    config: Config,
    parts: tuple[Printing, Exchange, Spooler],
    open_shift: Callable[[Money, str], None],
) -> RegisterScreen:
    """Every place of the till but sign-in, which is there already."""
    printing, exchange, spooler = parts
    register = RegisterScreen(till, signals, Catalog(stores), printing.once_more)
    window.add_screen(SELL, register)
    window.add_screen(PAYMENT, PaymentScreen(till, signals))
    window.add_screen(CHANGE, ChangeScreen(till, signals, printing.once_more))
    names = [entry.name for entry in config.printers]
    drawer = till.open_drawer_to_count if names else None
    window.add_screen(
        OPEN_SHIFT, OpenShiftScreen(till, signals, open_shift, till.last_close_cash, drawer)
    )
    desk = Desk(stores, till, printing, spooler, names, exchange.pull_now, config.second_dir)
    devices = DevicesScreen(till, signals, desk)
    devices.look_asked.connect(window.apply_look)
    window.add_screen(DEVICES, devices)
    return register
