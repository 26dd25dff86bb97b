"""The window's places, bars and keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.ui.actions import ACTIONS
from pos_app.ui.format import Formats, set_formats
from pos_app.ui.main_window import MainWindow
from pos_app.ui.signals import AppSignals
from pos_app.ui.theme import Look, theme
from pos_app.ui.tokens import ThemeName
from pos_app.ui.widgets.nav_rail import PLACES
from sync.ports import SyncState
from tests.ui import audit
from tests.ui.conftest import Basketful, Lobby, Place
from tests.ui.press import key, tap


@pytest.fixture
def signed_in(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.add_screen("signin", Lobby())
    window.add_screen("sell", Basketful())
    window.add_screen("stock", Place())
    window.sign_in("Jana N.")
    window.show()
    qtbot.waitExposed(window)
    return window


SETTLED_MS = 30
ONLINE = SyncState("online", 0, 0, None, None, None)


def said(window: MainWindow) -> list[str]:
    return [toast.text for toast in window.toasts.toasts()]


def test_signing_in_leads_to_selling(signed_in: MainWindow) -> None:
    assert signed_in.place == "sell"
    assert QApplication.focusWidget() is signed_in.in_front


def test_nobody_gets_past_sign_in(window: MainWindow) -> None:
    window.add_screen("signin", Lobby())
    window.add_screen("sell", Basketful())

    window.show_place("sell")

    assert window.place == "signin"


def test_a_tap_on_the_rail_goes_there(signed_in: MainWindow) -> None:
    tap(signed_in.rail.button("stock"))

    assert signed_in.place == "stock"
    assert signed_in.rail.button("stock").isChecked()
    assert not signed_in.rail.button("sell").isChecked()


def test_keys_go_there_too_and_f1_comes_back(signed_in: MainWindow) -> None:
    key(signed_in, Qt.Key.Key_F4)
    assert signed_in.place == "stock"

    key(signed_in, Qt.Key.Key_F1)
    assert signed_in.place == "sell"


@pytest.mark.parametrize("place", ["pickups", "returns", "customers", "cash"])
def test_a_place_that_is_not_there_yet_says_so(signed_in: MainWindow, place: str) -> None:
    tap(signed_in.rail.button(place))
    by_finger = said(signed_in)
    signed_in.toasts.clear()
    key(signed_in, getattr(Qt.Key, f"Key_{ACTIONS[place].key}"))

    assert by_finger == said(signed_in) == ["Not part of this version yet"]
    assert signed_in.place == "sell"


def test_the_rail_has_every_place_in_its_final_order(signed_in: MainWindow) -> None:
    tops = [signed_in.rail.button(place).y() for place in PLACES]

    assert tops == sorted(tops)
    assert len(PLACES) == 7


def test_a_lock_comes_back_to_where_the_till_was_left(signed_in: MainWindow) -> None:
    signed_in.show_place("stock")

    signed_in.sign_out(keeps_place=True)
    assert signed_in.place == "signin"
    assert signed_in.top_bar.staff.text() == ""

    signed_in.sign_in("Petr K.")
    assert signed_in.place == "stock"


def test_slash_and_ctrl_f_ask_for_the_search(signed_in: MainWindow) -> None:
    asked: list[int] = []
    signed_in.search_asked.connect(lambda: asked.append(1))

    key(signed_in, "/")
    tap(signed_in.top_bar.search)

    assert asked == [1, 1]


def test_no_connection_is_claimed_before_one_is_known(
    signed_in: MainWindow, signals: AppSignals
) -> None:
    assert not signed_in.top_bar.connection.isVisible()

    signals.sync_state.emit(ONLINE)

    assert signed_in.top_bar.connection.isVisible()


def test_the_connection_sign_opens_the_devices(signed_in: MainWindow, signals: AppSignals) -> None:
    signed_in.add_screen("devices", Lobby())
    signals.sync_state.emit(ONLINE)

    tap(signed_in.top_bar.connection)

    assert signed_in.place == "devices"


def test_any_thread_may_ask_for_a_place_by_signal(
    signed_in: MainWindow, signals: AppSignals
) -> None:
    signals.navigate.emit("stock")

    assert signed_in.place == "stock"


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1920, 1080), (1080, 1920)])
@pytest.mark.parametrize("left_handed", [False, True])
def test_the_frame_is_in_order_in_every_class_and_hand(
    qtbot: QtBot, signed_in: MainWindow, size: tuple[int, int], left_handed: bool
) -> None:
    signed_in.apply_look(Look(left_handed=left_handed))

    signed_in.resize(*size)
    qtbot.wait(SETTLED_MS)

    assert (signed_in.width(), signed_in.height()) == size
    assert audit.faults(signed_in) == {}


def test_the_left_hand_has_the_rail_on_the_right(qtbot: QtBot, signed_in: MainWindow) -> None:
    signed_in.apply_look(Look(left_handed=True))
    qtbot.wait(SETTLED_MS)

    assert signed_in.rail.x() > signed_in.width() // 2
    assert signed_in.top_bar.shop.x() > signed_in.top_bar.clock.x()


def test_in_portrait_the_rail_lies_at_the_bottom(qtbot: QtBot, signed_in: MainWindow) -> None:
    signed_in.resize(1080, 1920)
    qtbot.wait(SETTLED_MS)

    assert signed_in.rail.geometry().bottom() == signed_in.height() - 1
    assert signed_in.rail.height() == 96


def test_the_theme_button_goes_round(window: MainWindow) -> None:
    looks: list[Look] = []
    window.add_screen("signin", Lobby())
    window.look_changed.connect(looks.append)
    window.show()

    for _ in range(3):
        window.next_theme()

    assert [look.name for look in looks] == [ThemeName.DARK, ThemeName.CONTRAST, ThemeName.LIGHT]


def test_text_stops_at_its_largest_and_smallest(window: MainWindow) -> None:
    for _ in range(6):
        window.step_text(1)
    largest = theme().look.text_scale
    for _ in range(9):
        window.step_text(-1)

    assert (largest, theme().look.text_scale) == (130, 90)


def test_a_screen_of_the_same_name_takes_the_place_of_the_old_one(
    qtbot: QtBot, window: MainWindow
) -> None:
    old, new = Lobby(), Lobby()
    gone: list[int] = []
    old.destroyed.connect(lambda: gone.append(1))
    window.add_screen("fatal", old)

    window.add_screen("fatal", new)

    assert window.in_front is new
    assert new.entered == 1
    qtbot.waitUntil(lambda: gone == [1])


def test_the_clock_goes_by_the_shops_zone(window: MainWindow) -> None:
    texts = []
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", ""):
        set_formats(Formats("en_GB", time_zone=zone))
        window.top_bar.set_shop("014 Brno")
        texts.append(window.top_bar.clock.text())

    # a day and an hour lie between the two
    assert texts[0] != texts[1]
