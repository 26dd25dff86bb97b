"""Turns ESC/POS commands into paper, as a printer's own interpreter does."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from PIL import Image

from hardware.emulators import symbols
from hardware.emulators.paper import Blank, Cell, CutMark, Line, Paper, Picture, Style
from hardware.emulators.stream import Stream, Token
from hardware.errors import BadDocument
from hardware.raster import bars, modules, qr_matrix

LINE_SPACING = 30
ALIGN = ("left", "center", "right")

# Epson's numbers of ESC t; the page of a number is a matter of the model, these most share.
CODE_PAGES = {
    0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 13: "cp857", 14: "cp737",
    15: "iso8859-7", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858", 33: "cp775", 34: "cp855",
    35: "cp861", 36: "cp862", 37: "cp864", 38: "cp869", 39: "iso8859-2", 40: "iso8859-15",
    45: "cp1250", 46: "cp1251", 47: "cp1253", 48: "cp1254", 49: "cp1255", 50: "cp1256",
    51: "cp1257", 52: "cp1258",
}  # fmt: skip


@dataclass(slots=True)
class Settings:
    """What ESC @ sets back."""

    style: Style = field(default_factory=Style)
    align: str = "left"
    code_page: int = 0
    spacing: int = LINE_SPACING
    bar_width: int = 3
    bar_height: int = 162
    bar_text: int = 0
    qr_size: int = 3
    qr_level: str = "L"
    qr_data: bytes = b""


def print_bytes(data: bytes, dots: int = 576) -> Paper:
    """The paper a job gives."""
    press = Press(dots)
    press.feed(data)
    return press.take()


class Press:
    def __init__(self, dots: int = 576) -> None:
        self._dots = dots
        self._stream = Stream()
        self._set = Settings()
        self._cells: list[Cell | Image.Image] = []
        self._graphics: Image.Image | None = None
        self._handlers = self._commands()
        self.paper = self._blank_paper()

    def _commands(self) -> dict[str, Callable[[Token], None]]:
        return {
            "LF": self._line_feed,
            "HT": self._tab,
            "ESC @": self._initialise,
            "ESC !": self._print_mode,
            "ESC E": self._bold,
            "ESC G": self._bold,
            "ESC -": self._underline,
            "ESC M": self._font,
            "ESC a": self._align,
            "ESC t": self._code_page,
            "ESC 2": self._spacing,
            "ESC 3": self._spacing,
            "ESC d": self._feed_lines,
            "ESC J": self._feed_dots,
            "ESC p": self._pulse,
            "ESC *": self._bit_image,
            "ESC i": self._cut,
            "ESC m": self._cut,
            "GS !": self._size,
            "GS B": self._reverse,
            "GS V": self._cut,
            "GS v 0": self._raster,
            "GS (": self._bracket,
            "GS k": self._barcode,
            "GS w": self._bar_setting,
            "GS h": self._bar_setting,
            "GS H": self._bar_setting,
        }

    def feed(self, data: bytes) -> None:
        for token in self._stream.feed(data):
            self.print(token)

    def print(self, token: Token) -> None:
        if not token.name:
            self._text(token.data)
            return
        handle = self._handlers.get(token.name)
        if handle is not None:
            handle(token)
        elif token.name not in _SILENT and not token.realtime:
            self.paper.unknown.append(token.name)

    def take(self) -> Paper:
        """The paper so far; the press goes on with a new piece."""
        if self._cells:
            self._line_feed()
        paper, self.paper = self.paper, self._blank_paper()
        return paper

    def _blank_paper(self) -> Paper:
        return Paper(self._dots, self._dots // 12)

    def _text(self, data: bytes) -> None:
        page = CODE_PAGES.get(self._set.code_page)
        for byte in data:
            char = chr(byte) if byte < 0x80 else _decoded(byte, page)
            self._add(Cell(char, self._set.style), self._set.style.cell[0])

    def _add(self, cell: Cell | Image.Image, width: int) -> None:
        used = sum(c.width if isinstance(c, Image.Image) else c.style.cell[0] for c in self._cells)
        if self._cells and used + width > self._dots:
            self._line_feed()
        self._cells.append(cell)

    def _line_feed(self, _token: Token | None = None) -> None:
        heights = [c.height if isinstance(c, Image.Image) else c.style.cell[1] for c in self._cells]
        feed = max((self._set.spacing, *heights))
        self.paper.rows.append(Line(tuple(self._cells), self._set.align, feed))
        self._cells = []

    def _feed_lines(self, token: Token) -> None:
        self._feed(token.args[0] * self._set.spacing)

    def _feed_dots(self, token: Token) -> None:
        self._feed(token.args[0])

    def _feed(self, dots: int) -> None:
        if self._cells:
            self._line_feed()
            dots -= self._set.spacing
        if dots > 0:
            self.paper.rows.append(Blank(dots))

    def _initialise(self, _token: Token) -> None:
        self._set, self._cells, self._graphics = Settings(), [], None

    def _print_mode(self, token: Token) -> None:
        n = token.args[0]
        self._set.style = replace(
            self._set.style,
            font="B" if n & 1 else "A",
            bold=bool(n & 8),
            height=2 if n & 16 else 1,
            width=2 if n & 32 else 1,
            underline=bool(n & 128),
        )

    def _bold(self, token: Token) -> None:
        self._set.style = replace(self._set.style, bold=bool(token.args[0] & 1))

    def _underline(self, token: Token) -> None:
        self._set.style = replace(self._set.style, underline=token.args[0] % 48 > 0)

    def _font(self, token: Token) -> None:
        self._set.style = replace(self._set.style, font="B" if token.args[0] % 48 == 1 else "A")

    def _size(self, token: Token) -> None:
        n = token.args[0]
        self._set.style = replace(self._set.style, width=(n >> 4 & 7) + 1, height=(n & 7) + 1)

    def _reverse(self, token: Token) -> None:
        self._set.style = replace(self._set.style, reverse=bool(token.args[0] & 1))

    def _align(self, token: Token) -> None:
        """Obeyed at the start of a line only, as on the real thing."""
        if not self._cells and token.args[0] % 48 < 3:
            self._set.align = ALIGN[token.args[0] % 48]

    def _code_page(self, token: Token) -> None:
        self._set.code_page = token.args[0]

    def _spacing(self, token: Token) -> None:
        self._set.spacing = token.args[0] if token.args else LINE_SPACING

    def _tab(self, _token: Token) -> None:
        stop = 8 - len(self._cells) % 8
        self._cells += [Cell(" ", self._set.style)] * stop

    def _raster(self, token: Token) -> None:
        width, height = _sizes(token.args[1:5])
        if width and height:
            image = Image.frombytes("1", (width * 8, height), token.data, "raw", "1;I")
            mode = token.args[0] % 48
            self._picture(_zoomed(image, 1 + (mode & 1), 1 + (mode >> 1 & 1)))

    def _bit_image(self, token: Token) -> None:
        mode, columns = token.args[0], int.from_bytes(token.args[1:3], "little")
        if columns and mode in (0, 1, 32, 33):
            bits = 24 if mode >= 32 else 8
            image = Image.frombytes("1", (bits, columns), token.data, "raw", "1;I")
            image = image.transpose(Image.Transpose.TRANSPOSE)
            image = _zoomed(image, 1 if mode & 1 else 2, 1 if bits == 24 else 3)
            self._add(image, image.width)

    def _graphics_command(self, token: Token) -> None:
        """GS ( L: function 112 keeps a picture, function 50 prints it."""
        data = token.data
        width, height = _sizes(data[6:10])
        size = (width + 7) // 8 * 8, height
        if data[1:2] == b"p" and len(data) - 10 == size[0] // 8 * height > 0:
            image = Image.frombytes("1", size, data[10:], "raw", "1;I").crop((0, 0, width, height))
            self._graphics = _zoomed(image, data[3], data[4])
        elif data[1:2] in (b"2", b"\x02") and self._graphics is not None:
            self._picture(self._graphics)
            self._graphics = None

    def _picture(self, image: Image.Image, label: str = "") -> None:
        if self._cells:
            self._line_feed()
        image = image.crop((0, 0, min(image.width, self._dots), image.height))
        label = label or f"image {image.width}x{image.height}"
        self.paper.rows.append(Picture(image, self._set.align, label))

    def _bracket(self, token: Token) -> None:
        """GS ( and its function letter: L graphics, k two-dimensional codes."""
        if token.args[:1] == b"L":
            self._graphics_command(token)
        elif token.args[:1] == b"k" and token.data[:1] == b"1":
            self._qr_command(token.data[1], token.data[2:])
        elif token.args[:1] not in (b"A", b"E", b"K"):
            self.paper.unknown.append(f"GS ( {chr(token.args[0])}")

    def _qr_command(self, function: int, data: bytes) -> None:
        match function:
            case 67:
                self._set.qr_size = data[0]
            case 69:
                self._set.qr_level = "LMQH"[data[0] % 48 % 4]
            case 80:
                self._set.qr_data = data[1:]
            case 81:
                self._qr()

    def _qr(self) -> None:
        try:
            matrix = qr_matrix(self._set.qr_data, self._set.qr_level)
        except BadDocument:
            self.paper.unknown.append("QR code too large")
            return
        payload = self._set.qr_data.decode("utf-8", "replace")
        self.paper.qr.append(payload)
        self._picture(modules(matrix, self._set.qr_size), f"QR {payload}")

    def _bar_setting(self, token: Token) -> None:
        match token.name:
            case "GS w":
                self._set.bar_width = token.args[0]
            case "GS h":
                self._set.bar_height = token.args[0]
            case "GS H":
                self._set.bar_text = token.args[0] % 48

    def _barcode(self, token: Token) -> None:
        m = token.args[0]
        kind = symbols.symbology(m)
        found = symbols.draw(kind, token.data[1:] if m >= 65 else token.data[:-1]) if kind else None
        if found is None:
            self.paper.unknown.append(f"GS k {m}")
            return
        pattern, text = found
        self.paper.barcodes.append(text)
        if self._set.bar_text & 1:
            self._caption(text)
        self._picture(bars(pattern, self._set.bar_width, self._set.bar_height), f"{kind} {text}")
        if self._set.bar_text & 2:
            self._caption(text)

    def _caption(self, text: str) -> None:
        cells = tuple(Cell(char, Style()) for char in text)
        self.paper.rows.append(Line(cells, self._set.align, LINE_SPACING))

    def _cut(self, token: Token) -> None:
        self._feed(token.data[0] if token.data else 0)
        self.paper.rows.append(CutMark())

    def _pulse(self, token: Token) -> None:
        self.paper.pulses.append(5 if token.args[0] % 48 else 2)


_SILENT = frozenset(
    {"CR", "FF", "ESC =", "ESC R", "ESC r", "ESC U", "ESC {", "ESC u", "ESC v", "FS .", "FS &"}
    | {"GS b", "GS f", "GS r", "GS a", "GS I"}
)


def _decoded(byte: int, page: str | None) -> str:
    return bytes((byte,)).decode(page or "ascii", "replace")


def _sizes(four: bytes) -> tuple[int, int]:
    return int.from_bytes(four[:2], "little"), int.from_bytes(four[2:], "little")


def _zoomed(image: Image.Image, across: int, down: int) -> Image.Image:
    size = image.width * max(across, 1), image.height * max(down, 1)
    return image if size == image.size else image.resize(size, Image.Resampling.NEAREST)
