"""What every screen is: a place in the window's stack that takes keys, scans and a layout."""

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.actions import KeyMap
from pos_app.ui.layout import Metrics
from pos_app.ui.widgets.action_bar import ActionBar
from pos_app.ui.widgets.numpad import NumberPad


class Screen(QWidget):
    """The window shows `action_bar` below it and calls `enter`, `leave`, `set_metrics`, `scan`.

    The screen itself is the scan sink: a widget with focus and no caret. Keys nobody inside took
    go to its pad, then to its bound actions, then to the window.
    """

    has_rail: ClassVar[bool] = True
    needs_staff: ClassVar[bool] = True
    shows_basket: ClassVar[bool] = False
    """The basket, and what a scan led to, can be seen here: the window adds no toast and no chip."""
    shows_banner: ClassVar[bool] = True
    """A bad connection is told by a banner; without one the sign in the top bar must do."""
    rail_place: ClassVar[str] = ""
    """The place of the rail it belongs to, when that is not its own name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("pane", "app")
        self.setProperty("sink", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.action_bar = ActionBar()
        self.keys = KeyMap()
        self.pad: NumberPad | None = None

    def bind(self, action_id: str, slot: Callable[[], object]) -> None:
        """The key of an action of the table calls this while the screen is in front."""
        self.keys.bind(action_id, slot)

    def enter(self) -> None:
        """Now in front: show what is true and take the focus."""
        self.setFocus()

    def leave(self) -> None:
        """No longer in front."""

    def set_metrics(self, metrics: Metrics) -> None:
        """Arrange for this layout class and hand; called before the first paint and on change."""

    def toast_area(self) -> QRect:
        """Where on it news may stand, at the bottom of: clear of sums, sheets and pads."""
        return self.rect()

    def make_room(self, covered: int) -> None:
        """News covers so many pixels at the bottom of that area; 0 when it is gone."""

    def scan(self, raw: bytes | str, source: str) -> bool:
        """True when this screen has used the code itself; else it goes to the till."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.pad is not None and self.pad.isVisible() and self.pad.take_key(event):
            return
        if not self.keys.take(event):
            super().keyPressEvent(event)
