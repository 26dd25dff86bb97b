"""What a printed document is made of, whatever device prints it."""

from dataclasses import dataclass
from enum import StrEnum


class Align(StrEnum):
    START = "left"
    CENTER = "center"
    END = "right"


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph; the renderer wraps it at word ends. `scale` 1 or 2 is a whole multiple."""

    text: str
    align: Align = Align.START
    bold: bool = False
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Columns:
    """Two texts on one line, the second at the right edge; the first wraps, the second never."""

    start: str
    end: str
    bold: bool = False
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""

    char: str = "-"


@dataclass(frozen=True, slots=True)
class Feed:
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture (PNG bytes) as wide as the paper at most, in black and white."""

    png: bytes


@dataclass(frozen=True, slots=True)
class QrCode:
    data: str
    module_size: int = 5


@dataclass(frozen=True, slots=True)
class Barcode:
    """Code 128."""

    data: str


@dataclass(frozen=True, slots=True)
class Cut:
    pass


@dataclass(frozen=True, slots=True)
class DrawerPulse:
    """Opens the cash drawer wired to the printer (pin 2 or 5)."""

    pin: int = 2


Block = Text | Columns | Rule | Feed | Logo | QrCode | Barcode | Cut | DrawerPulse


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks in print order. `title` names the job for people: Receipt 014-2-000123."""

    title: str
    blocks: tuple[Block, ...]
