"""Opening a shift: counting by finger and key, the comparison, the reason."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pos_app.domain.money import Money
from pos_app.services.till import Till
from pos_app.store.db import Stores
from pos_app.store.errors import StoreError, StoreFull
from pos_app.ui.main_window import MainWindow
from pos_app.ui.screens.open_shift import OpenShiftScreen
from pos_app.ui.signals import AppSignals
from pos_app.ui.widgets.buttons import TouchButton
from pos_app.ui.widgets.sheet import Sheet
from tests.services.shop import JANA
from tests.ui import audit
from tests.ui.conftest import Shown
from tests.ui.press import key, tap

NOTES = (10_000, 20_000, 50_000, 100_000, 200_000, 500_000)


class Desk:
    """What the screen asked for."""

    def __init__(self, last: Money | None) -> None:
        self.last = last
        self.opened: list[tuple[Money, str]] = []
        self.fault: StoreError | None = None
        self.pulses = 0

    def open_shift(self, amount: Money, reason: str) -> None:
        if self.fault:
            raise self.fault
        self.opened.append((amount, reason))

    def pulse(self) -> None:
        if self.fault:
            raise self.fault
        self.pulses += 1


@pytest.fixture
def desk() -> Desk:
    return Desk(300_000)


@pytest.fixture
def screen(till: Till, signals: AppSignals, shown: Shown, desk: Desk) -> OpenShiftScreen:
    till.sign_in(JANA)
    made = OpenShiftScreen(till, signals, desk.open_shift, lambda: desk.last, desk.pulse)
    shown(made)
    return made


def press_button(screen: OpenShiftScreen, name: str) -> None:
    buttons = screen.window().findChildren(TouchButton)
    tap(next(b for b in buttons if b.accessibleName() == name and b.isVisible()))


def test_the_drawer_opens_to_be_counted(screen: OpenShiftScreen, desk: Desk) -> None:
    assert desk.pulses == 1


def test_plus_counts_notes(screen: OpenShiftScreen) -> None:
    for _ in range(3):
        press_button(screen, "One 1\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}Kč more")
    press_button(screen, "One 1\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}Kč less")

    assert screen._table.total == 200_000


def test_keys_alone_count_the_whole_drawer(screen: OpenShiftScreen, desk: Desk) -> None:
    window = screen.window()
    for digits in ("0", "0", "1", "2", "3", "4"):
        key(window, digits)
        key(window, Qt.Key.Key_Return)
    key(window, Qt.Key.Key_Return)

    assert desk.opened == [(300_000, "")]


def test_arrows_move_between_the_counts(screen: OpenShiftScreen) -> None:
    window = screen.window()
    key(window, Qt.Key.Key_Down)
    key(window, "2")
    key(window, Qt.Key.Key_Up)
    key(window, "1")

    assert screen._table.total == 500_000 + 2 * 200_000


def test_one_tap_takes_the_sum_of_the_last_close(screen: OpenShiftScreen, desk: Desk) -> None:
    tap(screen._same)
    tap(screen._start)

    assert desk.opened == [(300_000, "")]


def test_a_difference_must_be_explained(screen: OpenShiftScreen, desk: Desk) -> None:
    screen._table.set_sum(250_000)
    tap(screen._start)
    sheet = screen.findChild(Sheet)
    assert sheet is not None
    assert desk.opened == []

    press_button(screen, "Money was taken out")

    assert desk.opened == [(250_000, "Money was taken out")]


def test_a_small_difference_is_nobody_s_business(screen: OpenShiftScreen, desk: Desk) -> None:
    screen._table.set_sum(300_000 - 10_000)

    tap(screen._start)

    assert desk.opened == [(290_000, "")]


def test_the_first_shift_has_nothing_to_compare(screen: OpenShiftScreen, desk: Desk) -> None:
    desk.last = None
    screen.enter()

    tap(screen._start)

    assert screen._same.isHidden()
    assert desk.opened == [(0, "")]


def test_a_double_tap_opens_one_shift(screen: OpenShiftScreen, desk: Desk) -> None:
    tap(screen._same)

    tap(screen._start)
    tap(screen._start)

    assert len(desk.opened) == 1


def test_esc_signs_out_again(screen: OpenShiftScreen, till: Till) -> None:
    key(screen.window(), Qt.Key.Key_Escape)

    assert till.staff is None


def test_a_shift_that_cannot_be_opened_is_said(
    qtbot: QtBot, till: Till, signals: AppSignals, shown: Shown
) -> None:
    till.sign_in(JANA)
    till.open_shift(0)
    screen = OpenShiftScreen(till, signals, lambda sum_, _why: till.open_shift(sum_), lambda: None)
    window = shown(screen)

    tap(screen._start)

    assert "could not be opened" in window.toasts.toasts()[0].text


def test_a_full_disk_opens_no_shift_and_says_so(
    till: Till, signals: AppSignals, shown: Shown, desk: Desk
) -> None:
    till.sign_in(JANA)
    desk.fault = StoreFull("no room")
    screen = OpenShiftScreen(till, signals, desk.open_shift, lambda: None)
    window = shown(screen)

    tap(screen._start)

    assert "The shift is not open." in window.toasts.toasts()[0].text
    assert "full" in window.toasts.toasts()[0].text


def test_a_drawer_whose_opening_cannot_be_written_down_stays_shut_and_that_is_said(
    till: Till, signals: AppSignals, shown: Shown, desk: Desk
) -> None:
    till.sign_in(JANA)
    desk.fault = StoreFull("no room")

    window = shown(OpenShiftScreen(till, signals, desk.open_shift, lambda: None, desk.pulse))

    assert desk.pulses == 0
    assert "The drawer stays shut." in window.toasts.toasts()[0].text


def test_somebody_who_cannot_be_signed_out_is_told_so(
    screen: OpenShiftScreen, till: Till, stores: Stores
) -> None:
    """The signing out is a fact, and this till cannot write any."""
    stores.journal.exec_driver_sql("PRAGMA query_only = ON")

    window = screen.window()
    key(window, Qt.Key.Key_Escape)

    assert isinstance(window, MainWindow)
    assert "You are still signed in." in window.toasts.toasts()[0].text
    assert till.staff == JANA


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1920, 1080), (1080, 1920)])
def test_it_is_in_order_in_every_class(
    qtbot: QtBot, screen: OpenShiftScreen, size: tuple[int, int]
) -> None:
    window = screen.window()

    window.resize(*size)
    qtbot.wait(30)

    assert (window.width(), window.height()) == size
    assert audit.faults(window) == {}
