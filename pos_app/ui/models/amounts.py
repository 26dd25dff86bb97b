"""Amounts where room is short."""

from pos_app.domain.money import Money
from pos_app.ui.format import formats


def short_amount(value: Money) -> str:
    """2 100 for a round sum, 19,90 otherwise: the decimals only when they say something."""
    words = formats()
    whole, rest = divmod(value, 10**words.currency.digits)
    return words.amount(value) if rest else words.count(whole)
