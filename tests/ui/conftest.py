"""A themed application, a window, and a real till of a small shop behind it."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.domain.money import Currency
from pos_app.services.needs import TillStore
from pos_app.services.till import Till
from pos_app.store.baskets import Baskets
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores, open_stores
from pos_app.store.journal import Journal
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from pos_app.ui import theme
from pos_app.ui.format import Formats, set_formats
from pos_app.ui.main_window import MainWindow
from pos_app.ui.screen import Screen
from pos_app.ui.signals import AppSignals
from pos_app.ui.till_link import TillLink
from pos_app.ui.units import Units, set_units
from tests.services.shop import DEVICE, SETTINGS, Clock, fill, goods_blocks, settings_block


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform grumbles once for every window; nothing can be done about it."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(autouse=True)
def the_usual_look(qapp: QApplication) -> Iterator[None]:
    """Light, 100 %, right-handed, scale 1, Czech crowns; workers are waited for."""
    set_units(Units())
    set_formats(Formats("cs_CZ", Currency("CZK", 2, 100), "Europe/Prague"))
    # applying a sheet costs more than most tests
    if theme.theme().look != theme.Look() or not qapp.styleSheet():
        theme.install(qapp, theme.Look())
    yield
    QThreadPool.globalInstance().waitForDone(60_000)


@pytest.fixture
def signals() -> AppSignals:
    return AppSignals()


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    opened = open_stores(tmp_path / "data")
    Journal(opened).enrol(DEVICE)
    fill(opened, [*goods_blocks(), settings_block(SETTINGS)])
    yield opened
    opened.close()


@pytest.fixture
def till(stores: Stores, signals: AppSignals) -> Till:
    """Nobody signed in, no shift open; it tells the signals what happened."""
    numbers = count(1)
    return Till(
        TillStore(Catalog(stores), Baskets(stores), Sales(stores), Shifts(stores), Journal(stores)),
        store_id=DEVICE.store_id,
        till_id=DEVICE.device_id,
        notify=signals.till_event.emit,
        now=Clock(),
        new_id=lambda: f"id-{next(numbers)}",
        ask_central=lambda _code, answer: answer(False),
    )


@pytest.fixture
def window(qtbot: QtBot, signals: AppSignals) -> MainWindow:
    """An empty window of the standard class."""
    made = MainWindow(signals)
    made.resize(1366, 768)
    qtbot.addWidget(made)
    return made


class Place(Screen):
    """A screen with nothing on it, that writes down what reaches it."""

    def __init__(self, *, takes_scans: bool = False) -> None:
        super().__init__()
        self.scans: list[tuple[bytes | str, str]] = []
        self.entered = 0
        self._takes_scans = takes_scans

    def enter(self) -> None:
        super().enter()
        self.entered += 1

    def scan(self, raw: bytes | str, source: str) -> bool:
        self.scans.append((raw, source))
        return self._takes_scans


class Basketful(Place):
    shows_basket = True


class Lobby(Place):
    needs_staff = False
    has_rail = False


@pytest.fixture
def linked(window: MainWindow, till: Till, signals: AppSignals) -> MainWindow:
    """Sign-in, a selling place and one other place, tied to the till."""
    window.add_screen("signin", Lobby())
    window.add_screen("sell", Basketful())
    window.add_screen("open_shift", Place())
    window.add_screen("stock", Place())
    TillLink(window, till, signals)
    window.show()
    return window


class Shown(Protocol):
    """Put one screen into a window of a size and show it."""

    def __call__(self, screen: Screen, size: tuple[int, int] = (1366, 768)) -> MainWindow: ...


@pytest.fixture
def shown(qtbot: QtBot, signals: AppSignals) -> Shown:
    def show(screen: Screen, size: tuple[int, int] = (1366, 768)) -> MainWindow:
        window = MainWindow(signals)
        qtbot.addWidget(window)
        window.resize(*size)
        window.add_screen("signin", Lobby())
        window.add_screen("here", screen)
        if screen.needs_staff:
            window.sign_in("Jana N.", "here")
        window.show_place("here")
        window.show()
        qtbot.waitExposed(window)
        return window

    return show
