"""A number keyed by finger or keyboard: the well that shows it and the pad under it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QRect, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.ui.delegates.ink import Align, Canvas, Ink
from pos_app.ui.layout import Metrics
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.numpad import Digits, NumberPad

_TALL: Final = 80
_FACES: Final = ("amount", "total", "pad", "title")


class EntryWell(QWidget):
    """Shows what was keyed, as large as fits. `soft` is a proposal that typing replaces."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ink = Ink(self)
        self._text, self._soft = "", True
        self.setFixedHeight(u(_TALL))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str, *, soft: bool) -> None:
        self._text, self._soft = text, soft
        self.setAccessibleDescription(text)
        self.update()

    @property
    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(u(3 * SIZES["key"] + 16), u(_TALL))

    def paintEvent(self, event: QPaintEvent) -> None:
        canvas = Canvas(self._ink, QPainter(self), self.rect(), self.layoutDirection())
        canvas.frame(self.rect(), "sunken", "control" if self._soft else "primary", "line_control")
        box = self.rect().adjusted(u(12), 0, -u(12), 0)
        face = next(
            (it for it in _FACES if self._ink.width(self._text, it) <= box.width()), "title"
        )
        canvas.text(QRect(box), self._text, face, "text2" if self._soft else "text", Align.END)


class Keyed(QObject):
    """A value being keyed: the well shows it, the pad changes it. `write` makes the text of a value."""

    changed = Signal()
    entered = Signal()

    def __init__(
        self, write: Callable[[int], str], *, most: int = 9, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._write = write
        self._digits = Digits(most)
        self._proposal: int | None = None
        self.well = EntryWell()
        self.pad = NumberPad()
        self.pad.typed.connect(self._type)
        self.pad.erased.connect(self._erase)
        self.pad.cleared.connect(self.clear)
        self.pad.entered.connect(self.entered)
        self._show()

    @property
    def value(self) -> int:
        """What was keyed, else what is proposed."""
        if self._digits.is_empty and self._proposal is not None:
            return self._proposal
        return self._digits.value

    @property
    def is_keyed(self) -> bool:
        """A person has keyed something."""
        return not self._digits.is_empty

    def start(
        self, write: Callable[[int], str], proposal: int | None = None, most: int = 9
    ) -> None:
        """The digits mean something else from now on; the first one replaces the proposal."""
        self._write, self._proposal, self._digits = write, proposal, Digits(most)
        self._show()

    def propose(self, value: int | None) -> None:
        """Nothing keyed; a value that the first digit replaces."""
        self._proposal = value
        self._digits.clear()
        self._show()

    def clear(self) -> None:
        self._digits.clear()
        self._show()

    def set_metrics(self, metrics: Metrics) -> None:
        self.pad.set_key_size(metrics.key)

    def _type(self, digits: str) -> None:
        self._digits.add(digits)
        self._show()

    def _erase(self) -> None:
        self._digits.erase()
        self._show()

    def _show(self) -> None:
        self.well.show_text(self._write(self.value), soft=not self.is_keyed)
        self.changed.emit()
