"""The worked examples that till and central share."""

import pytest

from pos_app.domain.basket import Figures
from pos_app.domain.sale import settle
from tests.vectors_loader import SaleVector, sales

MINOR = ("subtotal", "discount", "tax", "total")


def lines_of(figures: Figures) -> list[dict[str, int]]:
    return [
        {
            "amount_minor": line.amount,
            "disc_minor": line.discount,
            "net_minor": line.taxed.net,
            "tax_minor": line.taxed.tax,
        }
        for line in figures.lines
    ]


def taxes_of(figures: Figures) -> list[dict[str, object]]:
    return [
        {"code": it.code, "ppm": it.ppm, "net_minor": it.net, "tax_minor": it.tax}
        for it in figures.taxes
    ]


@pytest.mark.parametrize("vector", sales(), ids=lambda vector: vector.name)
def test_a_sale_comes_to_what_was_worked_out_by_hand(vector: SaleVector) -> None:
    figures = vector.basket().figures
    settlement = settle(figures.total, vector.tenders, vector.currency)

    expect = vector.expect
    assert lines_of(figures) == expect["lines"]
    assert taxes_of(figures) == expect["taxes"]
    assert {name: getattr(figures, name) for name in MINOR} == {
        name: expect[f"{name}_minor"] for name in MINOR
    }
    assert settlement.is_complete
    assert settlement.rounding == expect["rounding_minor"]
    assert settlement.change == expect["change_minor"]


def test_there_are_enough_examples_and_each_is_another_one() -> None:
    names = [vector.name for vector in sales()]

    assert len(names) == len(set(names)) >= 40
