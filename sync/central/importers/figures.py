"""Prices, quantities and percentages out of text, without ever passing through a float."""

import re
from dataclasses import dataclass

from pos_app.domain.money import MAX_MONEY, Currency, rounded
from sync.central.importers.errors import RowRefused

MAX_STOCK = 10**12
"""Thousandths: a billion pieces in one place is a typing error."""
PPM_DIGITS = 4
MAX_PPM = 1_000_000

_MONEY_SIGNS = re.compile(r"[€$£¥₱]|kč|zł|kr\.?", re.IGNORECASE)
_BLANKS = re.compile(r"[\s\u00a0\u2009\u202f']")
_PLAIN = re.compile(r"([+-]?)(\d*)(?:([.,])(\d*))?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number scaled to whole units of its kind; `exact` is false when digits were rounded away."""

    value: int
    exact: bool


def price_of(text: str, currency: Currency, decimal: str | None = None) -> Figure:
    """Minor units of a price; RowRefused for what is no price a till can charge."""
    bare = _MONEY_SIGNS.sub("", re.sub(currency.code, "", text, flags=re.IGNORECASE))
    figure = _scaled(bare, currency.digits, decimal, f'the price "{_shown(text)}"')
    if figure.value < 0:
        raise RowRefused("price", f'the price "{_shown(text)}" is negative')
    if figure.value > MAX_MONEY:
        raise RowRefused("price", f'the price "{_shown(text)}" is beyond what a till can book')
    return figure


def stock_of(text: str, decimal: str | None = None) -> Figure:
    """Thousandths of a stock figure, which may be negative."""
    figure = _scaled(text, 3, decimal, f'the stock "{_shown(text)}"')
    if abs(figure.value) > MAX_STOCK:
        raise RowRefused("stock", f'the stock "{_shown(text)}" is beyond a billion')
    return figure


def ppm_of(text: str, decimal: str | None = None) -> Figure:
    """Parts per million of a percentage: 20.0000 is 200000."""
    figure = _scaled(text.replace("%", ""), PPM_DIGITS, decimal, f'the rate "{_shown(text)}"')
    if not 0 <= figure.value <= MAX_PPM:
        raise RowRefused("rate", f'the rate "{_shown(text)}" is not between 0 and 100 %')
    return figure


def _shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _scaled(text: str, digits: int, decimal: str | None, what: str) -> Figure:
    bare = _BLANKS.sub("", text).replace("\u2212", "-")
    if len(bare) > 40:
        raise RowRefused("number", f"{what} is not a number")
    parts = _PLAIN.fullmatch(_with_one_mark(bare, decimal, what))
    if not parts or not (parts[2] or parts[4]):
        raise RowRefused("number", f"{what} is not a number")
    sign, whole, _, fraction = parts.groups()
    fraction = (fraction or "").ljust(digits, "0")
    number = int(f"{whole}{fraction}") * (-1 if sign == "-" else 1)
    scale = 10 ** (len(fraction) - digits)
    return Figure(rounded(number, scale), number % scale == 0)


def _with_one_mark(bare: str, decimal: str | None, what: str) -> str:
    """Take grouping marks away, so that at most a decimal mark is left."""
    if decimal:
        return bare.replace("." if decimal == "," else ",", "")
    if not _GROUPED.fullmatch(bare):
        return bare
    marks = [sign for sign in bare if sign in ".,"]
    if len(set(marks)) == 2:
        return bare.replace(marks[0], "")
    if len(marks) > 1:
        return bare.replace(marks[0], "")
    if marks == [","]:
        raise RowRefused(
            "number", f"{what} can be read in two ways: say which sign is the decimal mark"
        )
    return bare
