"""Short news at the bottom of the area a screen gives it: at most two, never over total or PAY."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.tokens import TIMES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.icon_label import IconLabel
from pos_app.ui.widgets.text import TextLabel

_AT_MOST: Final = 2
_WIDE: Final = 560


class Toast(QFrame):
    """One piece of news; it stays while it is touched."""

    def __init__(
        self,
        text: str,
        icon: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
        stays_ms: int = 0,
    ) -> None:
        super().__init__()
        self.setProperty("pane", "toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._on_action = on_action
        self.text = text
        row = QHBoxLayout(self)
        row.setContentsMargins(u(16), u(8), u(8) if action else u(16), u(8))
        row.setSpacing(u(12))
        if icon:
            row.addWidget(IconLabel(icon, "surface", 24))
        words = TextLabel(text, "body", wraps=True)
        words.setMinimumHeight(u(40))
        row.addWidget(words, 1)
        if action:
            row.addWidget(self._button(action))
        self.setAccessibleName(text)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.dismiss)
        self._timer.start(stays_ms or TIMES["toast_undo" if action else "toast"])

    def dismiss(self) -> None:
        self.hide()
        self.deleteLater()

    def _button(self, action: str) -> TouchButton:
        button = TouchButton(action, Kind.SECONDARY)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.tapped.connect(self._act)
        return button

    def _act(self) -> None:
        self.dismiss()
        if self._on_action:
            self._on_action()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._timer.stop()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._timer.start(TIMES["toast"])


class ToastHost(QWidget):
    """Holds the toasts of a window, above everything but a blocking dialog. Takes no focus."""

    covers = Signal(int)
    """So many pixels at the bottom of its area are covered now; 0 when the last one is gone."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("pane", "clear")
        self._on_right = False
        self._area = QRect()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(u(8))
        self.hide()

    def say(
        self,
        text: str,
        *,
        icon: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
        stays_ms: int = 0,
    ) -> None:
        """Show news; the same text again starts its time anew, the oldest gives way to a third."""
        shown = self.toasts()
        for old in [toast for toast in shown if toast.text == text] or shown[: 1 - _AT_MOST]:
            old.dismiss()
        toast = Toast(text, icon, action, on_action, stays_ms)
        toast.destroyed.connect(self._place)
        self._column.addWidget(toast)
        self.show()
        # a layout shows what is added to it only later, and the place depends on it
        toast.show()
        self._place()
        self.raise_()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def toasts(self) -> list[Toast]:
        """Those on the screen, oldest first."""
        return [toast for toast in self.findChildren(Toast) if not toast.isHidden()]

    def clear(self) -> None:
        for toast in self.toasts():
            toast.dismiss()

    def set_place(self, area: QRect, *, on_right: bool) -> None:
        """The part of the window they stand at the bottom of, and its side: the weak one."""
        self._area, self._on_right = area, on_right
        self._place()

    def _place(self) -> None:
        toasts = self.toasts()
        if not toasts:
            self.hide()
            self.covers.emit(0)
            return
        area, edge = self._area, u(12)
        width = min(u(_WIDE), area.width() - 2 * edge)
        height = self._column.heightForWidth(width) if self._column.hasHeightForWidth() else 0
        height = max(height, self._column.sizeHint().height())
        left = area.right() - width - edge if self._on_right else area.left() + edge
        self.setGeometry(QRect(left, area.bottom() - edge - height, width, height))
        self.covers.emit(height + 2 * edge)
