"""Where scans go, on a real till."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from pos_app.services.till import Till
from pos_app.ui.main_window import MainWindow
from pos_app.ui.signals import AppSignals
from pos_app.ui.widgets.buttons import TouchButton
from pos_app.ui.widgets.dialog import Choice
from tests.services.shop import JANA, SOCK, TEE
from tests.ui.conftest import Place
from tests.ui.press import tap


@pytest.fixture
def selling(linked: MainWindow, till: Till) -> MainWindow:
    till.sign_in(JANA)
    till.open_shift(0)
    linked.show_place("sell")
    return linked


def said(window: MainWindow) -> list[str]:
    return [toast.text for toast in window.toasts.toasts()]


def test_a_scan_while_selling_goes_to_the_basket_without_a_toast(
    selling: MainWindow, till: Till, signals: AppSignals
) -> None:
    signals.scanned.emit(TEE.encode(), "serial")

    assert [line.sku for line in till.basket.lines] == ["TEE-M"]
    assert said(selling) == []


def test_a_scan_elsewhere_is_added_and_said_with_a_way_back(
    selling: MainWindow, till: Till, signals: AppSignals
) -> None:
    selling.show_place("stock")

    signals.scanned.emit(SOCK, "wedge")

    assert said(selling) == ["Added to basket: Trail sock 3-pack"]
    assert selling.top_bar.basket.text().startswith("1 · 199,00")
    tap(selling.toasts.toasts()[0].findChildren(TouchButton)[0])
    assert selling.place == "sell"
    assert selling.top_bar.basket.isHidden()


def test_a_screen_that_wants_scans_gets_them(
    selling: MainWindow, till: Till, signals: AppSignals
) -> None:
    test = Place(takes_scans=True)
    selling.add_screen("devices", test)
    selling.show_place("devices")

    signals.scanned.emit(TEE, "wedge")

    assert test.scans == [(TEE, "wedge")]
    assert till.basket.lines == []


def test_a_scan_from_a_reader_thread_reaches_the_basket(
    qtbot: QtBot, selling: MainWindow, till: Till, signals: AppSignals
) -> None:
    threading.Thread(target=signals.scanned.emit, args=(TEE.encode(), "serial")).start()

    qtbot.waitUntil(lambda: len(till.basket.lines) == 1)


def test_an_open_question_refuses_scans_and_never_queues_them(
    selling: MainWindow, till: Till, signals: AppSignals
) -> None:
    sounds: list[str] = []
    signals.sound.connect(sounds.append)
    dialog = selling.ask("Void it?", "All of it.", (Choice("keep", "Keep", safe=True),))

    signals.scanned.emit(TEE, "wedge")
    flashed = dialog._note.text()
    dialog.answer("keep")

    assert (flashed, sounds) == ("Answer this first", ["refuse"])
    assert till.basket.lines == []


def test_nothing_is_sold_before_sign_in(
    linked: MainWindow, till: Till, signals: AppSignals
) -> None:
    signals.scanned.emit(TEE, "wedge")

    assert said(linked) == ["Sign in first, then scan again. Nothing was added."]
    assert till.basket.lines == []


def test_a_code_nobody_knows_is_said_elsewhere(selling: MainWindow, signals: AppSignals) -> None:
    selling.show_place("stock")

    signals.scanned.emit("4012345678901", "wedge")

    assert "4012345678901 is not known" in said(selling)[0]


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("4006381333932", "misread"),
        (b"\xff\xfe\x00\x01", "unreadable"),
        ("7" * 4096, "too long"),
    ],
)
def test_a_code_that_cannot_be_used_says_what_to_do(
    selling: MainWindow, signals: AppSignals, raw: str | bytes, word: str
) -> None:
    selling.show_place("stock")

    signals.scanned.emit(raw, "wedge")

    assert word in said(selling)[0]
    assert len(said(selling)[0]) < 140
