"""Prices and other figures out of text."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.domain.money import Currency
from sync.central.importers.errors import RowRefused
from sync.central.importers.figures import ppm_of, price_of, stock_of

CZK = Currency("CZK", 2, 100)
JPY = Currency("JPY", 0)
KWD = Currency("KWD", 3)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("499", 49_900),
        ("499.9", 49_990),
        ("499,90", 49_990),
        ("1 290,00 Kč", 129_000),
        ("1\u00a0290,00\u202fKč", 129_000),
        ("CZK 12.50", 1_250),
        ("1.290,50", 129_050),
        ("1,290.50", 129_050),
        ("1,234,567", 123_456_700),
        ("1'234.50", 123_450),
        (".5", 50),
        ("5.", 500),
        ("+7", 700),
        ("0", 0),
        ("9999999999999.99", 999_999_999_999_999),
    ],
)
def test_prices_as_people_write_them(text: str, minor: int) -> None:
    assert price_of(text, CZK).value == minor


NO_NUMBERS = ["NaN", "inf", "-inf", "1e30", "1E5", "abc", "12abc", "0x10", "\uff11\uff12", ""]
NO_PRICES = ["--5", "5-", "1.2.3", ".", ",", "(5.00)", "9" * 60, "10 000 000 000 000.01"]


@pytest.mark.parametrize("text", [*NO_NUMBERS, *NO_PRICES])
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(RowRefused):
        price_of(text, CZK)


@pytest.mark.parametrize("text", ["-5", "-0.01", "\u22125"])
def test_a_negative_price_is_refused_as_negative(text: str) -> None:
    with pytest.raises(RowRefused, match="negative"):
        price_of(text, CZK)


def test_a_comma_before_three_digits_is_refused_until_the_decimal_mark_is_known() -> None:
    with pytest.raises(RowRefused, match="two ways"):
        price_of("1,234", CZK)

    assert price_of("1,234", CZK, ".").value == 123_400
    assert price_of("1,23", CZK, ",").value == 123
    assert price_of("1.234,50", CZK, ",").value == 123_450


def test_more_decimals_than_the_currency_has_are_rounded_and_told() -> None:
    rounded = price_of("4.589", CZK)

    assert (rounded.value, rounded.exact) == (459, False)
    assert price_of("4.580", CZK).exact


def test_currencies_without_and_with_three_decimals() -> None:
    assert price_of("1500", JPY).value == 1_500
    assert price_of("1.250", KWD).value == 1_250


def test_stock_may_be_negative_and_in_parts() -> None:
    assert stock_of("-3").value == -3_000
    assert stock_of("1.25").value == 1_250
    with pytest.raises(RowRefused, match="billion"):
        stock_of("1000000001")


def test_rates_are_parts_per_million() -> None:
    assert ppm_of("20.0000").value == 200_000
    assert ppm_of("8.875 %").value == 88_750
    with pytest.raises(RowRefused, match="between 0 and 100"):
        ppm_of("101")


@given(st.integers(0, 10**13))
def test_every_amount_survives_being_written_and_read(minor: int) -> None:
    text = f"{minor // 100}.{minor % 100:02d}"

    assert price_of(text, CZK).value == minor


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_price(text: str) -> None:
    with suppress(RowRefused):
        assert price_of(text, CZK).value >= 0
