"""Suggested cash amounts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.domain.money import Currency, cash_rounded
from pos_app.domain.quickcash import MOST, suggestions
from tests.domain.goods import currencies
from tests.vectors_loader import currency_of, rows


@pytest.mark.parametrize(
    "row", rows("quick_cash"), ids=lambda row: f"{row['currency']['code']} {row['due']}"
)
def test_amounts_are_those_a_cashier_expects(row: dict[str, Any]) -> None:
    assert (
        list(suggestions(row["due"], currency_of(row["currency"]), row["notes"])) == row["expect"]
    )


@given(st.integers(0, 10**8), currencies, st.lists(st.integers(1, 100), max_size=8, unique=True))
def test_amounts_can_be_paid_rise_and_start_with_the_exact_one(
    due: int, currency: Currency, notes: list[int]
) -> None:
    amounts = suggestions(due, currency, [note * 10**currency.digits for note in notes])

    assert amounts[0] == cash_rounded(due, currency)
    assert list(amounts) == sorted(set(amounts))
    assert 1 <= len(amounts) <= MOST
    assert all(amount % currency.cash_step == 0 for amount in amounts)
