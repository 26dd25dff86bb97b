"""Labels that state the price of goods sold by weight."""

from hypothesis import given
from hypothesis import strategies as st

from pos_app.domain.measure import priced_weight
from pos_app.domain.money import ONE, times


@given(st.integers(1, 100_000), st.integers(1, 30_000))
def test_a_label_at_the_price_of_today_gives_a_weight_that_costs_it(
    per_kg: int, weight: int
) -> None:
    label = times(per_kg, weight)

    found, price = priced_weight(per_kg, label)

    assert times(price, found) == label
    assert price == per_kg or label == 0


@given(st.integers(0, 100_000), st.integers(1, 100_000))
def test_a_label_at_another_price_is_still_what_the_customer_pays(per_kg: int, label: int) -> None:
    weight, price = priced_weight(per_kg, label)

    assert times(price, weight) == label
    assert weight > 0


def test_a_label_of_goods_that_cost_nothing_is_one_unit_at_its_price() -> None:
    assert priced_weight(0, 1250) == (ONE, 1250)
