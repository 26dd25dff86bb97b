"""Goods sold by weight whose label states the price of the piece, not its weight."""

from pos_app.domain.money import ONE, Money, Qty, rounded, times

NEAR = 50
"""Grams to look around the likely weight; a label printed at today's price is found at once."""


def priced_weight(per_kg: Money, price: Money) -> tuple[Qty, Money]:
    """A weight and a price per kg that come to exactly the price on the label.

    The label was printed from whole grams, so at an unchanged price per kg a weight exists. When
    the price has changed since, the customer still pays the label: the price per kg gives way.
    """
    if per_kg <= 0:
        return ONE, price
    likely = max(1, rounded(price * ONE, per_kg))
    near = [likely + step for way in range(NEAR + 1) for step in {way, -way} if likely + step > 0]
    for weight in near:
        if times(per_kg, weight) == price:
            return weight, per_kg
    for weight in near:
        fitting = rounded(price * ONE, weight)
        if times(fitting, weight) == price:
            return weight, fitting
    return ONE, price
