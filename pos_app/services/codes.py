"""What a scanned code says: which article, how much of it, at what price, or why it cannot be used."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pos_app.domain.gtin import GTIN_LENGTHS, code_key, has_valid_check_digit
from pos_app.domain.money import Money, Qty, rounded
from pos_app.domain.settings import MeasureRule
from pos_app.services.labels import read_label

MAX_CODE = 512
"""No code on goods is longer; a long one is two scans run together, a document, or an attack."""
SHOWN = 48
GS = "\x1d"
RECEIPT_PREFIX = "OMNI:R:"
"""The QR code on a receipt: OMNI:R:<receipt number>:<sale id>."""
BADGE_PREFIX = "OMNI:S:"
PICKUP_PREFIX = "OMNI:P:"

AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
GS1_SYMBOLOGIES = ("]C1", "]e0", "]d2", "]Q3", "]J1")


class CodeKind(StrEnum):
    PRODUCT = "product"
    STAFF_BADGE = "staff_badge"
    RECEIPT = "receipt"
    PICKUP = "pickup"
    EMPTY = "empty"
    GARBLED = "garbled"
    TOO_LONG = "too_long"
    CHECK_DIGIT = "check_digit"
    """Looks like a GTIN or a label, but a check digit is wrong; `keys` still finds in-house codes."""


OF_OURS = {
    RECEIPT_PREFIX: CodeKind.RECEIPT,
    BADGE_PREFIX: CodeKind.STAFF_BADGE,
    PICKUP_PREFIX: CodeKind.PICKUP,
}


@dataclass(frozen=True, slots=True)
class CodeRead:
    """A code that was understood. `keys` are to be looked up in order; the first hit counts.

    `text` can be shown: printable, and short where the code was refused.
    """

    kind: CodeKind
    text: str
    keys: tuple[str, ...] = ()
    weight: Qty | None = None
    count: int | None = None
    price: Money | None = None


def read_code(raw: str | bytes, rules: Sequence[MeasureRule] = (), digits: int = 2) -> CodeRead:
    """Understand a code as a scanner sent it; `digits` are those of the shop's currency.

    A plain GTIN costs two string checks: biip is not even imported for it.
    """
    text = _cleaned(raw)
    if isinstance(text, CodeRead):
        return text
    aim, text = (text[:3], text[3:].lstrip(GS)) if AIM.match(text) else ("", text)
    if not text:
        return CodeRead(CodeKind.EMPTY, "")
    for prefix, kind in OF_OURS.items():
        if text.startswith(prefix):
            return CodeRead(kind, text, (text.removeprefix(prefix),))
    if aim not in GS1_SYMBOLOGIES and (found := _plain(text, rules, digits)):
        return found
    if _may_be_gs1(aim, text) and (found := _gs1(aim, text, digits)):
        return found
    return CodeRead(CodeKind.PRODUCT, text.replace(GS, "·"), (text,))


def warm_up() -> None:
    """Import biip before the first code that needs it, in a quiet moment."""
    import biip

    biip.parse("9501101530003")


def _cleaned(raw: str | bytes) -> str | CodeRead:
    """The code as text, or why it is none."""
    if len(raw) > MAX_CODE:
        return CodeRead(CodeKind.TOO_LONG, _shown(raw))
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
    except UnicodeDecodeError:
        return CodeRead(CodeKind.GARBLED, _shown(raw))
    text = text.strip(" \t\r\n\0").strip(GS)
    if not text:
        return CodeRead(CodeKind.EMPTY, "")
    if "\ufffd" in text or not all(char.isprintable() or char == GS for char in text):
        return CodeRead(CodeKind.GARBLED, _shown(text))
    return text


def _shown(raw: str | bytes) -> str:
    text = raw[:SHOWN].decode("ascii", "replace") if isinstance(raw, bytes) else raw[:SHOWN]
    return "".join(char if char.isprintable() and char != "\ufffd" else "·" for char in text)


def _plain(text: str, rules: Sequence[MeasureRule], digits: int) -> CodeRead | None:
    """A label of the shop, a GTIN, or digits that should have been one."""
    label = read_label(text, rules, digits)
    if label:
        kind = CodeKind.PRODUCT if label.is_valid else CodeKind.CHECK_DIGIT
        return CodeRead(kind, text, label.keys, label.weight, label.count, label.price)
    if has_valid_check_digit(text):
        return CodeRead(CodeKind.PRODUCT, text, (code_key(text),))
    if len(text) in GTIN_LENGTHS and text.isascii() and text.isdigit():
        return _short_upc(text) or CodeRead(CodeKind.CHECK_DIGIT, text, (text,))
    return None


def _short_upc(text: str) -> CodeRead | None:
    """A UPC-E, whose check digit is that of the UPC-A it stands for."""
    if len(text) != 8 or text[0] not in "01":
        return None
    from biip import ParseError
    from biip.upc import Upc

    try:
        return CodeRead(CodeKind.PRODUCT, text, (code_key(Upc.parse(text).as_upc_a()), text))
    except ParseError:
        return None


def _may_be_gs1(aim: str, text: str) -> bool:
    """Worth biip's time: a GS1 symbology, a separator, a web address, or AI 01 with a GTIN-14."""
    return (
        aim in GS1_SYMBOLOGIES
        or GS in text
        or text[:4].lower() == "http"
        or (text.startswith("01") and has_valid_check_digit(text[2:16]) and len(text) > 16)
    )


def _gs1(aim: str, text: str, digits: int) -> CodeRead | None:
    """An element string or a Digital Link that names a trade item, with its measures."""
    import biip

    # a label with an impossible date still names its article
    config = biip.ParseConfig(gs1_element_strings_verify_date=False)
    result = biip.parse(f"{aim}{text}", config=config)
    message = result.gs1_message or result.gs1_digital_link_uri
    parts = {part.ai.ai: part for part in message.element_strings} if message else {}
    item = parts.get("01")
    if item is None:
        return None
    shown = text.replace(GS, "·")
    if item.gtin is None:
        return CodeRead(CodeKind.CHECK_DIGIT, shown, (text,))
    measures = {ai[:3]: part.decimal for ai, part in parts.items() if part.decimal is not None}
    return CodeRead(
        CodeKind.PRODUCT,
        shown,
        (code_key(item.value), text),
        weight=_whole(measures.get("310"), 3),
        count=int(parts["30"].value) if "30" in parts else None,
        price=_whole(measures.get("392"), digits),
    )


def _whole(value: Decimal | None, digits: int) -> int | None:
    """A decimal in whole units of so many digits; None for zero, which a label means as "not set"."""
    return None if value is None else rounded(*(value * 10**digits).as_integer_ratio()) or None
