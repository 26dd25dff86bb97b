"""Money in whole minor units of an ISO 4217 currency, quantities in thousandths, and their rounding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pos_app.domain.errors import AmountOutOfRange

Money: TypeAlias = int
"""Whole minor units: 12.50 EUR is 1250, 1250 JPY is 1250, 1.250 KWD is 1250."""

Qty: TypeAlias = int
"""Thousandths of the sales unit: 1 piece is 1000, 1.234 kg is 1234."""

ONE: Qty = 1000
MAX_MONEY: Money = 10**15
"""Beyond this a sum is a typing error, not a price; it keeps every product of ours inside 64 bits."""


@dataclass(frozen=True, slots=True)
class Currency:
    """ISO 4217 code, its digits, and the smallest cash step in minor units (CHF 5, SEK 100, EUR 1)."""

    code: str
    digits: int
    cash_step: Money = 1


def rounded(numerator: int, denominator: int) -> int:
    """The quotient rounded half away from zero, so that a return mirrors its sale."""
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    half = (2 * abs(numerator) + denominator) // (2 * denominator)
    return half if numerator >= 0 else -half


def times(price: Money, qty: Qty) -> Money:
    """The price of one unit times a quantity in thousandths."""
    return checked(rounded(price * qty, ONE))


def checked(amount: Money) -> Money:
    """The amount itself, or AmountOutOfRange."""
    if abs(amount) > MAX_MONEY:
        raise AmountOutOfRange(f"{amount} minor units is beyond what a till can book")
    return amount


def split(amount: Money, weights: Sequence[int]) -> list[Money]:
    """Divide an amount in proportion to weights by largest remainder; the parts always sum to it.

    Equal remainders go to the earlier part. With no positive weight the parts are equal.
    """
    if not weights:
        if amount:
            raise ValueError("nothing to divide the amount among")
        return []
    if min(weights) < 0:
        raise ValueError("weights must not be negative")
    total = sum(weights)
    if total == 0:
        weights, total = [1] * len(weights), len(weights)
    sign = -1 if amount < 0 else 1
    shares = [divmod(abs(amount) * weight, total) for weight in weights]
    parts = [whole for whole, _ in shares]
    left = abs(amount) - sum(parts)
    if left:
        for index in sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))[:left]:
            parts[index] += 1
    return [sign * part for part in parts]


def cash_rounded(amount: Money, currency: Currency) -> Money:
    """The amount as coins can pay it: the nearest cash step, half away from zero."""
    return rounded(amount, currency.cash_step) * currency.cash_step
