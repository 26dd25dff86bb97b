"""A keyboard-wedge scanner and a person at one keyboard."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.wedge_filter import WedgeFilter
from tests.ui.press import key, tap, type_text, wedge

EAN = "4006381333931"


@pytest.fixture
def wedge_filter(qapp: QApplication) -> Iterator[WedgeFilter]:
    made = WedgeFilter(qapp)
    yield made
    qapp.removeEventFilter(made)
    made.deleteLater()


@pytest.fixture
def field(qtbot: QtBot) -> QLineEdit:
    window = QWidget()
    field = QLineEdit()
    QVBoxLayout(window).addWidget(field)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    field.setFocus()
    field.kept = window  # type: ignore[attr-defined]
    return field


def heard(wedge_filter: WedgeFilter) -> list[object]:
    codes: list[object] = []
    wedge_filter.scanned.connect(lambda code, _source: codes.append(code))
    return codes


def test_a_scan_never_lands_in_a_text_field(wedge_filter: WedgeFilter, field: QLineEdit) -> None:
    codes = heard(wedge_filter)
    entered: list[int] = []
    field.returnPressed.connect(lambda: entered.append(1))

    for _ in range(40):
        wedge(field.window(), EAN)

    assert codes == [EAN] * 40
    assert (field.text(), entered) == ("", [])


def test_typing_is_untouched_between_scans(
    qtbot: QtBot, wedge_filter: WedgeFilter, field: QLineEdit
) -> None:
    codes = heard(wedge_filter)

    for word in ("nav", "y m"):
        type_text(field.window(), word)
        qtbot.wait(60)
        wedge(field.window(), EAN)

    assert field.text() == "navy m"
    assert codes == [EAN, EAN]


def test_a_single_key_arrives_after_the_hold(
    qtbot: QtBot, wedge_filter: WedgeFilter, field: QLineEdit
) -> None:
    key(field.window(), "5")

    qtbot.waitUntil(lambda: field.text() == "5")


def test_enter_and_editing_keys_of_a_person_arrive(
    qtbot: QtBot, wedge_filter: WedgeFilter, field: QLineEdit
) -> None:
    entered: list[int] = []
    field.returnPressed.connect(lambda: entered.append(1))

    type_text(field.window(), "12")
    qtbot.wait(60)
    key(field.window(), Qt.Key.Key_Backspace)
    key(field.window(), Qt.Key.Key_Return)

    assert field.text() == "1"
    assert entered == [1]


def test_keys_sent_straight_to_a_widget_are_seen_too(
    wedge_filter: WedgeFilter, field: QLineEdit
) -> None:
    codes = heard(wedge_filter)

    QTest.keyClicks(field, EAN)
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert codes == [EAN]
    assert field.text() == ""


def test_a_paste_by_keyboard_still_works(
    qtbot: QtBot, wedge_filter: WedgeFilter, field: QLineEdit
) -> None:
    QApplication.clipboard().setText("8594031")

    QTest.keyClick(field.window().windowHandle(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(lambda: field.text() == "8594031")


def test_held_keys_of_a_closed_window_go_nowhere(qtbot: QtBot, wedge_filter: WedgeFilter) -> None:
    window = QWidget()
    window.show()
    qtbot.waitExposed(window)
    key(window, "8")

    window.close()
    window.deleteLater()
    qtbot.wait(120)

    assert wedge_filter._decoder.deadline_ms() is None


def test_it_tells_hands_on_keys_from_fingers_on_glass(
    wedge_filter: WedgeFilter, field: QLineEdit
) -> None:
    changes: list[bool] = []
    wedge_filter.keyboard_used.connect(changes.append)

    wedge(field.window(), EAN)
    key(field.window(), Qt.Key.Key_F1)
    key(field.window(), Qt.Key.Key_F1)
    tap(field)

    assert changes == [True, False]


def test_idle_time_starts_anew_with_every_touch(
    qtbot: QtBot, wedge_filter: WedgeFilter, field: QLineEdit
) -> None:
    qtbot.wait(60)
    before = wedge_filter.idle_ms()

    tap(field)

    assert before >= 50
    assert wedge_filter.idle_ms() < before
