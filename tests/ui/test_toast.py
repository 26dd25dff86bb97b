"""Toasts: above the bar on the weak side, at most two, never in the way."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.main_window import MainWindow
from pos_app.ui.widgets.buttons import TouchButton
from pos_app.ui.widgets.toast import ToastHost
from tests.ui.press import tap

AREA = QRect(96, 56, 928, 624)


def host(qtbot: QtBot) -> tuple[QWidget, ToastHost]:
    window = QWidget()
    window.resize(1024, 768)
    qtbot.addWidget(window)
    window.show()
    toasts = ToastHost(window)
    toasts.set_place(AREA, on_right=False)
    return window, toasts


def test_the_third_piece_of_news_pushes_out_the_first(qtbot: QtBot) -> None:
    _window, toasts = host(qtbot)

    for text in ("one", "two", "three"):
        toasts.say(text)

    assert [toast.text for toast in toasts.toasts()] == ["two", "three"]


def test_the_same_news_again_is_shown_once(qtbot: QtBot) -> None:
    _window, toasts = host(qtbot)

    toasts.say("Saved")
    toasts.say("Saved")

    assert [toast.text for toast in toasts.toasts()] == ["Saved"]


def test_a_toast_goes_by_itself(qtbot: QtBot) -> None:
    _window, toasts = host(qtbot)

    toasts.say("Saved", stays_ms=30)

    qtbot.waitUntil(lambda: toasts.toasts() == [])


def test_a_toast_stays_while_it_is_touched(qtbot: QtBot) -> None:
    _window, toasts = host(qtbot)
    toasts.say("Saved", stays_ms=60)
    toast = toasts.toasts()[0]

    QTest.mousePress(toast, Qt.MouseButton.LeftButton)
    qtbot.wait(120)

    assert toasts.toasts() == [toast]


def test_undo_acts_and_closes(qtbot: QtBot) -> None:
    _window, toasts = host(qtbot)
    done = []
    toasts.say("Line removed", action="Undo", on_action=lambda: done.append("undo"))

    tap(toasts.toasts()[0].findChildren(TouchButton)[0])

    assert done == ["undo"]
    assert toasts.toasts() == []


def test_toasts_stand_above_the_bar_on_the_weak_side(qtbot: QtBot) -> None:
    _window, toasts = host(qtbot)

    toasts.say("Saved")
    left = toasts.geometry()
    toasts.set_place(AREA, on_right=True)
    right = toasts.geometry()

    assert AREA.contains(left)
    assert AREA.contains(right)
    assert left.left() < right.left()


def test_a_toast_takes_no_focus(qtbot: QtBot, window: MainWindow) -> None:
    window.show()
    window.setFocus()

    window.say("Added to basket", action="Show")

    qtbot.waitUntil(window.hasFocus)
