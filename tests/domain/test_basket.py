"""Baskets: what operations do, and that figures always add up."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pos_app.domain.basket import MAX_LINES, MAX_QTY, Basket, Discount, DiscountKind, Line, line_of
from pos_app.domain.catalog import Unit
from pos_app.domain.errors import AmountOutOfRange, DiscountTooLarge, QuantityOutOfRange
from pos_app.domain.events import LineAdded, LineChanged
from pos_app.domain.money import MAX_MONEY, ONE
from tests.domain.goods import RATES, a_basket, a_line, a_variant, amount_off, baskets, percent


def assert_adds_up(basket: Basket) -> None:
    figures = basket.figures
    assert figures.subtotal == sum(line.amount for line in figures.lines)
    assert figures.discount == sum(line.discount for line in figures.lines)
    assert figures.tax == sum(line.taxed.tax for line in figures.lines)
    assert figures.total == sum(line.taxed.gross for line in figures.lines)
    assert figures.total == sum(total.gross for total in figures.taxes)
    assert figures.tax == sum(total.tax for total in figures.taxes)
    assert len(figures.lines) == len(basket.lines)
    assert all(line.payable >= 0 for line in figures.lines)


@given(baskets())
def test_lines_sum_to_totals_always(basket: Basket) -> None:
    assert_adds_up(basket)


@given(baskets())
def test_a_basket_discount_is_given_in_full_and_never_beyond_a_line(basket: Basket) -> None:
    figures = basket.figures

    left = sum(line.amount - line.line_discount for line in figures.lines)
    given_away = basket.discount.of(left) if basket.discount else 0
    assert sum(line.basket_discount for line in figures.lines) == given_away
    assert all(0 <= line.discount <= line.amount for line in figures.lines)


@given(baskets(), st.data())
def test_removing_any_line_leaves_figures_that_add_up(basket: Basket, data: st.DataObject) -> None:
    assume(basket.lines)

    basket.remove(data.draw(st.integers(0, len(basket.lines) - 1)))

    assert_adds_up(basket)


@given(baskets(), st.data())
def test_a_refused_change_changes_nothing(basket: Basket, data: st.DataObject) -> None:
    assume(basket.lines)
    row = data.draw(st.integers(0, len(basket.lines) - 1))
    before = (basket.memo(), basket.figures)

    with pytest.raises(QuantityOutOfRange):
        basket.set_qty(row, data.draw(st.sampled_from([0, -ONE, MAX_QTY + 1, 10**12])))
    with pytest.raises(DiscountTooLarge):
        basket.set_discount(amount_off(basket.figures.subtotal + 1))

    assert (basket.memo(), basket.figures) == before


def test_the_same_article_again_raises_its_quantity() -> None:
    basket = a_basket()

    first = basket.add(line_of(a_variant(), "line-1", ONE))
    again = basket.add(line_of(a_variant(), "line-2", 2 * ONE))

    assert (first, again) == (LineAdded(0), LineChanged(0))
    assert [(line.line_id, line.qty) for line in basket.lines] == [("line-1", 3 * ONE)]


@pytest.mark.parametrize(
    "other",
    [
        line_of(a_variant(price=39_900), "line-2", ONE),
        line_of(a_variant(rate=RATES[0]), "line-2", ONE),
        line_of(a_variant(), "line-2", ONE, 100, own_row=True),
        line_of(a_variant(unit=Unit.KG), "line-2", 352),
        line_of(a_variant(price=None), "line-2", ONE, 49_900),
    ],
)
def test_another_price_rate_or_measure_is_another_row(other: Line) -> None:
    basket = a_basket(line_of(a_variant(), "line-1", ONE))

    assert basket.add(other) == LineAdded(1)


def test_a_row_with_a_discount_does_not_take_more_of_the_same() -> None:
    basket = a_basket(line_of(a_variant(), "line-1", ONE))
    basket.set_line_discount(0, percent(10))

    assert basket.add(line_of(a_variant(), "line-2", ONE)) == LineAdded(1)


def test_removing_a_line_cuts_a_fixed_discount_to_what_is_left() -> None:
    basket = a_basket(a_line(500, line_id="1"), a_line(300, line_id="2"))
    basket.set_discount(amount_off(600))

    basket.remove(0)

    assert basket.discount == amount_off(300)
    assert basket.total == 0


def test_an_empty_basket_keeps_no_discount() -> None:
    basket = a_basket(a_line(500))
    basket.set_discount(percent(10))

    basket.remove(0)

    assert basket.discount is None
    assert (basket.total, basket.piece_count) == (0, 0)


def test_a_removed_line_comes_back_where_it_was() -> None:
    basket = a_basket(*(a_line(100 * n, line_id=str(n)) for n in (1, 2, 3)))
    line = basket.lines[1]
    basket.remove(1)

    assert basket.insert(1, line) == LineAdded(1)

    assert [it.line_id for it in basket.lines] == ["1", "2", "3"]


def test_weighed_goods_count_as_one_item() -> None:
    basket = a_basket(a_line(qty=3 * ONE), a_line(2390, 352, line_id="2", unit=Unit.KG))

    assert basket.piece_count == 4


@pytest.mark.parametrize("qty", [0, 1, -ONE, 500, 1500, MAX_QTY + ONE, 10**9 * ONE])
def test_pieces_are_whole_more_than_none_and_not_absurd(qty: int) -> None:
    with pytest.raises(QuantityOutOfRange):
        line_of(a_variant(), "line-1", qty)


@pytest.mark.parametrize("qty", [1, 500, 1234, MAX_QTY])
def test_a_weight_may_be_a_single_gram(qty: int) -> None:
    assert line_of(a_variant(unit=Unit.KG), "line-1", qty).qty == qty


def test_an_open_price_must_be_given_and_not_below_zero() -> None:
    with pytest.raises(ValueError, match="open price"):
        line_of(a_variant(price=None), "line-1", ONE)
    with pytest.raises(AmountOutOfRange):
        line_of(a_variant(price=None), "line-1", ONE, -1)
    with pytest.raises(AmountOutOfRange):
        line_of(a_variant(price=None), "line-1", ONE, MAX_MONEY + 1)


@pytest.mark.parametrize(
    "discount", [percent(100.0001), percent(-1), amount_off(501), amount_off(-1)]
)
def test_a_discount_is_neither_negative_nor_more_than_the_goods(discount: Discount) -> None:
    basket = a_basket(a_line(500))

    with pytest.raises(DiscountTooLarge):
        basket.set_line_discount(0, discount)


def test_a_basket_holds_as_many_lines_as_the_message_to_central() -> None:
    basket = a_basket(*(a_line(1, line_id=str(n)) for n in range(MAX_LINES)))

    with pytest.raises(QuantityOutOfRange):
        basket.add(a_line(1, line_id="one more"))


def test_sums_beyond_what_can_be_booked_are_refused() -> None:
    basket = a_basket(a_line(MAX_MONEY, line_id="1"))

    with pytest.raises(AmountOutOfRange):
        basket.add(a_line(1, line_id="2"))


def test_a_percentage_is_in_parts_per_million() -> None:
    assert percent(12.5).kind is DiscountKind.PERCENT
    assert percent(12.5).of(20) == 3
