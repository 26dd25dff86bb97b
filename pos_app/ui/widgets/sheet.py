"""A sheet over the main area: choose or fill in something optional; the basket stays visible."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from pos_app.ui.actions import KeyMap
from pos_app.ui.theme import color
from pos_app.ui.tokens import SCRIM_ALPHA, SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.action_bar import ActionBar
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.numpad import NumberPad
from pos_app.ui.widgets.text import TextLabel

COVERED: Final = "covered_below"
"""Property of a window: pixels at its bottom that the on-screen keyboard covers."""
_MOVES: Final = frozenset({QEvent.Type.Resize, QEvent.Type.DynamicPropertyChange})
_PLACE_KEYS: Final = frozenset({Qt.Key.Key_F1, Qt.Key.Key_F10, Qt.Key.Key_F11})


class Sheet(QWidget):
    """Covers `over` and stands in its middle. Add content to `body` and buttons to `bar`.

    Esc and the close button end it with `closed`; scans go on to the screen below.
    """

    closed = Signal()

    def __init__(self, over: QWidget, title: str, *, wide: int = SIZES["sheet_wide"]) -> None:
        super().__init__(over)
        self._over, self._wide = over, wide
        self._back_to: QWidget | None = None
        self.pad: NumberPad | None = None
        self.keys = KeyMap()
        self.keys.bind("back", self.close_sheet)
        self.setProperty("sink", True)
        # a tap on a chip or beside it must not hand the keyboard to the screen below
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(title)
        self.card = QFrame(self)
        self.card.setProperty("pane", "sheet")
        self.title = TextLabel(title, "title")
        self.close_button = TouchButton("", Kind.QUIET, "close")
        self.close_button.setAccessibleName(self.tr("Close"))
        self.close_button.tapped.connect(self.close_sheet)
        self.bar = ActionBar()
        self.bar.hide()
        self._build()
        over.installEventFilter(self)
        self.hide()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(u(24), u(8), u(8), u(8))
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(u(24), 0, u(24), u(24))
        self.body.setSpacing(u(16))
        column = QVBoxLayout(self.card)
        column.setContentsMargins(u(2), u(2), u(2), u(2))
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(self.body, 1)
        column.addWidget(self.bar)

    def bind(self, action_id: str, slot: Callable[[], object]) -> None:
        """The key of an action calls this while the sheet is in front."""
        self.keys.bind(action_id, slot)

    def open(self, focus: QWidget | None = None) -> None:
        """Show it; focus goes to the given widget, else to the sheet itself (no caret)."""
        window = self._over.window()
        self._back_to = window.focusWidget()
        window.installEventFilter(self)
        self.bar.setVisible(not self.bar.is_empty)
        self._place()
        self.show()
        self.raise_()
        (focus or self).setFocus(Qt.FocusReason.OtherFocusReason)

    def close_sheet(self) -> None:
        """Hide it and give the focus back; `closed` tells the owner."""
        if self.isHidden():
            return
        self.hide()
        self._over.window().removeEventFilter(self)
        if self._back_to is not None and isValid(self._back_to) and self._back_to.isVisible():
            self._back_to.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def _free_area(self) -> QRect:
        """The area without what the on-screen keyboard covers."""
        area, window = self._over.rect(), self._over.window()
        covered = int(window.property(COVERED) or 0)
        top = self._over.mapTo(window, QPoint(0, 0)).y()
        area.setHeight(min(area.height(), window.height() - covered - top))
        return area

    def _place(self) -> None:
        self.setGeometry(self._over.rect())
        area = self._free_area()
        layout = self.card.layout()
        if layout is not None:
            # what changed while the sheet was hidden has not reached the layout's cached sizes
            layout.activate()
        edge = u(8)
        hint = self.card.sizeHint().expandedTo(self.card.minimumSizeHint())
        width = min(max(u(self._wide), hint.width()), area.width() - 2 * edge)
        height = min(max(hint.height(), self.card.heightForWidth(width)), area.height() - 2 * edge)
        window = self._over.window()
        if window.height() > window.width():
            # portrait: a bottom sheet, within reach
            self.card.setGeometry(0, area.height() - height, area.width(), height)
            return
        left = (area.width() - width) // 2
        self.card.setGeometry(left, (area.height() - height) // 2, width, height)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays inside."""
        return keep_focus_inside(self, forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.pad is not None and self.pad.isVisible() and self.pad.take_key(event):
            return
        if self.keys.take(event):
            return
        # only going to another place may pass; nothing below may be finished by a key
        event.setAccepted(event.key() not in _PLACE_KEYS)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Nothing below is touched."""
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_scrim(self, SCRIM_ALPHA // 2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # a window that is being taken apart still says that its property changed
        if event.type() in _MOVES and not self.isHidden() and isValid(self._over):
            self._place()
        return False


def paint_scrim(widget: QWidget, alpha: int) -> None:
    """Darken what lies below."""
    shade = QColor(color("scrim"))
    shade.setAlpha(alpha)
    painter = QPainter(widget)
    painter.fillRect(widget.rect(), shade)


def keep_focus_inside(scope: QWidget, forward: bool) -> bool:
    """Move focus to the next or previous child that takes it, in a circle."""
    stops = [
        child
        for child in _in_order(scope)
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible() and child.isEnabled()
    ]
    if not stops:
        return True
    now = scope.focusWidget()
    step = 1 if forward else -1
    here = stops.index(now) if now in stops else (-1 if forward else 0)
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    stops[(here + step) % len(stops)].setFocus(reason)
    return True


def _in_order(scope: QWidget) -> list[QWidget]:
    """Its children in the focus chain's order."""
    found, widget = [], scope.nextInFocusChain()
    while widget is not None and widget is not scope:
        if scope.isAncestorOf(widget):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found
