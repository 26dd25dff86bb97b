"""Documents to print in tests."""

import io

import zxingcpp
from PIL import Image, ImageDraw

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

RECEIPT_URL = "https://receipts.example.org/014-2-000123?h=9f86d081"


def a_logo(width: int = 384, height: int = 120) -> Logo:
    picture = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(picture).ellipse((10, 10, width - 10, height - 10), fill="black")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return Logo(out.getvalue())


def a_document(*blocks: Block, title: str = "Test") -> Document:
    return Document(title, blocks)


def a_receipt(*more: Block) -> Document:
    lines = [Columns(f"{n} Merino tričko žluťoučké", "1 290,00 €") for n in range(1, 6)]
    head = Text("Omnitill shop", Align.CENTER, bold=True, scale=2)
    total = Columns("Total", "6 450,00", bold=True, scale=2)
    return Document("Receipt 014-2-000123", (head, *lines, Rule(), total, *more, Cut()))


def a_full_receipt() -> Document:
    codes = (Barcode("014-2-000123"), Feed(1), QrCode(RECEIPT_URL), DrawerPulse())
    return a_receipt(a_logo(), *codes)


def read_codes(png: bytes) -> set[str]:
    """What a stranger's reader sees on the picture."""
    with Image.open(io.BytesIO(png)) as picture:
        return {found.text for found in zxingcpp.read_barcodes(picture)}
