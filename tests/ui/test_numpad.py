"""The number pad by finger and by hardware keys."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.screen import Screen
from pos_app.ui.widgets.numpad import BACKSPACE, CLEAR, ENTER, Digits, NumberPad, PadOrder
from tests.ui.press import key, tap


class Heard(QWidget):
    """A window with a pad; everything the pad says, in order."""

    def __init__(self, pad: NumberPad) -> None:
        super().__init__()
        self.words: list[str] = []
        QVBoxLayout(self).addWidget(pad)
        pad.typed.connect(self.words.append)
        pad.erased.connect(lambda: self.words.append("erase"))
        pad.cleared.connect(lambda: self.words.append("clear"))
        pad.entered.connect(lambda: self.words.append("enter"))


def shown(qtbot: QtBot, pad: NumberPad) -> Heard:
    window = Heard(pad)
    qtbot.addWidget(window)
    window.show()
    return window


def test_fingers_type_digits_double_zero_and_erase(qtbot: QtBot) -> None:
    pad = NumberPad(enter_text="Next")
    window = shown(qtbot, pad)

    for name in ("1", "2", "00", BACKSPACE, ENTER):
        tap(pad.key(name))

    assert window.words == ["1", "2", "00", "erase", "enter"]


def test_the_same_key_twice_is_two_digits(qtbot: QtBot) -> None:
    pad = NumberPad()
    window = shown(qtbot, pad)

    tap(pad.key("5"))
    tap(pad.key("5"))

    assert window.words == ["5", "5"]


def test_amounts_have_seven_on_top_and_pins_have_one(qtbot: QtBot) -> None:
    amounts, pins = NumberPad(), NumberPad(PadOrder.PIN)
    shown(qtbot, amounts)
    shown(qtbot, pins)

    assert amounts.key("7").y() < amounts.key("1").y()
    assert pins.key("1").y() < pins.key("7").y()
    assert pins.key(CLEAR).x() < pins.key("0").x() < pins.key(BACKSPACE).x()


def test_the_pad_is_never_mirrored(qtbot: QtBot) -> None:
    pad = NumberPad()
    window = shown(qtbot, pad)

    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)

    assert pad.key("7").x() < pad.key("9").x()


def test_keys_are_twenty_millimetres(qtbot: QtBot) -> None:
    pad, pins = NumberPad(), NumberPad(PadOrder.PIN)
    shown(qtbot, pad)
    shown(qtbot, pins)

    assert (pad.key("7").width(), pad.key("7").height()) == (80, 80)
    assert (pins.key("7").width(), pins.key("7").height()) == (96, 80)


def test_hardware_digits_reach_the_pad_of_a_screen_without_a_field(qtbot: QtBot) -> None:
    screen = Screen()
    pad = screen.pad = NumberPad(enter_text="Next")
    QVBoxLayout(screen).addWidget(pad)
    words: list[str] = []
    pad.typed.connect(words.append)
    pad.erased.connect(lambda: words.append("erase"))
    pad.entered.connect(lambda: words.append("enter"))
    qtbot.addWidget(screen)
    screen.show()
    screen.enter()

    for which in ("4", "2", Qt.Key.Key_Backspace, Qt.Key.Key_Return):
        key(screen, which)

    assert words == ["4", "2", "erase", "enter"]


def test_digits_of_the_keypad_block_count_too(qtbot: QtBot) -> None:
    screen = Screen()
    pad = screen.pad = NumberPad()
    QVBoxLayout(screen).addWidget(pad)
    words: list[str] = []
    pad.typed.connect(words.append)
    qtbot.addWidget(screen)
    screen.show()
    screen.enter()

    QTest.keyClick(screen.windowHandle(), Qt.Key.Key_7, Qt.KeyboardModifier.KeypadModifier)

    assert words == ["7"]


def test_typing_1250_is_twelve_fifty() -> None:
    digits = Digits()
    for digit in "1250":
        digits.add(digit)

    assert digits.value == 1250


def test_leading_zeros_are_nothing_and_too_long_is_refused() -> None:
    digits = Digits(most=4)

    assert digits.add("00")
    assert digits.is_empty
    assert digits.add("1234")
    assert not digits.add("00")
    digits.erase()
    assert digits.value == 123
