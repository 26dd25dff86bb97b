"""What the digits on the discount pad mean, and the discount they make."""

from enum import StrEnum

from pos_app.domain.basket import Discount, DiscountKind, Line
from pos_app.domain.errors import RuleError
from pos_app.domain.money import Money, times
from pos_app.ui.format import formats

PPM_PER_PERCENT = 10_000


class Mode(StrEnum):
    """How a reduction is keyed."""

    PERCENT = "percent"
    AMOUNT = "amount"
    PRICE = "price"
    """The new price of one: only for a line."""


def written(mode: Mode, value: int) -> str:
    """The digits as the person reads them."""
    if mode is Mode.PERCENT:
        return formats().percent(value * PPM_PER_PERCENT)
    text = formats().money(value)
    return f"−{text}" if mode is Mode.AMOUNT and value else text


def discount_of(mode: Mode, value: int, reason: str, line: Line | None) -> Discount:
    """The discount the keyed value makes; below zero when the new price is above the old one."""
    if mode is Mode.PERCENT:
        return Discount(DiscountKind.PERCENT, value * PPM_PER_PERCENT, reason)
    if mode is Mode.PRICE and line is not None:
        value = line.amount - times(value, line.qty)
    return Discount(DiscountKind.AMOUNT, value, reason)


def reduced(before: Money, discount: Discount) -> Money | None:
    """What is left of an amount, or None when the discount cannot be given on it."""
    try:
        return before - discount.of(before)
    except RuleError:
        return None
