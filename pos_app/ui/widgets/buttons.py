"""The touch button: six kinds, painted from tokens, pressed at once, never fired twice by accident."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QElapsedTimer, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from pos_app.ui.icons import pixmap
from pos_app.ui.theme import color, font, theme
from pos_app.ui.tokens import SIZES, TIMES, ThemeName
from pos_app.ui.units import u
from pos_app.ui.widgets.explain import say


class Kind(StrEnum):
    PAY = "pay"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"
    DANGER = "danger"
    CHIP = "chip"


# kind: fill, ink, border, pressed fill, pressed ink
_INKS: Final = {
    Kind.PAY: ("go", "on_go", "go", "go_pressed", "on_go"),
    Kind.PRIMARY: ("primary", "on_primary", "primary", "primary_pressed", "on_primary"),
    Kind.SECONDARY: ("surface", "text", "control", "selected", "text"),
    Kind.QUIET: ("", "primary", "", "selected", "text"),
    Kind.DANGER: ("surface", "danger", "danger", "danger_pressed", "on_danger"),
    Kind.CHIP: ("surface", "text", "control", "selected", "text"),
}
_TYPES: Final = {Kind.PAY: "action", Kind.PRIMARY: "action"}
# kind: width and height at least, in u
_AT_LEAST: Final = {
    Kind.PAY: ("pay_wide", "pay"),
    Kind.PRIMARY: ("button_wide", "pay"),
    Kind.DANGER: ("danger_wide", "standard"),
    Kind.QUIET: ("floor", "floor"),
    Kind.CHIP: ("button_wide", "standard"),
}


@dataclass(frozen=True, slots=True)
class Face:
    """How a pressable box looks now, in tokens; an empty token paints nothing."""

    fill: str
    ink: str
    border: str
    line: str = "line_control"
    dashed: bool = False
    shift: bool = False


def paint_box(painter: QPainter, rect: QRect, face: Face, radius: int) -> None:
    """A rounded box whose border lies wholly inside the rectangle."""
    line = u(SIZES[face.line])
    half = line / 2
    painter.setBrush(color(face.fill) if face.fill else Qt.BrushStyle.NoBrush)
    if face.border:
        style = Qt.PenStyle.DashLine if face.dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(color(face.border), line, style))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), radius, radius)


class TouchButton(QPushButton):
    """Connect `tapped`, not `clicked`: it keeps the double-tap guard and the reason of a refusal.

    A button that is not available stays tappable and emits `refused` with the reason; the window's
    toast shows it.
    """

    tapped = Signal()
    refused = Signal(str)

    def __init__(
        self,
        text: str = "",
        kind: Kind = Kind.SECONDARY,
        icon: str = "",
        parent: QWidget | None = None,
        *,
        type_: str = "",
        on_press: bool = False,
        repeats: bool = False,
        leading: bool = False,
    ) -> None:
        """`on_press` fires at finger down (number pads); `repeats` switches the double-tap guard off.

        `type_` is another text size than the kind's; `leading` starts the text at the edge, as a field.
        """
        super().__init__(text, parent)
        self._kind, self._icon, self._type = kind, icon, type_
        self._leading, self._icon_side = leading, "icon"
        self._on_press, self._repeats = on_press, repeats or kind is Kind.CHIP
        self._reason = ""
        self._key_hint = ""
        self._ink = ""
        self._busy_text = ""
        self._shown_down = False
        self._since_tap = QElapsedTimer()
        self._release = QTimer(self, singleShot=True, interval=TIMES["pressed_at_least"])
        self._release.timeout.connect(self._show_up)
        self.setCheckable(kind is Kind.CHIP)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, False)
        self.setAccessibleName(text)
        self.pressed.connect(self._pressed)
        self.released.connect(self._released)
        if not on_press:
            self.clicked.connect(self._fire)

    @property
    def kind(self) -> Kind:
        return self._kind

    @property
    def reason(self) -> str:
        """Why it is not available; empty when it is."""
        return self._reason

    def set_text(self, text: str, accessible: str = "") -> None:
        if text != self.text():
            self.setText(text)
        self.setAccessibleName(accessible or text)

    def set_icon(self, name: str, size: str = "icon") -> None:
        """`size` is one of the icon sizes of the tokens."""
        self._icon, self._icon_side = name, size
        self.updateGeometry()
        self.update()

    def set_ink(self, token: str) -> None:
        """Another colour of text and icon at rest; empty goes back to the kind's own."""
        self._ink = token
        self.update()

    def set_key_hint(self, key: str) -> None:
        """The key that does the same, small behind the text; empty hides it."""
        if key == self._key_hint:
            return
        self._key_hint = key
        self.updateGeometry()
        self.update()

    def set_available(self, available: bool, reason: str = "") -> None:
        """Not available = greyed, still tappable, and the tap says why."""
        self._reason = "" if available else (reason or self.tr("Not possible now"))
        self.setAccessibleDescription(self._reason)
        self.update()

    def set_busy(self, text: str) -> None:
        """Show "Sending…" and swallow taps; an empty text ends it. The width does not change."""
        self._busy_text = text
        self.update()

    def fire(self) -> None:
        """As if tapped: what a key bound to this button calls."""
        self._pressed_look()
        self._fire()

    def _fire(self) -> None:
        if self._busy_text:
            return
        if self._reason:
            self.refused.emit(self._reason)
            say(self, self._reason, icon="info")
            return
        recent = self._since_tap.isValid() and self._since_tap.elapsed() < TIMES["double_tap"]
        if recent and not self._repeats:
            return
        self._since_tap.start()
        self.tapped.emit()

    def _pressed(self) -> None:
        self._shown_down = True
        self._release.start()
        # the pressed look must be there within 50 ms, whatever the handler does next
        self.repaint()
        if self._on_press:
            self._fire()

    def _pressed_look(self) -> None:
        self._shown_down = True
        self._release.start()
        self.update()

    def _released(self) -> None:
        if not self._release.isActive():
            self._show_up()

    def _show_up(self) -> None:
        if not self.isDown():
            self._shown_down = False
            self.update()

    def _face(self) -> Face:
        if self._kind is Kind.CHIP and self.isChecked():
            fill, ink, border = "selected", "text", "primary"
            pressed_fill, pressed_ink = "selected", "text"
        else:
            fill, ink, border, pressed_fill, pressed_ink = _INKS[self._kind]
        if self._reason:
            return Face(
                "" if self._kind is Kind.QUIET else "surface", "disabled", "disabled", dashed=True
            )
        if not self._shown_down:
            return Face(fill, self._ink or ink, border)
        if theme().look.name is ThemeName.CONTRAST:
            # inverted: the colours are too few to show a press by shade
            return Face(ink, fill or "surface", "focus", "line_contrast", shift=True)
        return Face(pressed_fill, pressed_ink, "focus", "line_pressed", shift=True)

    def _text_font(self) -> QFont:
        return font(self._type or _TYPES.get(self._kind, "strong"))

    def _icon_name(self) -> str:
        return "tick" if self._kind is Kind.CHIP and self.isChecked() else self._icon

    def _side(self) -> int:
        """Pixels between the border and the content."""
        if self._on_press:
            return u(4)
        return u(12 if self._kind is Kind.QUIET else 16)

    def _extras(self) -> int:
        """Pixels beside the text: paddings, icon, key hint."""
        extra = 2 * self._side()
        if self._icon_name() or self._kind is Kind.CHIP:
            extra += u(SIZES[self._icon_side]) + (u(8) if self.text() else 0)
        return extra + self._extras_hint()

    def _at_least(self) -> QSize:
        wide, tall = _AT_LEAST.get(self._kind, ("button_wide", "standard"))
        if not self.text():
            wide = tall
        return QSize(u(SIZES[wide]), u(SIZES[tall]))

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._text_font()).horizontalAdvance(self.text()) + self._extras()
        return self._at_least().expandedTo(QSize(width + 1, 0))

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetrics(self._text_font())
        width = two_line_width(self.text(), metrics) + self._extras()
        return self._at_least().expandedTo(QSize(width + 1, 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        face = self._face()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = u(SIZES["radius_chip" if self._kind is Kind.CHIP else "radius"])
        paint_box(painter, self.rect(), face, radius)
        inner = self.rect().translated(0, u(SIZES["press_shift"]) if face.shift else 0)
        self._paint_content(painter, inner, color(face.ink))

    def _paint_content(self, painter: QPainter, box: QRect, ink: QColor) -> None:
        text = self._busy_text or self.text()
        pad = self._side()
        box = box.adjusted(pad if text else 0, 0, -pad if text else 0, 0)
        metrics = QFontMetrics(self._text_font())
        name = self._icon_name()
        icon_side = u(SIZES[self._icon_side]) if name else 0
        icon_room = icon_side + (u(8) if name and text else 0)
        hint_room = self._extras_hint()
        room = box.width() - icon_room - hint_room
        one_line = metrics.horizontalAdvance(text)
        # one pixel more than measured: rounding must not break a text that fits
        text_width = min(one_line + 1, room)
        spare = box.width() - icon_room - text_width - hint_room
        start = box.left() + (0 if self._leading else spare // 2)
        rects = [
            QRect(start, box.top(), icon_side, box.height()),
            QRect(start + icon_room, box.top(), text_width, box.height()),
            QRect(box.right() + 1 - hint_room, box.top(), hint_room, box.height())
            if self._leading
            else QRect(start + icon_room + text_width, box.top(), hint_room, box.height()),
        ]
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            rects = [_flipped(rect, self.rect()) for rect in rects]
        if name:
            picture = pixmap(name, ink, icon_side, self.devicePixelRatioF())
            painter.drawPixmap(rects[0].left(), box.center().y() - icon_side // 2 + 1, picture)
        painter.setPen(ink)
        painter.setFont(self._text_font())
        # wrapping breaks at rounded widths: a text that fits must not be wrapped at all
        wraps = Qt.TextFlag.TextWordWrap if one_line > room else Qt.TextFlag.TextSingleLine
        painter.drawText(rects[1], Qt.AlignmentFlag.AlignCenter | wraps, text)
        if hint_room:
            painter.setFont(font("label"))
            trailing = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(rects[2], trailing, self._key_hint)

    def _extras_hint(self) -> int:
        if not self._key_hint:
            return 0
        return QFontMetrics(font("label")).horizontalAdvance(self._key_hint) + u(10)


def two_line_width(text: str, metrics: QFontMetrics) -> int:
    """The least width in which a text stands on at most two lines."""
    words = text.split(" ")
    if len(words) == 1:
        return metrics.horizontalAdvance(text)
    return min(
        max(
            metrics.horizontalAdvance(" ".join(words[:cut])),
            metrics.horizontalAdvance(" ".join(words[cut:])),
        )
        for cut in range(1, len(words) + 1)
    )


def _flipped(rect: QRect, inside: QRect) -> QRect:
    flipped = QRect(rect)
    flipped.moveRight(inside.right() - rect.left() + inside.left())
    return flipped
