"""The ring around what has the keyboard."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pos_app.ui.main_window import MainWindow
from pos_app.ui.widgets.buttons import TouchButton
from tests.ui.conftest import Lobby
from tests.ui.press import key


@pytest.fixture
def button(qtbot: QtBot, window: MainWindow) -> TouchButton:
    screen = Lobby()
    button = TouchButton("Hold", parent=screen)
    button.move(100, 100)
    window.add_screen("here", screen)
    window.show()
    qtbot.waitExposed(window)
    return button


def test_it_appears_after_a_key_and_goes_after_a_touch(
    window: MainWindow, button: TouchButton
) -> None:
    button.setFocus()
    assert window.ring.target is None

    window.ring.set_by_keyboard(True)
    assert window.ring.target is button

    window.ring.set_by_keyboard(False)
    assert window.ring.target is None


def test_it_stands_outside_the_widget(window: MainWindow, button: TouchButton) -> None:
    window.ring.set_by_keyboard(True)
    button.setFocus()

    inside = button.rect().translated(button.mapTo(window, button.rect().topLeft()))
    ring = window.ring.geometry()

    assert ring.contains(inside)
    assert inside.left() - ring.left() == 5


def test_it_follows_tab_and_the_widget(window: MainWindow, button: TouchButton) -> None:
    window.ring.set_by_keyboard(True)

    key(window, Qt.Key.Key_Tab)
    assert window.ring.target is not None

    button.setFocus()
    before = window.ring.geometry()
    button.move(200, 100)
    assert window.ring.geometry() == before.translated(100, 0)


def test_the_scan_sink_gets_no_ring(window: MainWindow, button: TouchButton) -> None:
    window.ring.set_by_keyboard(True)

    assert window.in_front is not None
    window.in_front.setFocus()

    assert window.ring.target is None
