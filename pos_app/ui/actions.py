"""Every action a person can ask for: id, label, key, right and accessible name in one table.

Keys are matched on key events that nothing inside took, not by QShortcut: the wedge filter holds
keys back and sends them again, and a shortcut would not see them the second time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from pos_app.domain.staff import Right

_CONTEXT: Final = "Action"


@dataclass(frozen=True, slots=True)
class Action:
    """`label` is what a button says, `spoken` what a screen reader says when that is not enough."""

    id: str
    label: str
    key: str = ""
    icon: str = ""
    right: Right | None = None
    spoken: str = ""


def _say(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Action", text))


_TABLE: Final = (
    Action("sell", _say("Sell"), "F1", "sell", Right.SELL, _say("Go to the sale in progress")),
    Action("pickups", _say("Pickups"), "F2", "pickup"),
    Action("returns", _say("Returns"), "F3", "returns"),
    Action("stock", _say("Stock"), "F4", "stock", None, _say("Stock look-up")),
    Action("customers", _say("Customers"), "F5", "customers"),
    Action("customer", _say("Customer"), "F6", "person", None, _say("Attach a customer")),
    Action("discount", _say("Discount"), "F7", "discount", Right.DISCOUNT),
    Action("hold", _say("Hold"), "F8", "hold", Right.SELL, _say("Hold this sale or recall one")),
    Action("cash", _say("Cash"), "F9", "cash"),
    Action("devices", _say("Devices"), "F10", "more", None, _say("Sync and devices")),
    Action("lock", _say("Lock"), "F11", "lock", None, _say("Lock the till")),
    Action("pay", _say("PAY"), "F12", "", Right.SELL, _say("Go to payment")),
    Action("card", _say("CARD"), "F12", "card", Right.SELL, _say("Take the amount by card")),
    Action("exact", _say("Exact cash"), "", "cash", Right.SELL),
    Action("new_sale", _say("NEW SALE"), "Return", "", Right.SELL),
    Action("confirm", _say("Confirm"), "Return"),
    Action("back", _say("Back"), "Esc", "back", None, _say("One step back")),
    Action("search", _say("Search"), "Ctrl+F", "search"),
    Action("search_slash", _say("Search"), "/", "search"),
    Action("quantity", _say("Quantity"), "*"),
    Action("more_of_it", _say("One more"), "+", "plus"),
    Action("less_of_it", _say("One less"), "-", "minus"),
    Action("remove_line", _say("Remove"), "Del", "trash", None, _say("Remove the line")),
    Action("line_up", _say("Line above"), "Up", "up"),
    Action("line_down", _say("Line below"), "Down", "down"),
    Action("void", _say("Void sale"), "", "trash", Right.VOID_BASKET),
    Action("open_shift", _say("Start selling"), "Return", "", Right.OPEN_SHIFT),
    Action("open_drawer", _say("Open drawer"), "", "drawer", Right.OPEN_DRAWER),
    Action("print_again", _say("Print again"), "", "printer"),
    Action("sync_now", _say("Sync now"), "", "refresh"),
    Action("theme", _say("Theme"), "", "contrast", None, _say("Light, dark or high contrast")),
    Action("text_larger", _say("A+"), "", "", None, _say("Larger text")),
    Action("text_smaller", _say("A−"), "", "", None, _say("Smaller text")),
    Action("left_handed", _say("Left-handed"), "", "swap", None, _say("Swap the sides")),
)

ACTIONS: Final = {action.id: action for action in _TABLE}
_REPEATING: Final = frozenset({"more_of_it", "less_of_it", "line_up", "line_down"})


def label(action_id: str) -> str:
    """What its button says, in the person's language."""
    return QCoreApplication.translate(_CONTEXT, ACTIONS[action_id].label)


def spoken(action_id: str) -> str:
    """Its accessible name."""
    action = ACTIONS[action_id]
    return QCoreApplication.translate(_CONTEXT, action.spoken or action.label)


def key_of(event: QKeyEvent) -> str:
    """The key as the table writes it, whatever keypad or layout it came from."""
    key = event.key()
    if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
        return "Return"
    control = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    if event.text() in {"+", "-", "*", "/"} and not event.modifiers() & control:
        return event.text()
    keypad = Qt.KeyboardModifier.KeypadModifier
    combination = QKeySequence(event.keyCombination().key() | (event.modifiers() & ~keypad))
    return combination.toString(QKeySequence.SequenceFormat.PortableText)


class KeyMap:
    """The actions one screen, sheet or window answers to, and what they do."""

    def __init__(self) -> None:
        self._slots: dict[str, Callable[[], object]] = {}

    def bind(self, action_id: str, slot: Callable[[], object]) -> None:
        """The key of the action calls this; an id that is not in the table is a KeyError."""
        self._slots[ACTIONS[action_id].id] = slot

    def ids(self) -> tuple[str, ...]:
        return tuple(self._slots)

    def take(self, event: QKeyEvent) -> bool:
        """Run the action of this key press; False when no bound action has the key."""
        key = key_of(event)
        for action_id, slot in self._slots.items():
            if key and ACTIONS[action_id].key == key:
                if not event.isAutoRepeat() or action_id in _REPEATING:
                    slot()
                event.accept()
                return True
        return False
