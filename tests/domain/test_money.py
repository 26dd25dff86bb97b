"""Minor units, their rounding and their division."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.domain.errors import AmountOutOfRange
from pos_app.domain.money import MAX_MONEY, Currency, cash_rounded, checked, rounded, split, times
from tests.domain.goods import currencies

amounts = st.integers(-(10**12), 10**12)


@given(st.integers(), st.integers(1, 10**12))
def test_rounding_is_never_off_by_more_than_half_and_mirrors_its_sign(
    top: int, bottom: int
) -> None:
    result = rounded(top, bottom)

    assert abs(Fraction(top, bottom) - result) <= Fraction(1, 2)
    assert rounded(-top, bottom) == -result


@pytest.mark.parametrize(
    ("top", "expected"), [(5, 1), (-5, -1), (4, 0), (15, 2), (25, 3), (-25, -3)]
)
def test_half_goes_away_from_zero(top: int, expected: int) -> None:
    assert rounded(top, 10) == expected


def test_a_denominator_of_zero_is_a_bug_and_says_so() -> None:
    with pytest.raises(ValueError, match="positive"):
        rounded(1, 0)


@given(amounts, st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_parts_of_a_division_sum_to_the_whole(amount: int, weights: list[int]) -> None:
    assert sum(split(amount, weights)) == amount


@given(amounts, st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(sum))
def test_no_part_is_a_whole_unit_away_from_its_fair_share(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)

    fair = [Fraction(amount * weight, sum(weights)) for weight in weights]
    assert all(abs(part - share) < 1 for part, share in zip(parts, fair, strict=True))


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30), st.data())
def test_no_part_of_a_smaller_sum_exceeds_its_weight(
    weights: list[int], data: st.DataObject
) -> None:
    amount = data.draw(st.integers(0, sum(weights)))

    parts = split(amount, weights)

    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


def test_equal_remainders_go_to_the_earlier_parts() -> None:
    assert split(100, [333, 333, 333]) == [34, 33, 33]
    assert split(-100, [1, 1, 1]) == [-34, -33, -33]


def test_without_any_weight_the_parts_are_equal() -> None:
    assert split(5, [0, 0]) == [3, 2]


def test_nothing_divides_among_nobody() -> None:
    assert split(0, []) == []
    with pytest.raises(ValueError, match="nothing to divide"):
        split(1, [])
    with pytest.raises(ValueError, match="negative"):
        split(1, [2, -1])


@given(amounts, currencies)
def test_cash_is_a_multiple_of_the_step_and_at_most_half_of_it_away(
    amount: int, currency: Currency
) -> None:
    cash = cash_rounded(amount, currency)

    assert cash % currency.cash_step == 0
    assert 2 * abs(cash - amount) <= currency.cash_step


def test_a_sum_beyond_what_a_till_can_book_is_refused() -> None:
    assert checked(-MAX_MONEY) == -MAX_MONEY
    with pytest.raises(AmountOutOfRange):
        times(MAX_MONEY, 1001)
