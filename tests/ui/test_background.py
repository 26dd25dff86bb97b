"""One blocking call off the GUI thread."""

import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.background import Call


def test_work_runs_elsewhere_and_the_answer_comes_back_here(qtbot: QtBot) -> None:
    owner, threads = QObject(), []

    Call(owner, threading.get_ident, lambda worker: threads.append((worker, threading.get_ident())))

    qtbot.waitUntil(lambda: len(threads) == 1)
    worker, answered = threads[0]
    assert worker != threading.get_ident()
    assert answered == threading.get_ident()


def test_an_error_goes_to_the_owner(qtbot: QtBot) -> None:
    owner = QObject()
    failures: list[Exception] = []

    def work() -> int:
        raise OSError("gone")

    Call(owner, work, lambda _: None, failures.append)

    qtbot.waitUntil(lambda: len(failures) == 1)
    assert isinstance(failures[0], OSError)


def test_an_error_nobody_takes_is_raised_on_the_gui_thread(qtbot: QtBot) -> None:
    owner = QObject()

    def work() -> int:
        raise ZeroDivisionError

    with qtbot.captureExceptions() as raised:
        Call(owner, work, lambda _: None)
        qtbot.waitUntil(lambda: len(raised) == 1)

    assert raised[0][0] is ZeroDivisionError


def test_a_closed_screen_hears_nothing(qtbot: QtBot) -> None:
    screen, go = QWidget(), threading.Event()
    answers: list[bool] = []
    qtbot.addWidget(screen)
    Call(screen, lambda: go.wait(5), answers.append)

    screen.deleteLater()
    qtbot.waitUntil(lambda: not _alive(screen))
    go.set()
    qtbot.wait(50)

    assert answers == []


def _alive(screen: QWidget) -> bool:
    try:
        screen.objectName()
    except RuntimeError:
        return False
    return True


@pytest.mark.parametrize("value", [None, 0, "", [1]])
def test_any_answer_arrives_as_it_is(qtbot: QtBot, value: object) -> None:
    owner = QObject()
    answers: list[object] = []

    Call(owner, lambda: value, answers.append)

    qtbot.waitUntil(lambda: answers == [value])
