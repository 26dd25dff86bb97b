"""The touch button under fingers and keys."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.theme import Look, theme
from pos_app.ui.tokens import TIMES, ThemeName
from pos_app.ui.widgets.buttons import Kind, TouchButton
from tests.ui.press import key, tap

LEFT = Qt.MouseButton.LeftButton


class Listener(QWidget):
    """A window that can be told things."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.box = QVBoxLayout(self)

    def say(self, text: str, **_rest: object) -> None:
        self.said.append(text)


def shown(qtbot: QtBot, button: TouchButton) -> tuple[Listener, list[str]]:
    window = Listener()
    window.box.addWidget(button)
    qtbot.addWidget(window)
    window.show()
    taps: list[str] = []
    button.tapped.connect(lambda: taps.append("tap"))
    return window, taps


def test_a_double_tap_counts_once(qtbot: QtBot) -> None:
    button = TouchButton("Pay", Kind.PAY)
    _window, taps = shown(qtbot, button)

    tap(button)
    tap(button)

    assert taps == ["tap"]


def test_a_tap_after_the_guard_counts_again(qtbot: QtBot) -> None:
    button = TouchButton("Hold")
    _window, taps = shown(qtbot, button)

    tap(button)
    qtbot.wait(TIMES["double_tap"] + 50)
    tap(button)

    assert taps == ["tap", "tap"]


def test_plus_and_minus_count_every_tap(qtbot: QtBot) -> None:
    button = TouchButton("", icon="plus", repeats=True)
    _window, taps = shown(qtbot, button)

    for _ in range(5):
        tap(button)

    assert len(taps) == 5


def test_sliding_off_before_release_does_nothing(qtbot: QtBot) -> None:
    button = TouchButton("Pay", Kind.PAY)
    _window, taps = shown(qtbot, button)

    QTest.mousePress(button, LEFT)
    QTest.mouseMove(button, QPoint(-40, -40))
    QTest.mouseRelease(button, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(-40, -40))

    assert taps == []


def test_a_pad_key_fires_when_the_finger_comes_down(qtbot: QtBot) -> None:
    button = TouchButton("7", on_press=True, repeats=True)
    _window, taps = shown(qtbot, button)

    QTest.mousePress(button, LEFT)

    assert taps == ["tap"]
    QTest.mouseRelease(button, LEFT)
    assert taps == ["tap"]


@pytest.mark.parametrize("name", ThemeName)
@pytest.mark.parametrize("kind", Kind)
def test_a_press_is_seen_in_every_theme(qtbot: QtBot, kind: Kind, name: ThemeName) -> None:
    theme().apply(Look(name))
    button = TouchButton("Discount", kind)
    _kept = shown(qtbot, button)
    at_rest = button.grab().toImage()

    QTest.mousePress(button, LEFT)

    assert button.grab().toImage() != at_rest
    QTest.mouseRelease(button, LEFT)


def test_the_pressed_look_stays_long_enough_to_be_seen(qtbot: QtBot) -> None:
    button = TouchButton("Hold")
    _kept = shown(qtbot, button)
    at_rest = button.grab().toImage()

    tap(button)

    assert button.grab().toImage() != at_rest
    qtbot.waitUntil(lambda: button.grab().toImage() == at_rest)


def test_an_unavailable_button_says_why(qtbot: QtBot) -> None:
    button = TouchButton("Discount")
    window, taps = shown(qtbot, button)
    button.set_available(False, "You may not give discounts.")

    tap(button)

    assert (taps, window.said) == ([], ["You may not give discounts."])
    assert button.accessibleDescription() == "You may not give discounts."


def test_a_busy_button_swallows_taps_and_keeps_its_width(qtbot: QtBot) -> None:
    button = TouchButton("Send to the server now")
    _window, taps = shown(qtbot, button)
    width = button.width()
    button.set_busy("Sending…")

    tap(button)

    assert taps == []
    assert button.width() == width


def test_space_presses_the_focused_button_and_enter_does_not(qtbot: QtBot) -> None:
    button = TouchButton("Hold")
    window, taps = shown(qtbot, button)
    button.setFocus()

    key(window, Qt.Key.Key_Return)
    key(window, Qt.Key.Key_Space)

    assert taps == ["tap"]


def test_a_chip_keeps_its_choice_with_a_tick_not_only_a_colour(qtbot: QtBot) -> None:
    chip = TouchButton("Damaged", Kind.CHIP)
    _kept = shown(qtbot, chip)

    tap(chip)

    assert chip.isChecked()
    assert chip._icon_name() == "tick"


@pytest.mark.parametrize(
    ("kind", "wide", "tall"),
    [
        (Kind.PAY, 320, 72),
        (Kind.PRIMARY, 96, 72),
        (Kind.SECONDARY, 96, 56),
        (Kind.QUIET, 48, 48),
        (Kind.DANGER, 120, 56),
        (Kind.CHIP, 96, 56),
    ],
)
def test_no_button_is_smaller_than_its_kind(kind: Kind, wide: int, tall: int) -> None:
    button = TouchButton("A", kind)

    assert button.minimumSizeHint().width() >= wide
    assert button.minimumSizeHint().height() >= tall
