"""Layout classes (ux.md 2.2): which of the four arrangements the window has, and its measures in u."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtWidgets import QBoxLayout

from pos_app.ui.units import units

_WIDE_FROM: Final = 1700
_STANDARD_FROM: Final = 1240


class LayoutClass(StrEnum):
    COMPACT = "compact"
    STANDARD = "standard"
    WIDE = "wide"
    PORTRAIT = "portrait"


@dataclass(frozen=True, slots=True)
class Metrics:
    """What a screen needs to arrange itself. Sizes in u; `mirrored` = hand XOR reading direction."""

    kind: LayoutClass
    width: float
    height: float
    rail: int
    basket: int
    main: int
    context: int
    pad: int
    key: int
    mirrored: bool

    @property
    def is_compact(self) -> bool:
        return self.kind is LayoutClass.COMPACT

    @property
    def has_room(self) -> bool:
        """Wide enough for key hints and long forms of texts in the bars."""
        return self.kind in {LayoutClass.STANDARD, LayoutClass.WIDE}

    @property
    def is_portrait(self) -> bool:
        return self.kind is LayoutClass.PORTRAIT


def kind_of(width: float, height: float) -> LayoutClass:
    """The class for an effective size in u."""
    if height > width:
        return LayoutClass.PORTRAIT
    if width >= _WIDE_FROM:
        return LayoutClass.WIDE
    return LayoutClass.STANDARD if width >= _STANDARD_FROM else LayoutClass.COMPACT


def metrics_for(width_px: int, height_px: int, *, mirrored: bool = False) -> Metrics:
    """The metrics of a window of so many pixels."""
    width, height = units().back(width_px), units().back(height_px)
    kind = kind_of(width, height)
    rail, basket, context, pad, key = {
        LayoutClass.COMPACT: (96, 400, 0, 8, 72),
        LayoutClass.STANDARD: (120, 472, 0, 12, 80),
        LayoutClass.WIDE: (120, 560, 360, 12, 80),
        LayoutClass.PORTRAIT: (96, 0, 0, 12, 80),
    }[kind]
    main = int(width) - basket - context - (0 if kind is LayoutClass.PORTRAIT else rail)
    return Metrics(kind, width, height, rail, basket, main, context, pad, key, mirrored)


def arrange(box: QBoxLayout, metrics: Metrics, *, stacks: bool = False) -> None:
    """Turn a row the right way round: mirrored for the left hand, stacked in portrait if asked."""
    if stacks and metrics.is_portrait:
        box.setDirection(QBoxLayout.Direction.TopToBottom)
    elif metrics.mirrored:
        box.setDirection(QBoxLayout.Direction.RightToLeft)
    else:
        box.setDirection(QBoxLayout.Direction.LeftToRight)
