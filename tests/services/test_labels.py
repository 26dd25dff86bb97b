"""Labels with a weight, a price or a count, against biip's own rules where it has any."""

import pytest
from biip import ParseConfig
from biip.rcn import Rcn, RcnRegion
from hypothesis import given
from hypothesis import strategies as st

from pos_app.domain.gtin import check_digit, code_key
from pos_app.domain.settings import MeasureRule
from pos_app.services.labels import read_label, value_check_digit
from tests.services.shop import label

SWEDEN = tuple(
    MeasureRule(pattern, decimals)
    for pattern, decimals in (
        ("20IIIIIIPPPPK", 2),
        ("21IIIIIIPPPPK", 1),
        ("22IIIIIIPPPPK", 0),
        ("23IIIIIIWWWWK", 3),
        ("24IIIIIIWWWWK", 2),
        ("25IIIIIIWWWWK", 1),
    )
)
BRITAIN = (MeasureRule("20IIIIICPPPPK", 2),)
GERMANY = (MeasureRule("22IIIICPPPPPK"), MeasureRule("25IIIICNNNNNK"), MeasureRule("28IIIICWWWWWK"))


@given(
    st.sampled_from(["20", "21", "22", "23", "24", "25"]),
    st.integers(1, 9999),
    st.integers(0, 10**6 - 1),
)
def test_swedish_labels_mean_what_biip_says_they_mean(prefix: str, value: int, item: int) -> None:
    code = label(prefix, f"{item:06}{value:04}")

    found = read_label(code, SWEDEN, 2)
    known = Rcn.parse(code, config=ParseConfig(rcn_region=RcnRegion.SWEDEN))

    assert found is not None
    assert isinstance(known, Rcn)
    assert found.weight == (known.weight and round(known.weight * 1000))
    assert found.price == (known.price and round(known.price * 100))
    assert found.keys[1:] == (known.without_variable_measure().as_gtin_14(), f"{item:06}")


@given(st.integers(0, 9999), st.integers(0, 99_999), st.integers(0, 9))
def test_british_labels_are_refused_when_biip_refuses_them(
    value: int, item: int, inner: int
) -> None:
    code = label("20", f"{item:05}{inner}{value:04}")

    found = read_label(code, BRITAIN, 2)

    assert found is not None
    assert found.is_valid == (value_check_digit(f"{value:04}") == inner)
    assert not found.is_valid or found.price == (value or None)


def test_german_labels_may_count_pieces() -> None:
    inner = value_check_digit("00012")

    found = read_label(label("25", f"1234{inner}00012"), GERMANY, 2)

    assert found is not None
    assert (found.count, found.weight, found.price) == (12, None, None)


def test_a_label_of_the_article_itself_has_no_measure() -> None:
    code = label("23", "1234560000")

    found = read_label(code, SWEDEN, 2)

    assert found is not None
    assert (found.keys, found.weight) == ((code_key(code), "123456"), None)


@pytest.mark.parametrize("code", ["234567801254", "0234567801254"])
def test_a_upc_a_fits_the_rule_written_for_either_length(code: str) -> None:
    code = f"{code[:-1]}{check_digit(code[:-1])}"

    short = read_label(code, (MeasureRule("2IIIIIXPPPPK"),), 2)
    long = read_label(code, (MeasureRule("02IIIIIXPPPPK"),), 2)

    assert short is not None
    assert long is not None
    assert short.price == long.price == 125
    assert short.keys[1:] == long.keys[1:]


def test_an_outer_check_digit_that_is_wrong_is_told() -> None:
    code = label("23", "1234560352")
    wrong = f"{code[:-1]}{(int(code[-1]) + 1) % 10}"

    found = read_label(wrong, SWEDEN, 2)

    assert found is not None
    assert (found.is_valid, found.keys) == (False, (wrong,))


@pytest.mark.parametrize(
    "pattern",
    ["", "23IIIIIIWWWWQ", "23IIWWIIWWWWK", "23IIIIWWWPPPK", "23IIIIIIIIIIK", "20IIIICPPPPPPK"],
)
def test_a_rule_that_makes_no_sense_is_left_alone(pattern: str) -> None:
    assert read_label(label("23", "1234560352"), (MeasureRule(pattern),), 2) is None


@pytest.mark.parametrize(("digits", "price"), [(0, 1250), (2, 1250), (3, 1250)])
def test_prices_without_stated_decimals_are_in_the_currency_s_smallest_unit(
    digits: int, price: int
) -> None:
    found = read_label(label("20", "1234561250"), (MeasureRule("20IIIIIIPPPPK"),), digits)

    assert found is not None
    assert found.price == price
