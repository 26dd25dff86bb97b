"""The finished sale: made from a basket, unchangeable, and impossible when it does not add up."""

from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given

from pos_app.domain.basket import Basket
from pos_app.domain.checkout import draft
from pos_app.domain.errors import SaleDoesNotAddUp
from pos_app.domain.money import Currency, cash_rounded
from pos_app.domain.sale import SaleDraft, Tender, TenderKind, receipt_no, settle
from pos_app.domain.shift import Shift
from pos_app.domain.staff import Staff
from tests.domain.goods import a_basket, a_line, amount_off, baskets, currencies, percent

EUR = Currency("EUR", 2)
SHIFT = Shift("shift-1", 7, "staff-1", "Jana N.", 0, 0, "2026-11-21")
JANA = Staff("staff-1", "Jana N.", "Cashier", frozenset(), 4)


def sold(basket: Basket, currency: Currency = EUR) -> SaleDraft:
    """Paid with exact cash."""
    cash = cash_rounded(basket.total, currency)
    tenders = (Tender("tender-1", TenderKind.CASH, cash),)
    return draft(
        basket,
        tenders,
        settle(basket.total, tenders, currency),
        currency,
        store_id="store-1",
        till_id="till-1",
        shift=SHIFT,
        cashier=JANA,
        completed_at_ms=1_700_000_000_000,
    )


@given(baskets(), currencies)
def test_every_basket_becomes_a_sale_that_adds_up(basket: Basket, currency: Currency) -> None:
    sale = sold(basket, currency)

    assert sale.total == basket.total == sum(line.gross for line in sale.lines)
    assert sale.sale_id == basket.basket_id


def test_a_line_names_why_it_is_cheaper() -> None:
    basket = a_basket(a_line(1000, line_id="1"), a_line(0, line_id="2"))
    basket.set_line_discount(0, replace(percent(10), reason="WEB10"))
    basket.set_discount(replace(amount_off(100), reason="staff"))

    lines = sold(basket).lines

    assert [(line.discount, line.discount_reason) for line in lines] == [
        (200, "WEB10, staff"),
        (0, ""),
    ]


@pytest.mark.parametrize("figure", ["subtotal", "discount", "tax", "total", "rounding", "change"])
def test_a_sale_whose_figures_disagree_cannot_exist(figure: str) -> None:
    sale = sold(a_basket(a_line()))

    with pytest.raises(SaleDoesNotAddUp):
        replace(sale, **{figure: getattr(sale, figure) + 1})


def test_change_is_never_negative() -> None:
    sale = sold(a_basket(a_line(1000)))
    less = (Tender("tender-1", TenderKind.CASH, 900),)

    with pytest.raises(SaleDoesNotAddUp, match="change"):
        replace(sale, tenders=less, change=-100)


def test_a_booked_sale_keeps_every_figure_and_cannot_be_changed() -> None:
    before = sold(a_basket(a_line()))

    sale = before.booked("014-2-000123", 123, "a1b2c3d4")

    assert (sale.total, sale.lines, sale.receipt_no) == (before.total, before.lines, "014-2-000123")
    with pytest.raises(FrozenInstanceError):
        sale.total = 0  # type: ignore[misc]  # the point of the test


def test_a_receipt_number_names_store_till_and_life() -> None:
    assert receipt_no("014", "2", 1, 4512) == "014-2-004512"
    assert receipt_no("014", "2", 3, 4512) == "014-2-3-004512"
