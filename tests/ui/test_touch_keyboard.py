"""Typing with a finger on glass."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLineEdit, QVBoxLayout
from pytestqt.qtbot import QtBot

from pos_app.ui.main_window import MainWindow
from pos_app.ui.widgets.sheet import Sheet
from pos_app.ui.widgets.touch_keyboard import (
    ACCENTS,
    BACK,
    ENTER,
    HIDE,
    SHIFT,
    SPACE,
    TouchKeyboard,
)
from tests.ui import audit
from tests.ui.conftest import Lobby
from tests.ui.press import tap


class Desk:
    """A window with a field at the top and one at the bottom, and a clock of real keys."""

    def __init__(self, window: MainWindow) -> None:
        self.idle_ms = 10**9
        self.window = window
        screen = Lobby()
        column = QVBoxLayout(screen)
        self.upper, self.lower = QLineEdit(), QLineEdit()
        for field in (self.upper, self.lower):
            field.setAccessibleName("Field")
        column.addWidget(self.upper)
        column.addStretch(1)
        column.addWidget(self.lower)
        window.add_screen("here", screen)
        window.show()
        self.keyboard = TouchKeyboard(window, lambda: self.idle_ms)


@pytest.fixture
def desk(qtbot: QtBot, window: MainWindow) -> Desk:
    made = Desk(window)
    qtbot.waitExposed(window)
    return made


def press(desk: Desk, *names: str) -> None:
    for name in names:
        tap(desk.keyboard.key(name))


def test_a_tapped_field_brings_the_keyboard_and_it_types(desk: Desk) -> None:
    tap(desk.upper)

    press(desk, SHIFT, "m", "u", "g", SPACE, "5", "x", BACK)

    assert desk.keyboard.isVisible()
    assert desk.upper.text() == "Mug 5"
    assert desk.upper.hasFocus()


def test_accents_of_our_languages_are_one_page_away(desk: Desk) -> None:
    tap(desk.upper)

    press(desk, ACCENTS)
    texts = {key.text() for key in desk.keyboard._letters}
    press(desk, "q", SHIFT, "e")

    assert set("ěščřžýáíéúůńłżæøåñ") <= texts
    assert desk.upper.text() == "ěČ"


def test_enter_is_the_field_s_own_enter(desk: Desk) -> None:
    entered: list[int] = []
    desk.upper.returnPressed.connect(lambda: entered.append(1))
    tap(desk.upper)

    press(desk, "a", ENTER)

    assert entered == [1]


def test_it_goes_when_the_field_has_no_focus(desk: Desk) -> None:
    tap(desk.upper)

    desk.window.in_front.setFocus() if desk.window.in_front else None

    assert desk.keyboard.isHidden()


def test_it_can_be_hidden(desk: Desk) -> None:
    tap(desk.upper)

    press(desk, HIDE)

    assert desk.keyboard.isHidden()
    assert desk.upper.hasFocus()


def test_who_has_real_keys_needs_none_on_the_screen(desk: Desk) -> None:
    desk.idle_ms = 5_000

    tap(desk.upper)

    assert desk.keyboard.isHidden()


def test_a_field_that_cannot_be_written_needs_none(desk: Desk) -> None:
    desk.upper.setReadOnly(True)

    tap(desk.upper)

    assert desk.keyboard.isHidden()


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1080, 1920)])
def test_it_never_hides_its_own_field(qtbot: QtBot, desk: Desk, size: tuple[int, int]) -> None:
    desk.window.resize(*size)
    qtbot.wait(30)

    for field in (desk.upper, desk.lower):
        tap(field)
        place = field.rect().translated(field.mapTo(desk.window, QPoint(0, 0)))
        assert desk.keyboard.isVisible()
        assert not desk.keyboard.geometry().intersects(place)


def test_keys_are_large_enough_and_have_names(desk: Desk) -> None:
    tap(desk.upper)

    small = [
        key.accessibleName()
        for key in desk.keyboard._keys.values()
        if key.width() < 72 or key.height() < 64
    ]
    assert small == []
    assert audit.nameless(desk.keyboard) == []


def test_a_sheet_makes_room_for_it(qtbot: QtBot, desk: Desk) -> None:
    screen = desk.window.in_front
    assert screen is not None
    sheet, field = Sheet(screen, "Search"), QLineEdit()
    sheet.body.addWidget(field)
    sheet.open()
    before = sheet.card.geometry()

    tap(field)
    with_keys = sheet.card.geometry()
    screen.setFocus()

    below = screen.mapTo(desk.window, with_keys.bottomLeft()).y()
    assert below <= desk.window.height() - desk.keyboard.height()
    assert sheet.card.geometry() == before
