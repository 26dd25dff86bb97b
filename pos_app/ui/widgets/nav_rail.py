"""The rail of places: one tap to any of them, at the bottom in portrait."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from pos_app.ui.actions import ACTIONS, label, spoken
from pos_app.ui.icons import pixmap
from pos_app.ui.layout import Metrics
from pos_app.ui.theme import color, font
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Face, Kind, TouchButton, paint_box

PLACES: Final = ("sell", "pickups", "returns", "stock", "customers", "cash", "devices")
_NARROW: Final = 96
_ANY: Final = (1 << 24) - 1
"""QWIDGETSIZE_MAX: no limit."""


class RailButton(TouchButton):
    """Icon above a label of at most two lines; the place in front has a bar on its start edge."""

    def __init__(self, place: str) -> None:
        super().__init__(label(place), Kind.QUIET, ACTIONS[place].icon, type_="label")
        self.place = place
        self._along_bottom = self._on_right = self._shows_key = False
        self.setCheckable(True)
        self.setAccessibleName(spoken(place))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._badge = 0

    def set_badge(self, count: int) -> None:
        """How many wait there; 0 hides it."""
        self._badge = count
        self.update()

    def set_edge(self, *, along_bottom: bool, on_right: bool, shows_key: bool) -> None:
        """Where the rail stands, which says where the bar of the chosen place goes."""
        self._along_bottom, self._on_right = along_bottom, on_right
        self._shows_key = shows_key
        self.update()

    def nextCheckState(self) -> None:
        """The window says which place is in front, a tap only asks."""

    def sizeHint(self) -> QSize:
        return QSize(u(SIZES["standard"]), u(SIZES["row"]))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        if chosen or self._shown_down:
            painter.fillRect(self.rect(), color("selected"))
        if chosen:
            painter.fillRect(self._bar(), color("primary"))
        painter.translate(0, u(SIZES["press_shift"]) if self._shown_down else 0)
        self._paint_place(painter, "disabled" if self.reason else "text" if chosen else "text2")
        if self._shown_down:
            paint_box(painter, self.rect(), Face("", "text", "focus", "line_pressed"), 0)

    def _bar(self) -> QRect:
        """The mark of the place in front, on the edge of the window."""
        thick = u(SIZES["bar_selected"])
        if self._along_bottom:
            return QRect(0, self.height() - thick, self.width(), thick)
        left = self.width() - thick if self._on_right else 0
        return QRect(left, 0, thick, self.height())

    def _paint_place(self, painter: QPainter, ink: str) -> None:
        face = font("label_strong" if self.isChecked() else "label")
        painter.setFont(face)
        painter.setPen(color(ink))
        words = self.rect().adjusted(u(4), 0, -u(4), 0)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        text_tall = painter.fontMetrics().boundingRect(words, flags, self.text()).height()
        key_tall = painter.fontMetrics().height() if self._shows_key else 0
        side = u(SIZES["icon_large"])
        if side + u(2) + text_tall + key_tall > self.height():
            # a banner takes its 40 u from the rail too: the key goes before anything is cut
            key_tall = 0
        top = (self.height() - side - u(2) - text_tall - key_tall) // 2
        left = (self.width() - side) // 2
        icon_ink = "primary" if self.isChecked() and not self.reason else ink
        picture = pixmap(self._icon, color(icon_ink), side, self.devicePixelRatioF())
        painter.drawPixmap(left, top, picture)
        words.setTop(top + side + u(2))
        painter.drawText(words, flags, self.text())
        if key_tall:
            words.setTop(words.top() + text_tall)
            painter.setFont(font("label"))
            painter.setPen(color("disabled" if self.reason else "text2"))
            painter.drawText(words, flags, ACTIONS[self.place].key)
        if self._badge:
            self._paint_badge(painter, left + side, top)

    def _paint_badge(self, painter: QPainter, x: int, y: int) -> None:
        painter.setFont(font("label_strong"))
        text = str(self._badge)
        tall = painter.fontMetrics().height()
        wide = max(tall, painter.fontMetrics().horizontalAdvance(text) + u(10))
        box = QRect(x - tall // 2, y - u(4), wide, tall)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("primary"))
        painter.drawRoundedRect(box, tall / 2, tall / 2)
        painter.setPen(color("on_primary"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class NavRail(QWidget):
    """Every place stands there from the first day, in its final order; a missing one says so."""

    asked = Signal(str)
    """A place was tapped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("pane", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._buttons = {place: RailButton(place) for place in PLACES}
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        # the top bar's targets end 4 u above: together that is the least gap
        self._box.setContentsMargins(0, u(4), 0, 0)
        self._box.setSpacing(u(SIZES["edge"]))
        for place, button in self._buttons.items():
            button.tapped.connect(lambda place=place: self.asked.emit(place))
            self._box.addWidget(button)

    def button(self, place: str) -> RailButton:
        return self._buttons[place]

    def set_places(self, present: frozenset[str]) -> None:
        """Places without a screen stay where they are and say that they are not there yet."""
        for place, button in self._buttons.items():
            reason = self.tr("Not part of this version yet")
            button.set_available(place in present, "" if place in present else reason)

    def set_front(self, place: str) -> None:
        for name, button in self._buttons.items():
            button.setChecked(name == place)

    def set_metrics(self, metrics: Metrics) -> None:
        along = metrics.is_portrait
        directions = QBoxLayout.Direction
        across = directions.RightToLeft if metrics.mirrored else directions.LeftToRight
        self._box.setDirection(across if along else directions.TopToBottom)
        size = u(metrics.rail)
        self.setMinimumSize(0, 0)
        self.setMaximumSize(size if not along else _ANY, size if along else _ANY)
        self.setMinimumSize(0 if along else size, size if along else 0)
        for button in self._buttons.values():
            button.set_edge(
                along_bottom=along, on_right=metrics.mirrored, shows_key=metrics.rail > _NARROW
            )
