"""Currencies copied from CLDR."""

import pytest

from pos_app.domain.money import Currency
from pos_app.services.currencies import all_currencies, currency


@pytest.mark.parametrize(
    ("code", "digits", "cash_step"),
    [
        ("EUR", 2, 1),
        ("CZK", 2, 100),
        ("CHF", 2, 5),
        ("CAD", 2, 5),
        ("DKK", 2, 50),
        ("SEK", 2, 100),
        ("JPY", 0, 1),
        ("KWD", 3, 1),
        ("CLF", 4, 1),
    ],
)
def test_digits_and_smallest_coins_are_known(code: str, digits: int, cash_step: int) -> None:
    assert currency(code) == Currency(code, digits, cash_step)


def test_every_currency_has_digits_and_a_coin() -> None:
    found = all_currencies()

    assert len(found) > 150
    assert all(0 <= it.digits <= 4 and it.cash_step >= 1 for it in found)


def test_a_code_that_is_no_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="EURO"):
        currency("EURO")
