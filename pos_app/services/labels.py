"""Labels a shop prints itself: a weight, a price or a count inside the code (variable measure)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from pos_app.domain.gtin import check_digit, code_key
from pos_app.domain.money import Money, Qty, rounded
from pos_app.domain.settings import MeasureRule

WEIGHT_DECIMALS = 3
VALUES = "WPN"
FIELDS = "IWPNCKX"
CHECKABLE_LENGTHS = (4, 5)
"""GS1 defines the inner check digit for values of these lengths only."""


@dataclass(frozen=True, slots=True)
class Label:
    """`keys` find the article: the label itself, the label with its value zeroed, the item digits."""

    keys: tuple[str, ...]
    weight: Qty | None = None
    price: Money | None = None
    count: int | None = None
    is_valid: bool = True


def read_label(text: str, rules: Sequence[MeasureRule], digits: int) -> Label | None:
    """The label a code is by the first rule that fits, or None.

    A UPC-A and the same number read as an EAN-13 fit the same rule.
    """
    if not rules or not (text.isascii() and text.isdigit()):
        return None
    spellings = (text, "0" + text) if text[0] != "0" else (text, "0" + text, text[1:])
    for rule in rules:
        layout = _layout(rule.pattern)
        for code in spellings:
            if layout and (match := layout.fullmatch(code)):
                return _label(code, match.groupdict(), rule, digits)
    return None


@lru_cache(maxsize=64)
def _layout(pattern: str) -> re.Pattern[str] | None:
    """The pattern as a regular expression; None for one that makes no sense."""
    runs = [(char, len(list(group))) for char, group in groupby(pattern)]
    letters = [char for char, _ in runs if not char.isdigit()]
    values = [length for char, length in runs if char in VALUES]
    sound = len(set(letters)) == len(letters) and set(letters) <= set(FIELDS) and len(values) == 1
    if not sound or ("C" in letters and values[0] not in CHECKABLE_LENGTHS):
        return None
    parts = (
        char * length if char.isdigit() else f"(?P<{char}>[0-9]{{{length}}})"
        for char, length in runs
    )
    return re.compile("".join(parts))


def _label(code: str, part: Mapping[str, str], rule: MeasureRule, digits: int) -> Label:
    if not _check_digits_are_right(code, part):
        return Label((code,), is_valid=False)
    keys = (code_key(code), code_key(_zeroed(code, rule.pattern)), part.get("I", ""))
    decimals = rule.decimals
    return Label(
        keys=tuple(dict.fromkeys(key for key in keys if key)),
        weight=_scaled(part.get("W"), WEIGHT_DECIMALS if decimals is None else decimals, 3),
        price=_scaled(part.get("P"), digits if decimals is None else decimals, digits),
        count=int(part.get("N", 0)) or None,
    )


def _check_digits_are_right(code: str, part: Mapping[str, str]) -> bool:
    if "K" in part and check_digit(code[:-1]) != int(part["K"]):
        return False
    return "C" not in part or value_check_digit(_value(part)) == int(part["C"])


def _value(part: Mapping[str, str]) -> str:
    return next(part[letter] for letter in VALUES if letter in part)


def value_check_digit(value: str) -> int:
    """The check digit of a price or weight field (GS1 General Specifications 7.9.2 to 7.9.4)."""
    # 80 ms and more to import: not before the first label with such a digit is read
    from biip.checksums import gs1_price_weight_check_digit

    return gs1_price_weight_check_digit(value)


def _zeroed(code: str, pattern: str) -> str:
    """The label of the same article with a value of zero, as the catalogue knows it.

    The check digit of a value of zeros is zero itself; that of the whole code is made right.
    """
    zeros = dict.fromkeys(f"{VALUES}CX", "0")
    body = "".join(zeros.get(letter, char) for char, letter in zip(code, pattern, strict=True))
    return f"{body[:-1]}{check_digit(body[:-1])}" if pattern.endswith("K") else body


def _scaled(value: str | None, decimals: int, wanted: int) -> int | None:
    """A number with so many decimals in whole units of as many as wanted; None for zero."""
    if value is None:
        return None
    return rounded(int(value) * 10**wanted, 10**decimals) or None
