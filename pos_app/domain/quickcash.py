"""The amounts a customer is likely to hand over in cash."""

from collections.abc import Iterable, Sequence
from itertools import combinations_with_replacement

from pos_app.domain.money import Currency, Money, cash_rounded

MOST = 4
ROUND_SUMS = (10, 50, 100)
"""In whole units of the currency."""


def suggestions(due: Money, currency: Currency, notes: Sequence[Money]) -> tuple[Money, ...]:
    """Exact, the next multiple of 10, 50 and 100, the smallest one and two notes that suffice.

    Ascending, without duplicates, at most four; when there are more, the multiples nearest to the
    exact sum go first: they need the most coins.
    """
    exact = cash_rounded(due, currency)
    if exact <= 0:
        return (max(exact, 0),)
    unit = 10**currency.digits
    steps = [cash_rounded(-(-exact // (n * unit)) * n * unit, currency) for n in ROUND_SUMS]
    sure = {exact, *_enough(exact, notes), *_enough(exact, map(sum, _pairs(notes)))}
    extra = sorted({step for step in steps if step >= exact} - sure, reverse=True)
    return tuple(sorted([*sure, *extra[: MOST - len(sure)]]))


def _pairs(notes: Sequence[Money]) -> Iterable[tuple[Money, Money]]:
    return combinations_with_replacement(notes, 2)


def _enough(due: Money, sums: Iterable[Money]) -> list[Money]:
    """The smallest that suffices, if any."""
    return sorted(amount for amount in sums if amount >= due)[:1]
