"""Sheets: over the main area, closed by Esc, nothing below is pressed."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.ui.main_window import MainWindow
from pos_app.ui.widgets.buttons import TouchButton
from pos_app.ui.widgets.sheet import Sheet
from tests.ui.conftest import Lobby
from tests.ui.press import key, tap

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def place(qtbot: QtBot, window: MainWindow) -> Lobby:
    screen = Lobby()
    window.add_screen("here", screen)
    window.show()
    qtbot.waitExposed(window)
    return screen


def test_esc_closes_and_gives_the_focus_back(window: MainWindow, place: Lobby) -> None:
    sheet = Sheet(place, "Held sales")
    closed: list[int] = []
    sheet.closed.connect(lambda: closed.append(1))
    sheet.open()

    key(window, Qt.Key.Key_Escape)

    assert closed == [1]
    assert QApplication.focusWidget() is place


def test_the_close_button_closes_too(place: Lobby) -> None:
    sheet = Sheet(place, "Held sales")
    sheet.open()

    tap(sheet.close_button)

    assert sheet.isHidden()


def test_what_lies_below_cannot_be_pressed(qtbot: QtBot, place: Lobby) -> None:
    below = TouchButton("Below", parent=place)
    below.setGeometry(0, 0, 200, 60)
    below.show()
    taps: list[int] = []
    below.tapped.connect(lambda: taps.append(1))
    sheet = Sheet(place, "Held sales")
    sheet.open()

    QTest.mouseClick(place.window().windowHandle(), LEFT, NONE, QPoint(20, 76))

    assert taps == []


def test_finishing_keys_do_not_reach_the_screen_below(window: MainWindow, place: Lobby) -> None:
    done: list[str] = []
    place.bind("pay", lambda: done.append("pay"))
    place.bind("confirm", lambda: done.append("enter"))
    Sheet(place, "Held sales").open()

    key(window, Qt.Key.Key_F12)
    key(window, Qt.Key.Key_Return)

    assert done == []


def test_tab_stays_in_the_sheet(window: MainWindow, place: Lobby) -> None:
    sheet = Sheet(place, "Held sales")
    sheet.body.addWidget(TouchButton("Recall"))
    sheet.open()

    for _ in range(4):
        key(window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        assert sheet.isAncestorOf(focus)


def test_in_portrait_it_comes_from_the_bottom(window: MainWindow, place: Lobby) -> None:
    window.resize(1080, 1920)
    sheet = Sheet(place, "Held sales")

    sheet.open()

    assert sheet.card.geometry().bottom() == place.height() - 1
    assert sheet.card.width() == place.width()


def test_it_follows_its_area(window: MainWindow, place: Lobby) -> None:
    sheet = Sheet(place, "Held sales")
    sheet.open()

    window.resize(1024, 768)

    assert sheet.geometry() == place.rect()
    assert place.rect().contains(sheet.card.geometry())
