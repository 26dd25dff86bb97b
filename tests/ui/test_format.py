"""Money, quantities and times as the shop's country writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.domain.money import Currency
from pos_app.ui.format import Formats

NB, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("locale", "currency", "text"),
    [
        ("cs_CZ", Currency("CZK", 2, 100), f"1{NB}234,50{NB}Kč"),
        ("en_US", Currency("USD", 2), "$1,234.50"),
        ("fil_PH", Currency("PHP", 2), "₱1,234.50"),
        ("nb_NO", Currency("NOK", 2, 100), f"1{NB}234,50{NB}kr"),
    ],
)
def test_money_looks_as_in_the_shop_s_country(locale: str, currency: Currency, text: str) -> None:
    assert Formats(locale, currency).money(123_450) == text


@pytest.mark.parametrize(
    ("locale", "text"), [("cs-CZ", "1,5"), ("xx_bogus", "1.5"), ("", "1.5"), ("cs_XX", "1.5")]
)
def test_a_locale_nobody_knows_hides_no_figures(locale: str, text: str) -> None:
    assert Formats(locale).percent(15_000).startswith(text)


def test_polish_money_has_its_comma_and_sign() -> None:
    text = Formats("pl_PL", Currency("PLN", 2)).money(123_450)

    assert text.replace(NB, "").replace("\N{NARROW NO-BREAK SPACE}", "") == "1234,50zł"


def test_a_minus_is_a_minus_and_not_a_hyphen() -> None:
    assert Formats("cs_CZ", Currency("CZK", 2)).amount(-12_900) == f"{MINUS}129,00"


@pytest.mark.parametrize(
    ("code", "digits", "text"), [("JPY", 0, "1,250"), ("EUR", 2, "12.50"), ("KWD", 3, "1.250")]
)
def test_decimals_are_the_currency_s(code: str, digits: int, text: str) -> None:
    assert Formats("en_US", Currency(code, digits)).amount(1250) == text


def test_a_whole_amount_can_be_short() -> None:
    formats = Formats("cs_CZ", Currency("CZK", 2))

    assert formats.short_amount(129_000) == f"1{NB}290"
    assert formats.short_amount(1_990) == "19,90"
    assert formats.short_money(500_000) == f"5{NB}000{NB}Kč"


def test_quantities_are_whole_or_weighed() -> None:
    formats = Formats("cs_CZ")

    assert formats.qty(2_000) == "2"
    assert formats.qty(352, "kg") == f"0,352{NB}kg"
    assert formats.percent(210_000).replace(NB, "") == "21%"


def test_times_are_of_the_shop_s_zone() -> None:
    formats = Formats("cs_CZ", time_zone="Asia/Manila")

    assert formats.time(1_763_740_800_000) == "0:00"


@pytest.mark.parametrize("typed", ["1234,5", "1 234,50", "1234.50", "1.234,50", f"1{NB}234,50"])
def test_amounts_are_read_with_comma_or_point(typed: str) -> None:
    assert Formats("cs_CZ", Currency("CZK", 2)).parse_amount(typed) == 123_450


@pytest.mark.parametrize("typed", ["", "abc", "1,234", "NaN", "Infinity", "12,5x"])
def test_what_is_no_amount_is_none(typed: str) -> None:
    assert Formats("cs_CZ", Currency("CZK", 2)).parse_amount(typed) is None


@given(st.integers(-(10**12), 10**12))
def test_an_amount_that_was_written_can_be_read_back(amount: int) -> None:
    formats = Formats("cs_CZ", Currency("CZK", 2))

    assert formats.parse_amount(formats.amount(amount).replace(MINUS, "-")) == amount
