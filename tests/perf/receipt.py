"""receipt_bytes: a booked sale to the bytes of its receipt, beside plain python-escpos and text only."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PIL import Image, ImageDraw

from hardware.document import Document, Logo, QrCode
from hardware.emulators.press import print_bytes
from hardware.library import escpos
from hardware.profile import EPSON_42
from hardware.render import render
from pos_app.domain.settings import ShopSettings
from pos_app.services.receipts import receipt
from tests.perf.measure import Result, compared, interleaved, quantile, timed_ms
from tests.perf.sales import draft, shift

LINES = 20


def receipt_bytes(rounds: int) -> list[Result]:
    """Twenty articles, a logo of 384 x 120 dots and a QR code, as in floors.md 6."""
    sale = draft(LINES, shift()).booked("001-1-000001", 1, "0123abcd")
    settings = ShopSettings("Bäckerei Müller", locale="de_DE", logo_png=_logo())

    def ours() -> bytes:
        return render(receipt(sale, settings), EPSON_42)

    first_ms = timed_ms(ours)
    plain, kept = _plain(receipt(sale, settings)), _new()
    mine, fresh = interleaved(ours, lambda: plain(_new()), rounds)
    _, reused = interleaved(ours, lambda: plain(kept), rounds // 4)
    result = compared("receipt_bytes", mine, fresh, 2.5)
    again = result.p50 / quantile(reused, 0.5) if result.p50 else 0.0
    note = (
        f"{len(ours())} bytes, document included; the first with the library's import"
        f" {first_ms:.0f} ms; {again:.2f} x plain escpos on a printer object that is used again"
    )
    return [replace(result, note=note)]


def _new() -> Any:
    return escpos("printer").Dummy(profile=EPSON_42.model)


def _plain(document: Document) -> Callable[[Any], bytes]:
    """The same lines of text, sent with python-escpos by nobody who checks or measures anything."""
    blocks = tuple(it for it in document.blocks if not isinstance(it, Logo | QrCode))
    lines = print_bytes(render(replace(document, blocks=blocks), EPSON_42), EPSON_42.dots).lines

    def write(printer: Any) -> bytes:
        printer.clear()
        printer.set(align="center", bold=True, double_height=True, double_width=True)
        printer.text(lines[0] + "\n")
        printer.set(align="left", normal_textsize=True, bold=False)
        for line in lines[1:]:
            printer.text(line + "\n")
        printer.cut()
        return bytes(printer.output)

    return write


def _logo() -> bytes:
    image = Image.new("1", (384, 120), 1)
    pen = ImageDraw.Draw(image)
    for place in range(11):
        pen.ellipse((place * 30, 10, place * 30 + 40, 100), outline=0, width=3)
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()
