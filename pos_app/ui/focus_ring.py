"""The ring outside the widget that has the keyboard: there after a key press, gone after a touch."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from pos_app.ui.theme import color
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u


class FocusRing(QWidget):
    """One for a window. Drawn outside with a gap, where it has at least 14 : 1 (ux.md 3.1).

    Widgets with the property `sink` take keys without being a control, and get no ring.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._target: QWidget | None = None
        self._by_keyboard = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    @property
    def target(self) -> QWidget | None:
        """The widget it stands around now."""
        return None if self.isHidden() else self._target

    @Slot(bool)
    def set_by_keyboard(self, by_keyboard: bool) -> None:
        """Connected to the wedge filter, which sees every key and touch first."""
        self._by_keyboard = by_keyboard
        self._show()

    @Slot(QWidget, QWidget)
    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._target is not None and isValid(self._target):
            self._target.removeEventFilter(self)
        self._target = now if now is not None and now.window() is self._window else None
        if self._target is not None:
            self._target.installEventFilter(self)
        self._show()

    def _show(self) -> None:
        target = self._target
        wanted = (
            self._by_keyboard
            and target is not None
            and target.isVisible()
            and target is not self._window
            and not target.property("sink")
        )
        if not wanted or target is None:
            self.hide()
            return
        reach = u(SIZES["ring"]) + u(SIZES["ring_gap"])
        corner = target.mapTo(self._window, QPoint(0, 0))
        around = QRect(corner, target.size()).adjusted(-reach, -reach, reach, reach)
        self.setGeometry(around)
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        line, gap = u(SIZES["ring"]), u(SIZES["ring_gap"])
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = u(SIZES["radius"]) + line + gap
        inner = line + gap / 2
        box = QRectF(self.rect())
        # the gap in the background's colour keeps the ring apart from a filled button
        painter.setPen(QPen(color("app"), gap))
        painter.drawRoundedRect(box.adjusted(inner, inner, -inner, -inner), radius, radius)
        painter.setPen(QPen(color("focus"), line))
        half = line / 2
        painter.drawRoundedRect(box.adjusted(half, half, -half, -half), radius, radius)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._show()
        return False


_MOVES = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide})
