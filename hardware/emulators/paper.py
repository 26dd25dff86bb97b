"""What came out of a printer: rows on paper, cuts and drawer pulses; as text and as a picture."""

import io
from dataclasses import dataclass, field
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

from hardware.raster import roboto

MARGIN = 24
ADVANCE = 24  # blank paper above the first row and below the last
CUT_DOTS = 32


@dataclass(frozen=True, slots=True)
class Style:
    font: str = "A"
    width: int = 1
    height: int = 1
    bold: bool = False
    underline: bool = False
    reverse: bool = False

    @property
    def cell(self) -> tuple[int, int]:
        width, height = (12, 24) if self.font == "A" else (9, 17)
        return width * self.width, height * self.height


@dataclass(frozen=True, slots=True)
class Cell:
    char: str
    style: Style


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; cells may be mixed with pictures printed in the line (`ESC *`)."""

    cells: tuple[Cell | Image.Image, ...]
    align: str
    feed: int

    @property
    def text(self) -> str:
        """As wide characters take two columns on paper, they are followed by blanks here."""
        return "".join(_as_text(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or code on rows of its own. `label` says in words what it is."""

    image: Image.Image
    align: str
    label: str


@dataclass(frozen=True, slots=True)
class Blank:
    dots: int


@dataclass(frozen=True, slots=True)
class CutMark:
    pass


Row = Line | Picture | Blank | CutMark


@dataclass(slots=True)
class Paper:
    dots: int = 576
    columns: int = 48
    rows: list[Row] = field(default_factory=list)
    qr: list[str] = field(default_factory=list)
    barcodes: list[str] = field(default_factory=list)
    pulses: list[int] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # commands that were understood and ignored

    @property
    def lines(self) -> list[str]:
        """The text lines, without trailing blanks."""
        return [row.text.rstrip() for row in self.rows if isinstance(row, Line)]

    @property
    def images(self) -> list[Image.Image]:
        return [row.image for row in self.rows if isinstance(row, Picture)]

    @property
    def cuts(self) -> int:
        return sum(isinstance(row, CutMark) for row in self.rows)

    @property
    def is_blank(self) -> bool:
        return not any(isinstance(row, Line | Picture) for row in self.rows)

    def to_text(self) -> str:
        return "\n".join(self._row_text(row).rstrip(" ") for row in self.rows) + "\n"

    def _row_text(self, row: Row) -> str:
        match row:
            case Line():
                return _aligned(row.text, row.align, self.columns)
            case Picture():
                return _aligned(f"[{row.label}]", row.align, self.columns)
            case Blank():
                return "\n" * (row.dots // 30 - 1)
            case CutMark():
                return "- " * (self.columns // 2)

    def to_png(self) -> bytes:
        """The paper as it lies on the counter, one pixel a dot."""
        height = sum(_height(row) for row in self.rows) + 2 * ADVANCE
        sheet = Image.new("L", (self.dots + 2 * MARGIN, max(height, 2 * ADVANCE + 1)), 255)
        top = ADVANCE
        for row in self.rows:
            self._paint(sheet, row, top)
            top += _height(row)
        out = io.BytesIO()
        sheet.save(out, "PNG")
        return out.getvalue()

    def _paint(self, sheet: Image.Image, row: Row, top: int) -> None:
        match row:
            case Line():
                image = _line_image(row.cells)
                sheet.paste(image, (self._left(image.width, row.align), top))
            case Picture():
                sheet.paste(row.image, (self._left(row.image.width, row.align), top))
            case CutMark():
                _paint_cut(sheet, top + CUT_DOTS // 2)
            case Blank():
                pass

    def _left(self, width: int, align: str) -> int:
        free = self.dots - width
        return MARGIN + {"left": 0, "center": free // 2, "right": free}[align]


def _aligned(text: str, align: str, columns: int) -> str:
    if align == "center":
        return text.center(columns)
    return text.rjust(columns) if align == "right" else text


def _as_text(cell: Cell | Image.Image) -> str:
    return cell.char if isinstance(cell, Cell) else f"[image {cell.width}x{cell.height}]"


def _height(row: Row) -> int:
    match row:
        case Line():
            return row.feed
        case Picture():
            return row.image.height
        case Blank():
            return row.dots
        case CutMark():
            return CUT_DOTS


def _paint_cut(sheet: Image.Image, y: int) -> None:
    draw = ImageDraw.Draw(sheet)
    for x in range(0, sheet.width, 12):
        draw.line((x, y, x + 6, y), fill=170, width=2)


def _line_image(cells: tuple[Cell | Image.Image, ...]) -> Image.Image:
    parts = [glyph(c.char, c.style) if isinstance(c, Cell) else c for c in cells]
    size = sum(part.width for part in parts), max((part.height for part in parts), default=1)
    image = Image.new("L", (max(size[0], 1), size[1]), 255)
    left = 0
    for part in parts:
        image.paste(part, (left, size[1] - part.height))
        left += part.width
    return image


@lru_cache(maxsize=2048)
def glyph(char: str, style: Style) -> Image.Image:
    """One character in the middle of its cell, squeezed when its letter is wider than the cell."""
    width, height = style.cell
    image = Image.new("L", (width, height), 255)
    if char in "─═":
        _rule(image, 1 if char == "─" else 2)
    elif not char.isspace():
        letter = _letter(char, height, bold=style.bold)
        if letter.width > width:
            letter = letter.resize((width, height), Image.Resampling.LANCZOS)
        if style.width > style.height:
            letter = letter.resize((width, height), Image.Resampling.LANCZOS)
        image.paste(letter, ((width - letter.width) // 2, 0))
    if style.underline:
        ImageDraw.Draw(image).line((0, height - 2, width, height - 2), fill=0, width=2)
    return ImageChops.invert(image) if style.reverse else image


def _rule(image: Image.Image, count: int) -> None:
    """Roboto has no frame characters; these two are what receipts use."""
    draw = ImageDraw.Draw(image)
    for i in range(count):
        y = image.height // 2 + 4 * i
        draw.line((0, y, image.width, y), fill=0, width=2)


def _letter(char: str, height: int, *, bold: bool) -> Image.Image:
    font = roboto(round(height * 0.86), bold=bold)
    image = Image.new("L", (max(round(font.getlength(char)), 1), height), 255)
    ImageDraw.Draw(image).text((0, round(height * 0.81)), char, 0, font, anchor="ls")
    return image
