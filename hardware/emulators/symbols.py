"""Barcodes as a printer draws them from the bytes of `GS k`."""

import re

from hardware.library import code_maker
from hardware.raster import code128_modules

EAN13, EAN8, UPC_A, CODE39, ITF, CODE128 = "EAN-13", "EAN-8", "UPC-A", "Code 39", "ITF", "Code 128"

_KINDS = {0: UPC_A, 2: EAN13, 3: EAN8, 4: CODE39, 5: ITF, 8: CODE128, 14: CODE128}
_START = {"A": 103, "B": 104, "C": 105}
_SWITCH = {"A": 101, "B": 100, "C": 99}
_FUNCTION = {"1": 102, "2": 97, "3": 96}


def symbology(m: int) -> str | None:
    """The symbology of `GS k m`: 0 to 6 and 65 to 79 name the same ones."""
    return _KINDS.get(m - 65 if m >= 65 else m)


def draw(kind: str, data: bytes) -> tuple[str, str] | None:
    """Modules ("1" is a bar) and the text below; None for data the symbology cannot hold."""
    if kind == CODE128:
        return _code128(data)
    text = data.decode("latin-1").strip("*")
    if kind != CODE39 and not text.isdecimal():
        return None
    return _library(kind, text)


def _library(kind: str, text: str) -> tuple[str, str] | None:
    barcode = code_maker("barcode")
    makers = {EAN13: "ean13", EAN8: "ean8", UPC_A: "ean13", CODE39: "code39", ITF: "itf"}
    extra = {"add_checksum": False} if kind == CODE39 else {}
    digits = f"0{text}" if kind == UPC_A else text
    try:
        code = barcode.get(makers[kind], digits, options=extra or None)
        return str(code.build()[0]), text
    except code_maker("barcode.errors").BarcodeError:
        return None


def _code128(data: bytes) -> tuple[str, str] | None:
    """Epson's form: "{B" chooses a code set, "{1" to "{3" are functions, "{{" is a brace."""
    values: list[int] = []
    text, code_set = "", ""
    for piece in re.findall(rb"\{?.", data, re.DOTALL):
        mark = chr(piece[-1])
        if len(piece) == 2 and mark in _START:
            values.append((_SWITCH if values else _START)[mark])
            code_set = mark
        elif len(piece) == 2 and mark in _FUNCTION:
            values.append(_FUNCTION[mark])
        else:
            values.append(_value(code_set, piece))
            text += f"{piece[0]:02d}" if code_set == "C" else mark
    return (code128_modules(values), text) if values and min(values) >= 0 else None


def _value(code_set: str, piece: bytes) -> int:
    """The symbol value of a character, -1 when its code set has none."""
    byte = piece[-1]
    if not code_set or (len(piece) == 2 and piece != b"{{"):
        return -1
    if code_set == "C":
        return byte if byte < 100 else -1
    if code_set == "A" and byte < 32:
        return byte + 64
    return byte - 32 if 32 <= byte < (128 if code_set == "B" else 96) else -1
