"""The first start of a till."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.ui.enrol_words import words
from pos_app.ui.screens.enrol import EnrolScreen
from tests.ui import audit
from tests.ui.conftest import Shown
from tests.ui.press import key, tap, type_text


class Central:
    """A server that answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.fault = ""

    def enrol(self, url: str, code: str, pin: str) -> str:
        self.asked.append((url, code, pin))
        if self.fault:
            raise OSError(self.fault)
        return "014 Brno · Till 2"


FIELDS = "https://central.example:8420", "AB12-CD34", "p" * 43
INVITATION = "omnitill://enrol?whole"


def read(text: str) -> tuple[str, str, str] | None:
    """As pos_app.enrolment.fields_of: an invitation, something else, or a broken one."""
    if text.startswith("omnitill:") and text != INVITATION:
        raise ValueError("bad_text")
    return FIELDS if text == INVITATION else None


@pytest.fixture
def central() -> Central:
    return Central()


@pytest.fixture
def screen(shown: Shown, central: Central) -> EnrolScreen:
    made = EnrolScreen(central.enrol, lambda error: str(error), read, "https://central.example")
    shown(made)
    return made


def test_address_and_code_connect_the_till(
    qtbot: QtBot, screen: EnrolScreen, central: Central
) -> None:
    type_text(screen.window(), "AB12", gap_ms=1)

    with qtbot.waitSignal(screen.enrolled):
        key(screen.window(), Qt.Key.Key_Return)

    assert central.asked == [("https://central.example", "AB12", "")]
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
        ("bad_text", True, "not a whole enrolment code"),
        ("bad_code", True, "not a whole code"),
        ("files", False, "cannot save its key"),
        ("plain", False, "others could read along"),
        ("wrong_host", False, "another name"),
        ("clock", False, "Set date and time right"),
        ("out_of_date", False, "they must renew it"),
        ("old_tls", False, "too old"),
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


@pytest.mark.parametrize(
    ("fault", "word"), [("wrong_ca", "Another server answers"), ("bad_pin", "not whole")]
)
def test_a_server_that_is_not_the_one_meant_is_said_at_the_fingerprint(
    qtbot: QtBot, screen: EnrolScreen, central: Central, fault: str, word: str
) -> None:
    central.fault = fault
    screen._code.setText("AB12")

    tap(screen._connect)

    qtbot.waitUntil(lambda: word in screen._pin_fault.text())
    assert QApplication.focusWidget() is screen._pin


def fields(screen: EnrolScreen) -> tuple[str, str, str]:
    return screen._address.text(), screen._code.text(), screen._pin.text()


def test_a_scanned_invitation_fills_every_field_and_waits_for_a_person(
    qtbot: QtBot, screen: EnrolScreen, central: Central
) -> None:
    screen.scan(f"{INVITATION}\r".encode(), "serial")

    assert fields(screen) == FIELDS
    assert central.asked == []
    with qtbot.waitSignal(screen.enrolled):
        key(screen.window(), Qt.Key.Key_Return)
    assert central.asked == [FIELDS]


@pytest.mark.parametrize("field", ["_address", "_code", "_pin"])
def test_a_pasted_invitation_is_unfolded_when_it_is_entered(
    qtbot: QtBot, screen: EnrolScreen, central: Central, field: str
) -> None:
    pasted = getattr(screen, field)
    pasted.setFocus()
    QApplication.clipboard().setText(INVITATION)
    pasted.clear()
    pasted.paste()

    with qtbot.waitSignal(screen.enrolled):
        tap(screen._connect)

    assert central.asked == [FIELDS]


@pytest.mark.parametrize("field", ["_address", "_code"])
def test_a_broken_invitation_is_said_and_nothing_is_asked(
    screen: EnrolScreen, central: Central, field: str
) -> None:
    screen.scan(b"omnitill://enrol?torn", "wedge")
    assert "not a whole enrolment code" in screen._code_fault.text()
    assert fields(screen) == ("https://central.example", "", "")

    getattr(screen, field).setText("omnitill://enrol?torn")
    screen._code.setText(screen._code.text() or "AB12")
    tap(screen._connect)

    assert "not a whole enrolment code" in screen._code_fault.text()
    assert central.asked == []


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
    screen._fault(screen._code, screen._code_fault, words("code"))
    window = screen.window()

    window.resize(*size)
    qtbot.wait(30)

    assert (window.width(), window.height()) == size
    assert audit.faults(window) == {}
