"""The first start of a till."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.ui.screens.enrol import EnrolScreen
from tests.ui import audit
from tests.ui.conftest import Shown
from tests.ui.press import key, tap, type_text


class Central:
    """A server that answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.fault = ""

    def enrol(self, url: str, code: str) -> str:
        self.asked.append((url, code))
        if self.fault:
            raise OSError(self.fault)
        return "014 Brno · Till 2"


@pytest.fixture
def central() -> Central:
    return Central()


@pytest.fixture
def screen(shown: Shown, central: Central) -> EnrolScreen:
    made = EnrolScreen(central.enrol, lambda error: str(error), "https://central.example")
    shown(made)
    return made


def test_address_and_code_connect_the_till(
    qtbot: QtBot, screen: EnrolScreen, central: Central
) -> None:
    type_text(screen.window(), "AB12", gap_ms=1)

    with qtbot.waitSignal(screen.enrolled):
        key(screen.window(), Qt.Key.Key_Return)

    assert central.asked == [("https://central.example", "AB12")]
    assert "014 Brno" in screen._news.text()


def test_a_code_may_be_scanned(screen: EnrolScreen) -> None:
    assert screen.scan(b"AB12-CD34\r", "serial")

    assert screen._code.text() == "AB12-CD34"


@pytest.mark.parametrize(
    ("fault", "at_code", "word"),
    [
        ("unreachable", False, "No answer"),
        ("server", False, "not a shop's server"),
        ("upgrade", False, "newer program"),
        ("code", True, "does not know this code"),
        ("used", True, "already used"),
        ("something else", False, "not a shop's server"),
    ],
)
def test_every_fault_is_said_at_its_field(
    qtbot: QtBot, screen: EnrolScreen, central: Central, fault: str, at_code: bool, word: str
) -> None:
    central.fault = fault
    screen._code.setText("AB12")
    label = screen._code_fault if at_code else screen._address_fault
    field = screen._code if at_code else screen._address

    tap(screen._connect)

    qtbot.waitUntil(lambda: word in label.text())
    assert QApplication.focusWidget() is field
    assert field.property("state") == "error"


def test_an_address_without_https_is_not_even_asked(screen: EnrolScreen, central: Central) -> None:
    screen._address.setText("central.example")

    tap(screen._connect)

    assert "begins with https" in screen._address_fault.text()
    assert central.asked == []


def test_a_missing_code_is_asked_for(screen: EnrolScreen, central: Central) -> None:
    tap(screen._connect)

    assert "Enter the code" in screen._code_fault.text()
    assert central.asked == []


def test_a_double_tap_uses_the_code_once(
    qtbot: QtBot, screen: EnrolScreen, central: Central
) -> None:
    screen._code.setText("AB12")

    with qtbot.waitSignal(screen.enrolled):
        tap(screen._connect)
        tap(screen._connect)

    assert len(central.asked) == 1


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1080, 1920)])
def test_it_is_in_order_in_every_class(
    qtbot: QtBot, screen: EnrolScreen, size: tuple[int, int]
) -> None:
    screen._fault(screen._code, screen._code_fault, screen._words("code"))
    window = screen.window()

    window.resize(*size)
    qtbot.wait(30)

    assert (window.width(), window.height()) == size
    assert audit.faults(window) == {}
