"""The blocking dialog: answered once, safely, and by nothing else."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.ui.main_window import MainWindow
from pos_app.ui.widgets.buttons import Kind
from pos_app.ui.widgets.dialog import BlockingDialog, Choice
from tests.ui import audit
from tests.ui.conftest import Lobby
from tests.ui.press import key, tap

CHOICES = (
    Choice("keep", "Keep the sale", safe=True),
    Choice("void", "Void the sale", Kind.DANGER),
)


@pytest.fixture
def asked(qtbot: QtBot, window: MainWindow) -> tuple[BlockingDialog, list[str]]:
    window.add_screen("here", Lobby())
    window.show()
    qtbot.waitExposed(window)
    dialog = window.ask("The whole sale will be void.", "500,00 Kč were taken.", CHOICES)
    answers: list[str] = []
    dialog.chosen.connect(answers.append)
    return dialog, answers


@pytest.mark.parametrize("which", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape])
def test_enter_and_esc_take_the_safe_choice(
    window: MainWindow, asked: tuple[BlockingDialog, list[str]], which: Qt.Key
) -> None:
    key(window, which)

    assert asked[1] == ["keep"]
    assert window.blocking is None


def test_the_other_choice_must_be_meant(
    window: MainWindow, asked: tuple[BlockingDialog, list[str]]
) -> None:
    key(window, Qt.Key.Key_Tab)
    key(window, Qt.Key.Key_Space)

    assert asked[1] == ["void"]
    assert window.blocking is None


def test_focus_cannot_leave_it(window: MainWindow, asked: tuple[BlockingDialog, list[str]]) -> None:
    dialog, _ = asked

    for _ in range(5):
        key(window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        assert dialog.isAncestorOf(focus)


def test_other_keys_end_at_the_dialog(
    window: MainWindow, asked: tuple[BlockingDialog, list[str]]
) -> None:
    for which in (Qt.Key.Key_F1, Qt.Key.Key_F12, Qt.Key.Key_F11, Qt.Key.Key_5):
        key(window, which)

    assert asked[1] == []
    assert window.blocking is asked[0]


def test_there_is_never_a_dialog_on_a_dialog(
    window: MainWindow, asked: tuple[BlockingDialog, list[str]]
) -> None:
    with pytest.raises(RuntimeError, match="already open"):
        window.ask("Another", "question", CHOICES)


def test_a_double_tap_answers_once(
    window: MainWindow, asked: tuple[BlockingDialog, list[str]]
) -> None:
    dialog, answers = asked
    button = dialog.button("keep")

    tap(button)
    dialog.answer("void")

    assert answers == ["keep"]


def test_places_cannot_be_changed_under_it(
    window: MainWindow, asked: tuple[BlockingDialog, list[str]]
) -> None:
    window.add_screen("other", Lobby())

    window.show_place("other")

    assert window.place == "here"


def test_nothing_is_cut_and_everything_has_a_name(
    window: MainWindow, asked: tuple[BlockingDialog, list[str]]
) -> None:
    assert audit.faults(asked[0]) == {}


def test_an_answered_dialog_is_freed(
    qtbot: QtBot, window: MainWindow, asked: tuple[BlockingDialog, list[str]]
) -> None:
    gone = []
    asked[0].destroyed.connect(lambda: gone.append("gone"))

    asked[0].answer("keep")

    qtbot.waitUntil(lambda: gone == ["gone"])


def test_news_stays_behind_an_open_question(
    window: MainWindow, asked: tuple[BlockingDialog, list[str]]
) -> None:
    window.say("Printed", action="Show")

    children = window.children()
    assert children.index(asked[0]) > children.index(window.toasts)
