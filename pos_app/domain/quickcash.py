"""The amounts a customer is likely to hand over in cash."""

from collections.abc import Sequence
from itertools import combinations_with_replacement

from pos_app.domain.money import Currency, Money, cash_rounded

MOST = 4
ROUND_SUMS = (10, 50, 100)
"""In whole units of the currency."""


def suggestions(due: Money, currency: Currency, notes: Sequence[Money]) -> tuple[Money, ...]:
    """Exact, the next multiple of 10, 50 and 100, the smallest note or two notes that suffice.

    Ascending, without duplicates, at most four; when there are more, the multiples nearest to the
    exact sum go first: they need the most coins.
    """
    exact = cash_rounded(due, currency)
    if exact <= 0:
        return (max(exact, 0),)
    unit = 10**currency.digits
    steps = {-(-exact // (whole * unit)) * whole * unit for whole in ROUND_SUMS}
    sure = {exact, *_in_notes(exact, notes)}
    extra = sorted({cash_rounded(step, currency) for step in steps} - sure, reverse=True)
    return tuple(sorted([*sure, *extra[: MOST - len(sure)]]))


def _in_notes(due: Money, notes: Sequence[Money]) -> list[Money]:
    """One note, and two when they come to less than that one."""
    one = min((note for note in notes if note >= due), default=None)
    pairs = (a + b for a, b in combinations_with_replacement(notes, 2))
    two = min((pair for pair in pairs if pair >= due and (one is None or pair < one)), default=None)
    return [amount for amount in (one, two) if amount is not None]
