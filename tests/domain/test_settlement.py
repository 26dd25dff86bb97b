"""Tenders against a total: change, split, and rounding of the cash part only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.domain.errors import TenderRefused
from pos_app.domain.money import Currency, Money, cash_rounded
from pos_app.domain.sale import Settlement, Tender, TenderKind, check_tender, settle
from tests.domain.goods import currencies

CASH, CARD = TenderKind.CASH, TenderKind.CARD_EXTERNAL
EUR, CHF, CZK = Currency("EUR", 2), Currency("CHF", 2, 5), Currency("CZK", 2, 100)
totals = st.integers(0, 10**9)


def given_tenders(*amounts: tuple[TenderKind, Money]) -> list[Tender]:
    return [Tender(f"tender-{n}", kind, amount) for n, (kind, amount) in enumerate(amounts)]


def paid_up(tenders: list[Tender], settlement: Settlement) -> bool:
    paid = sum(tender.amount for tender in tenders)
    return paid - settlement.change == settlement.total + settlement.rounding


@given(totals, currencies, st.integers(0, 10**6))
def test_enough_cash_pays_any_total_in_any_currency(
    total: Money, currency: Currency, more: int
) -> None:
    cash = cash_rounded(total, currency) + more * currency.cash_step

    settlement = settle(total, given_tenders((CASH, cash)), currency)

    assert settlement.is_complete
    assert settlement.change == more * currency.cash_step
    assert 2 * abs(settlement.rounding) <= currency.cash_step


@given(totals, currencies, st.lists(st.tuples(st.sampled_from(TenderKind), totals), max_size=6))
def test_tenders_less_change_are_the_total_and_its_rounding(
    total: Money, currency: Currency, wishes: list[tuple[TenderKind, Money]]
) -> None:
    tenders: list[Tender] = []
    for number, (kind, amount) in enumerate(wishes):
        before = settle(total, tenders, currency)
        if before.is_complete and tenders:
            break
        amount = amount if kind is CASH else min(amount, before.due)
        tenders.append(Tender(f"tender-{number}", kind, amount))

    settlement = settle(total, tenders, currency)

    if settlement.is_complete:
        assert paid_up(tenders, settlement)
        assert settlement.change >= 0
    else:
        assert settlement.due == total - settlement.paid > 0
        assert (settlement.rounding, settlement.change) == (0, 0)


@given(totals, currencies)
def test_a_card_pays_to_the_last_unit_and_is_never_rounded(
    total: Money, currency: Currency
) -> None:
    settlement = settle(total, given_tenders((CARD, total)), currency)

    assert (settlement.due, settlement.rounding, settlement.change) == (0, 0, 0)


def test_without_tenders_everything_is_due() -> None:
    settlement = settle(1002, [], CHF)

    assert (settlement.due, settlement.cash_due, settlement.is_complete) == (1002, 1000, False)


def test_cash_that_does_not_finish_is_not_rounded() -> None:
    settlement = settle(1002, given_tenders((CASH, 500)), CHF)

    assert (settlement.due, settlement.cash_due, settlement.rounding) == (502, 500, 0)


@pytest.mark.parametrize(
    ("total", "kind", "amount", "currency", "reason"),
    [
        (1000, CASH, 0, EUR, "zero"),
        (1000, CASH, -1, EUR, "zero"),
        (1000, CARD, 0, EUR, "zero"),
        (0, CARD, 0, EUR, "zero"),
        (1000, CARD, 1001, EUR, "above_due"),
        (1000, CASH, 101_001, EUR, "change_too_large"),
        (1000, CASH, 10**15, EUR, "change_too_large"),
        (1000, CASH, 1003, CHF, "no_such_coins"),
        (1000, CASH, 1050, CZK, "no_such_coins"),
    ],
)
def test_a_tender_that_makes_no_sense_is_refused(
    total: Money, kind: TenderKind, amount: Money, currency: Currency, reason: str
) -> None:
    with pytest.raises(TenderRefused) as refused:
        check_tender(Tender("t", kind, amount), settle(total, [], currency), currency, 100_000)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("total", "kind", "amount", "currency"),
    [
        (1000, CASH, 1, EUR),
        (1000, CASH, 101_000, EUR),
        (1000, CARD, 1000, EUR),
        (0, CASH, 0, EUR),
        (2, CASH, 0, CHF),
        (1002, CASH, 1000, CHF),
    ],
)
def test_a_tender_that_makes_sense_is_taken(
    total: Money, kind: TenderKind, amount: Money, currency: Currency
) -> None:
    check_tender(Tender("t", kind, amount), settle(total, [], currency), currency, 100_000)
