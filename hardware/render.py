"""A document as the bytes one printer model understands, through python-escpos.

Every job starts with INIT, because a printer keeps the last job's code page and sizes. Each
character is checked against the code pages of the profile: the library prints "?" for what it cannot
encode, and a receipt with a wrong name on it is no receipt. Such lines are drawn as pictures.
"""

import logging
import threading
from functools import lru_cache
from typing import Any

from hardware import raster, wording
from hardware.document import (
    Align,
    Barcode,
    Block,
    Columns,
    Cut,
    Document,
    DrawerPulse,
    Feed,
    Logo,
    QrCode,
    Rule,
    Text,
)
from hardware.errors import BadDocument
from hardware.library import escpos
from hardware.profile import PrinterProfile

BARCODE_HEIGHT = 80
QR_LEVEL = "M"

log = logging.getLogger(__name__)


def render(document: Document, profile: PrinterProfile) -> bytes:
    """Raises `BadDocument`. Safe in any thread; jobs for the same profile go one after the other."""
    return _pen(profile).write(document)


@lru_cache(maxsize=8)
def _pen(profile: PrinterProfile) -> "_Pen":
    return _Pen(profile)


class _Pen:
    """One python-escpos printer without a wire, kept: making it anew doubles the time of a receipt."""

    def __init__(self, profile: PrinterProfile) -> None:
        try:
            self._out: Any = escpos("printer").Dummy(profile=profile.model)
        except KeyError as error:
            raise BadDocument(f"no printer model {profile.model}") from error
        self._profile = profile
        known = self._out.profile.get_code_pages()
        self._pages = tuple(page for page in profile.code_pages if page in known) or ("CP437",)
        self._lock = threading.Lock()
        self._logos = lru_cache(maxsize=4)(self._logo_bytes)
        self._encodable = lru_cache(maxsize=4096)(self._out.magic.encoder.can_encode)
        self._size, self._bold, self._align = 1, False, Align.START

    def write(self, document: Document) -> bytes:
        with self._lock:
            self._start()
            for block in document.blocks:
                self._block(block)
            return bytes(self._out.output)

    def _start(self) -> None:
        self._out.clear()
        self._out.hw("INIT")
        self._out.magic.encoding = None  # INIT reset the printer's; the library does not know
        self._size, self._bold, self._align = 1, False, Align.START

    def _block(self, block: Block) -> None:
        match block:
            case Text():
                self._text(block)
            case Columns():
                self._columns(block)
            case Rule():
                self._style(Align.START)
                self._line((block.char or "-")[0] * self._profile.columns, "")
            case Feed():
                self._out.print_and_feed(min(max(block.lines, 0), 255))
            case Logo():
                self._style(Align.CENTER)
                self._picture(self._logos(block.png))
            case QrCode():
                self._qr(block)
            case Barcode():
                self._barcode(block.data)
            case Cut():
                self._out.cut(mode="PART")
            case DrawerPulse():
                self._out.cashdraw(5 if block.pin == 5 else 2)

    def _text(self, block: Text) -> None:
        self._style(block.align, bold=block.bold, size=block.scale)
        for line in wording.paragraphs(block.text, self._profile.columns // block.scale):
            self._line(line, "")

    def _columns(self, block: Columns) -> None:
        self._style(Align.START, bold=block.bold, size=block.scale)
        width = self._profile.columns // block.scale
        for start, end in wording.columns(block.start, block.end, width):
            self._line(start, end)

    def _style(self, align: Align, *, bold: bool = False, size: int = 1) -> None:
        """Send only what differs from what the printer is set to."""
        if size != self._size:
            self._out.set(custom_size=True, width=size, height=size)
        if bold != self._bold:
            self._out.set(bold=bold)
        if align != self._align:
            self._out.set(align=align.value)
        self._size, self._bold, self._align = size, bold, align

    def _line(self, start: str, end: str) -> None:
        start, end = self._plainer(start), self._plainer(end)
        width = self._profile.columns // self._size
        text = f"{start}{end:>{max(width - len(start), 0)}}" if end else start
        found = wording.runs(text, self._pages, self._encodable)
        if found is None:
            self._drawn_line(start, end)
            return
        for run in found:
            self._out.charcode(run.page)
            self._out.text(run.text)
        self._out.text("\n")

    def _plainer(self, text: str) -> str:
        return wording.plainer(text, self._pages, self._encodable)

    def _drawn_line(self, start: str, end: str) -> None:
        dots, bold, scale = self._profile.dots, self._bold, self._size
        if end:
            image = raster.text_line(start, end, dots, bold=bold, scale=scale)
        else:
            image = raster.text(start, dots, bold=bold, scale=scale)
        self._picture(self._image_bytes(image))

    def _picture(self, data: bytes) -> None:
        self._out._raw(data)  # noqa: SLF001 - the library's way to send ready-made bytes

    def _logo_bytes(self, png: bytes) -> bytes:
        """Nothing for a logo that is no picture: a receipt without it is better than none."""
        try:
            return self._image_bytes(raster.logo(png, self._profile.dots))
        except BadDocument as error:
            log.info("printing without the logo: %s", error)
            return b""

    def _image_bytes(self, image: Any) -> bytes:
        """The picture as the library sends it to this model, without sending it."""
        supports = self._out.profile.supports
        kinds = ("bitImageRaster", "graphics", "bitImageColumn")
        kind = next((kind for kind in kinds if supports(kind)), "bitImageRaster")
        paper = escpos("printer").Dummy(profile=self._profile.model)
        paper.image(image, impl=kind)
        return bytes(paper.output)

    def _qr(self, block: QrCode) -> None:
        data = block.data.encode()
        size = min(block.module_size, self._profile.dots // (raster.qr_side(data, QR_LEVEL) + 8))
        if not data or size < 1:
            raise BadDocument(f"a QR code of {len(data)} bytes does not fit the paper")
        self._style(Align.CENTER)
        if self._profile.native_qr and self._out.profile.supports("qrCode"):
            self._out.qr(block.data, ec=1, size=min(size, 16), native=True)  # 1 is level M
        else:
            matrix = raster.qr_matrix(data, QR_LEVEL)
            self._picture(self._image_bytes(raster.modules(matrix, size)))

    def _barcode(self, data: str) -> None:
        """Code 128 as wide as fits, with its text below; a QR code when the paper is too narrow."""
        if not data or not all(" " <= char <= "~" for char in data):
            raise BadDocument("Code 128 takes printable ASCII")
        pattern = raster.code128_modules([104, *(ord(char) - 32 for char in data)])  # code set B
        width = min(self._profile.dots // (len(pattern) + 20), 3)
        if width < 2:
            self._qr(QrCode(data))
            return
        self._style(Align.CENTER)
        if self._profile.native_barcode and self._out.profile.supports("barcodeB"):
            self._native_barcode(data, width)
        else:
            self._picture(self._image_bytes(raster.bars(pattern, width, BARCODE_HEIGHT)))
            self._line(data, "")

    def _native_barcode(self, data: str, width: int) -> None:
        # not the library's public barcode(): that one reports to standard output
        self._out._hw_barcode(  # noqa: SLF001
            "{B" + data.replace("{", "{{"),
            "CODE128",
            height=BARCODE_HEIGHT,
            width=width,
            align_ct=False,
            function_type="B",
        )
