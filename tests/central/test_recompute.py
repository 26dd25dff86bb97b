"""Central computes what the till computed, and says where they differ."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.domain.basket import Basket, Discount, DiscountKind, Line
from pos_app.domain.catalog import Unit
from pos_app.domain.money import Currency
from pos_app.domain.sale import Tender, TenderKind
from pos_app.domain.tax import TaxMode, TaxPolicy, TaxRate, TaxRounding
from sync.central.recompute import findings
from sync.wire_facts import SaleCompletedV1
from tests.central.tills import payload_of

RATES = [TaxRate("A", "21 %", 210_000), TaxRate("B", "12 %", 120_000), TaxRate("C", "0", 0)]
CURRENCIES = [Currency("EUR", 2), Currency("CHF", 2, 5), Currency("JPY", 0), Currency("KWD", 3)]

lines = st.builds(
    Line,
    line_id=st.uuids().map(str),
    sku=st.just("S"),
    name=st.just("Name"),
    detail=st.just(""),
    unit=st.just(Unit.KG),
    qty=st.integers(1, 50_000),
    unit_price=st.integers(0, 500_000),
    tax=st.sampled_from(RATES),
    discount=st.none()
    | st.builds(Discount, st.just(DiscountKind.PERCENT), st.integers(0, 1_000_000), st.just("x")),
    own_row=st.just(True),
)


@st.composite
def payloads(draw: st.DrawFn) -> dict[str, Any]:
    """A sale as a till books it: any goods, discounts, tax policy, currency, paid in cash."""
    policy = TaxPolicy(draw(st.sampled_from(TaxMode)), draw(st.sampled_from(TaxRounding)))
    currency = draw(st.sampled_from(CURRENCIES))
    off = draw(st.none() | st.integers(0, 1_000_000))
    discount = Discount(DiscountKind.PERCENT, off, "sale") if off is not None else None
    basket = Basket("basket", policy, draw(st.lists(lines, min_size=1, max_size=6)), discount)
    tender = Tender("tender", TenderKind.CASH, basket.total + draw(st.integers(5, 10_000)))
    return payload_of(basket, tender, "s", 1, currency)


@given(payloads())
def test_a_sale_of_the_till_is_right(payload: dict[str, Any]) -> None:
    assert findings(SaleCompletedV1.model_validate(payload)) == []


@given(payloads(), st.integers(-5, 5).filter(bool))
def test_a_total_that_is_off_by_little_is_found(payload: dict[str, Any], by: int) -> None:
    payload["total_minor"] += by

    assert findings(SaleCompletedV1.model_validate(payload)) != []


@given(payloads(), st.data())
def test_a_line_that_is_off_by_one_is_found(payload: dict[str, Any], data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(payload["lines"]))
    name = data.draw(st.sampled_from(["amount_minor", "disc_minor", "net_minor", "tax_minor"]))
    line[name] += 1

    assert findings(SaleCompletedV1.model_validate(payload)) != []


@given(payloads().filter(lambda it: len(it["lines"]) > 1), st.data())
def test_tax_moved_from_one_line_to_another_is_found(
    payload: dict[str, Any], data: st.DataObject
) -> None:
    """All sums stay as they are."""
    one, other = data.draw(st.permutations(payload["lines"]))[:2]
    one["tax_minor"] += 1
    other["tax_minor"] -= 1
    if payload["tax_mode"] == "inclusive":
        one["net_minor"] -= 1
        other["net_minor"] += 1

    assert findings(SaleCompletedV1.model_validate(payload)) != []


@given(payloads(), st.sampled_from(["code", "ppm", "net_minor", "tax_minor"]), st.data())
def test_a_tax_total_that_is_off_is_found(
    payload: dict[str, Any], name: str, data: st.DataObject
) -> None:
    total = data.draw(st.sampled_from(payload["taxes"]))
    total[name] = "Z" if name == "code" else total[name] + 1

    assert findings(SaleCompletedV1.model_validate(payload)) != []


@given(payloads(), st.integers(-5, 5).filter(bool))
def test_rounding_that_was_given_as_change_is_found(payload: dict[str, Any], by: int) -> None:
    payload["rounding_minor"] += by
    payload["change_minor"] -= by

    assert findings(SaleCompletedV1.model_validate(payload)) != []


@given(payloads())
def test_change_on_a_card_is_found(payload: dict[str, Any]) -> None:
    assert payload["change_minor"] > 0
    payload["tenders"][0]["kind"] = TenderKind.CARD_EXTERNAL.value

    assert findings(SaleCompletedV1.model_validate(payload)) != []


def codes(payload: dict[str, Any]) -> list[str]:
    return [it.code for it in findings(SaleCompletedV1.model_validate(payload))]


@pytest.fixture
def payload() -> dict[str, Any]:
    line = Line("l", "S", "Name", "", Unit.PIECE, 1000, 1000, RATES[0])
    basket = Basket("basket", TaxPolicy(), [line])
    return payload_of(basket, Tender("t", TenderKind.CASH, 1000), "s", 1, CURRENCIES[0])


def test_a_tender_of_an_unknown_kind_is_named(payload: dict[str, Any]) -> None:
    payload["tenders"][0]["kind"] = "seashells"

    assert codes(payload) == ["tender_kind"]


def test_a_sale_nobody_paid_for_is_named(payload: dict[str, Any]) -> None:
    payload["tenders"] = []

    assert "underpaid" in codes(payload)


def test_figures_that_no_arithmetic_survives_are_named(payload: dict[str, Any]) -> None:
    payload["cash_step"] = 0

    assert codes(payload) == ["figures"]


def test_a_tax_booked_under_another_rate_is_named(payload: dict[str, Any]) -> None:
    payload["lines"][0]["tax_ppm"] = 120_000

    assert set(codes(payload)) == {"line_tax", "tax_totals"}
