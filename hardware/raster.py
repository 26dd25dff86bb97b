"""Pictures for a printer: text its code pages lack, logos, QR codes it cannot draw itself."""

import io
import struct
import zlib
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from hardware.errors import BadDocument
from hardware.library import code_maker

LINE_DOTS = 30  # a line of font A with its spacing
INK, PAPER = 0, 255
_NO_PICTURE = (
    OSError,
    ValueError,
    SyntaxError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow says of a file that is damaged, of another kind, or built to use up the memory."""
LEVELS = {"L": 1, "M": 0, "Q": 3, "H": 2}  # QR error correction, as the standard numbers it


@lru_cache(maxsize=8)
def roboto(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    import font_roboto

    return ImageFont.truetype(font_roboto.font_files["RobotoBold" if bold else "Roboto"], size)


def text(words: str, max_width: int, *, bold: bool, scale: int) -> Image.Image:
    """One line of text as wide as it is, squeezed when the paper is narrower."""
    font = roboto(22 * scale, bold=bold)
    width, height = max(round(font.getlength(words)), 1), LINE_DOTS * scale
    image = Image.new("L", (width, height), PAPER)
    ImageDraw.Draw(image).text((0, 0), words, INK, font)
    if width > max_width:
        image = image.resize((max_width, height), Image.Resampling.BOX)
    return image.point(_two_tones).convert("1")


def text_line(start: str, end: str, dots: int, *, bold: bool, scale: int) -> Image.Image:
    """One line as wide as the paper, `start` at its left and `end` at its right edge."""
    right = text(end, dots, bold=bold, scale=scale)
    left = text(start, max(dots - right.width - 12 * scale, 1), bold=bold, scale=scale)
    image = Image.new("1", (dots, LINE_DOTS * scale), PAPER)
    image.paste(left, (0, 0))
    image.paste(right, (dots - right.width, 0))
    return image


def logo(png: bytes, dots: int) -> Image.Image:
    """The picture on white paper, no wider than the paper, in dithered black and white."""
    try:
        with Image.open(io.BytesIO(png)) as opened:
            picture = opened.convert("RGBA")
    except _NO_PICTURE as error:
        raise BadDocument(f"logo: {error}") from error
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    paper.thumbnail((dots, dots * 4))
    return paper.convert("1")


def modules(matrix: list[list[bool]], size: int) -> Image.Image:
    """A two-dimensional code of square modules of `size` dots, without its quiet zone."""
    side = len(matrix)
    dots = bytes(INK if dark else PAPER for row in matrix for dark in row)
    image = Image.frombytes("L", (side, side), dots)
    return image.resize((side * size, side * size), Image.Resampling.NEAREST).convert("1")


def bars(pattern: str, width: int, height: int) -> Image.Image:
    """A barcode from its modules, "1" for a bar."""
    row = Image.frombytes(
        "L", (len(pattern), 1), bytes(INK if m == "1" else PAPER for m in pattern)
    )
    return row.resize((len(pattern) * width, height), Image.Resampling.NEAREST).convert("1")


def qr_matrix(data: bytes, level: str = "M") -> list[list[bool]]:
    qrcode, util = code_maker("qrcode"), code_maker("qrcode.util")
    version = (qr_side(data, level) - 17) // 4
    qr = qrcode.QRCode(version, error_correction=LEVELS[level], border=0)
    qr.add_data(util.QRData(data, mode=util.MODE_8BIT_BYTE), optimize=0)
    qr.make(fit=False)
    matrix: list[list[bool]] = qr.modules
    return matrix


def qr_side(data: bytes, level: str = "M") -> int:
    """How many modules a side the code will have, by its length alone: drawing it takes 30 ms."""
    limits = code_maker("qrcode.util").BIT_LIMIT_TABLE[LEVELS[level]]
    for version, limit in enumerate(limits):
        if version and 4 + (8 if version < 10 else 16) + 8 * len(data) <= limit:
            return 17 + 4 * version
    raise BadDocument(f"{len(data)} bytes are too much for a QR code")


def _two_tones(grey: int) -> int:
    return PAPER if grey > 127 else INK


def code128_modules(values: list[int]) -> str:
    """The bars of Code 128 from its symbol values, start code first; check and stop are added."""
    code128 = code_maker("barcode.charsets.code128")
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return "".join(code128.CODES[value] for value in (*values, check)) + f"{code128.STOP}11"
