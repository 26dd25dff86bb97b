"""The table of actions and the keys that call them."""

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from pos_app.ui.actions import ACTIONS, KeyMap, key_of, label, spoken

NONE = Qt.KeyboardModifier.NoModifier
SHARED = {"Return", "F12", ""}  # one screen each: PAY or CARD; each screen has its own Enter


def press(
    which: Qt.Key, text: str = "", modifiers: Qt.KeyboardModifier = NONE, repeat: bool = False
) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, which, modifiers, text, repeat)


def test_no_two_actions_share_a_key_by_accident() -> None:
    keys = Counter(action.key for action in ACTIONS.values())

    assert [key for key, count in keys.items() if count > 1 and key not in SHARED] == []


@pytest.mark.parametrize("number", range(1, 13))
def test_every_function_key_does_something(number: int) -> None:
    assert f"F{number}" in {action.key for action in ACTIONS.values()}


@pytest.mark.parametrize("action_id", ACTIONS)
def test_every_action_has_a_label_and_a_name_to_be_read_aloud(action_id: str) -> None:
    assert label(action_id)
    assert spoken(action_id)


def test_no_single_letter_is_a_shortcut() -> None:
    assert [a.id for a in ACTIONS.values() if len(a.key) == 1 and a.key.isalnum()] == []


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (press(Qt.Key.Key_F12), "F12"),
        (press(Qt.Key.Key_Enter, "\r", Qt.KeyboardModifier.KeypadModifier), "Return"),
        (press(Qt.Key.Key_Return, "\r"), "Return"),
        (press(Qt.Key.Key_Plus, "+", Qt.KeyboardModifier.ShiftModifier), "+"),
        (press(Qt.Key.Key_Minus, "-", Qt.KeyboardModifier.KeypadModifier), "-"),
        (press(Qt.Key.Key_F, "\x06", Qt.KeyboardModifier.ControlModifier), "Ctrl+F"),
        (press(Qt.Key.Key_Escape), "Esc"),
        (press(Qt.Key.Key_Delete), "Del"),
    ],
)
def test_a_key_is_named_as_in_the_table(event: QKeyEvent, name: str) -> None:
    assert key_of(event) == name


def test_a_bound_key_calls_its_action_and_another_passes() -> None:
    keys, done = KeyMap(), []
    keys.bind("pay", lambda: done.append("pay"))

    assert keys.take(press(Qt.Key.Key_F12))
    assert not keys.take(press(Qt.Key.Key_F7))
    assert done == ["pay"]


def test_holding_a_key_down_pays_once_but_counts_on() -> None:
    keys, done = KeyMap(), []
    keys.bind("pay", lambda: done.append("pay"))
    keys.bind("more_of_it", lambda: done.append("+"))

    for repeat in (False, True, True):
        keys.take(press(Qt.Key.Key_F12, repeat=repeat))
        keys.take(press(Qt.Key.Key_Plus, "+", repeat=repeat))

    assert Counter(done) == {"pay": 1, "+": 3}


def test_an_action_that_is_not_in_the_table_cannot_be_bound() -> None:
    with pytest.raises(KeyError):
        KeyMap().bind("dance", lambda: None)
