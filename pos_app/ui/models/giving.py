"""What to give back in notes and coins, the fewest pieces first."""

from collections.abc import Sequence

from pos_app.domain.money import Money


def pieces(amount: Money, values: Sequence[Money]) -> tuple[tuple[Money, int], ...]:
    """Value and count of each; empty when these notes and coins cannot make the amount."""
    found = []
    for value in sorted({it for it in values if it > 0}, reverse=True):
        count, amount = divmod(amount, value)
        if count:
            found.append((value, count))
    return tuple(found) if not amount else ()
