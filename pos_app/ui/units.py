"""From u to pixels. 1 u is a quarter of a millimetre on the real screen: pixels = u × scale.

There is one accessor and no module state: the `Units` in force hangs on the QApplication as a
property. It is set once before the first widget, because sizes are baked into layouts; a till
that is calibrated builds its window again. Text size, theme and hand change live.
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

PPI_AT_ONE: Final = 101.6
"""25.4 mm / 0.25 mm: the pixel density at which one u is one pixel."""
_STEP: Final = 0.05
_PROPERTY: Final = "omnitill_units"


@dataclass(frozen=True, slots=True)
class Units:
    """The scale of this till's screen."""

    scale: float = 1.0

    def u(self, size: float) -> int:
        """Pixels for a size in u; never 0 for a size above 0, so that no line disappears."""
        pixels = round(size * self.scale)
        return pixels if pixels or not size else 1

    def back(self, pixels: float) -> float:
        """The size in u of so many pixels."""
        return pixels / self.scale


def scale_for(ppi: float, width: int, height: int) -> float:
    """The scale of a screen (ux.md 3.2): rounded down to 0.05, 1 to 2, and so that all fits."""
    fits = min(width / 1020, height / 768) if width > height else width / 760
    wanted = min(ppi / PPI_AT_ONE, fits, 2.0)
    return max(1.0, int(wanted / _STEP + 1e-6) * _STEP)


def units() -> Units:
    """The units in force."""
    app = QCoreApplication.instance()
    found = app.property(_PROPERTY) if app else None
    return found if isinstance(found, Units) else Units()


def set_units(new: Units) -> None:
    """Before the first widget is made."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("units need a QApplication")
    app.setProperty(_PROPERTY, new)


def u(size: float) -> int:
    """Pixels for a size in u."""
    return units().u(size)
