"""A person on the sign-in screen: initials, name, role."""

from typing import Protocol

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from pos_app.ui.theme import color, font
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Face, Kind, TouchButton, paint_box


class StaffFace(Protocol):
    """What may be seen of a person before anybody is signed in."""

    @property
    def staff_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def pin_length(self) -> int: ...


def initials(name: str) -> str:
    """At most two letters: Jana Nováková is JN."""
    words = [word for word in name.replace(".", " ").split() if word]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


class StaffTile(TouchButton):
    """Chosen = filled, with a bar on the start edge."""

    def __init__(self, staff: StaffFace) -> None:
        super().__init__(staff.name, Kind.CHIP, type_="strong")
        self.staff = staff
        self.setAccessibleName(f"{staff.name}, {staff.role}")
        self.setFixedHeight(u(SIZES["tile_staff_tall"]))
        self.setMinimumWidth(u(SIZES["tile_staff_wide"]))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def nextCheckState(self) -> None:
        """The screen says who is chosen; a tap only asks."""

    def sizeHint(self) -> QSize:
        return QSize(u(SIZES["tile_staff_wide"]), u(SIZES["tile_staff_tall"]))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        down, chosen = self._shown_down, self.isChecked()
        fill = "selected" if down or chosen else "surface"
        border = "focus" if down else "primary" if chosen else "control"
        line = "line_pressed" if down else "line_control"
        paint_box(painter, self.rect(), Face(fill, "text", border, line), u(SIZES["radius"]))
        painter.translate(0, u(SIZES["press_shift"]) if down else 0)
        room = self.rect().adjusted(u(12), u(8), -u(10), -u(8))
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            room = self.rect().adjusted(u(10), u(8), -u(12), -u(8))
        disc = u(48)
        if room.width() >= disc + u(96):
            self._paint_disc(painter, room, disc)
            room.setLeft(room.left() + disc + u(12))
        self._paint_words(painter, room)

    def _paint_disc(self, painter: QPainter, room: QRect, side: int) -> None:
        disc = QRectF(room.left(), room.center().y() - side / 2 + 1, side, side)
        chosen = self.isChecked()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("primary" if chosen else "app"))
        painter.drawEllipse(disc)
        painter.setPen(color("on_primary" if chosen else "text2"))
        painter.setFont(font("strong"))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, initials(self.staff.name))

    def _paint_words(self, painter: QPainter, room: QRect) -> None:
        end = Qt.TextElideMode.ElideRight
        painter.setFont(font("strong"))
        name = painter.fontMetrics().elidedText(self.staff.name, end, room.width())
        tall = painter.fontMetrics().height()
        painter.setPen(color("text"))
        leading = Qt.AlignmentFlag.AlignLeading
        middle = room.center().y()
        above = QRect(room.left(), middle - tall, room.width(), tall)
        painter.drawText(above, leading | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(font("label"))
        painter.setPen(color("text2"))
        role = painter.fontMetrics().elidedText(self.staff.role, end, room.width())
        below = QRect(room.left(), middle + u(2), room.width(), painter.fontMetrics().height())
        painter.drawText(below, leading | Qt.AlignmentFlag.AlignVCenter, role)
