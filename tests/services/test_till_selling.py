"""Lines, discounts, tenders and the end of a sale."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos_app.domain.basket import Discount, DiscountKind
from pos_app.domain.errors import (
    AmountOutOfRange,
    DiscountTooLarge,
    NotAllowed,
    NotNow,
    QuantityOutOfRange,
    TenderRefused,
)
from pos_app.domain.events import (
    BasketDiscounted,
    BasketReplaced,
    DrawerWanted,
    LineAdded,
    LineChanged,
    LineRemoved,
    Locked,
    MatrixWanted,
    SaleCompleted,
    ShiftOpened,
    SignedIn,
    SignedOut,
    TendersChanged,
)
from pos_app.domain.money import ONE
from pos_app.domain.sale import TenderKind
from pos_app.domain.staff import Right, Staff
from pos_app.store.journal import Journal
from tests.services.shop import JANA, SOCK, TEE, TWICE, Shop, fill, label, settings_block

CASH, CARD = TenderKind.CASH, TenderKind.CARD_EXTERNAL
TEN_PERCENT = Discount(DiscountKind.PERCENT, 100_000, "WEB10")
TRAINEE = Staff("staff-2", "Petr K.", "Trainee", frozenset({Right.SELL}), 4)


def facts(shop: Shop) -> list[str]:
    return [fact["type"] for fact in Journal(shop.stores).batch(1, 100, 10**6)]


def test_exact_cash_ends_the_sale(shop: Shop) -> None:
    shop.till.scan(TEE)
    shop.told()

    sale = shop.till.take_tender(CASH, 49_900)

    assert sale is not None
    assert (sale.receipt_no, sale.total, sale.change) == ("014-2-000001", 49_900, 0)
    assert shop.told() == [BasketReplaced(), SaleCompleted(sale)]
    assert (shop.till.last_sale, shop.till.basket.lines, shop.till.tenders) == (sale, [], ())
    assert facts(shop)[-1] == "sale.completed.v1"


def test_a_second_tap_on_the_finishing_button_books_nothing(shop: Shop) -> None:
    shop.till.scan(TEE)

    sales = [shop.till.take_tender(CASH, 50_000) for _ in range(3)]

    assert [sale is not None for sale in sales] == [True, False, False]
    assert facts(shop).count("sale.completed.v1") == 1


def test_receipt_numbers_have_no_gaps(shop: Shop) -> None:
    for _ in range(3):
        shop.till.scan(SOCK)
        shop.till.take_tender(CASH, 20_000)

    assert shop.till.last_sale is not None
    assert shop.till.last_sale.number == 3


def test_less_than_the_rest_is_a_split_tender(shop: Shop) -> None:
    shop.till.scan(TEE)
    shop.told()

    assert shop.till.take_tender(CARD, 30_000, "••4471") is None
    assert shop.till.settlement.due == 19_900
    sale = shop.till.take_tender(CASH, 20_000)

    assert sale is not None
    assert [(it.kind, it.amount) for it in sale.tenders] == [(CARD, 30_000), (CASH, 20_000)]
    assert sale.change == 100
    assert shop.told()[0] == TendersChanged()


def test_a_tender_can_be_given_back_once(shop: Shop) -> None:
    shop.till.scan(TEE)
    shop.till.take_tender(CARD, 30_000)
    tender_id = shop.till.tenders[0].tender_id
    shop.told()

    shop.till.remove_tender(tender_id)
    shop.till.remove_tender(tender_id)

    assert shop.told() == [TendersChanged()]
    assert shop.till.settlement.due == 49_900


@pytest.mark.parametrize(
    ("kind", "amount", "reason"),
    [
        (CASH, 0, "zero"),
        (CARD, -1, "zero"),
        (CARD, 49_901, "above_due"),
        (CASH, 10_000_000, "change_too_large"),
        (CASH, 49_950, "no_such_coins"),
    ],
)
def test_a_tender_that_makes_no_sense_changes_nothing(
    shop: Shop, kind: TenderKind, amount: int, reason: str
) -> None:
    shop.till.scan(TEE)

    with pytest.raises(TenderRefused) as refused:
        shop.till.take_tender(kind, amount)

    assert refused.value.reason == reason
    assert shop.till.tenders == ()


def test_cash_is_rounded_to_coins_and_says_by_how_much(shop: Shop) -> None:
    shop.till.scan(label("21", "1234500352"))
    total = shop.till.basket.total

    sale = shop.till.take_tender(CASH, 2_000)

    assert sale is not None
    assert (total, sale.rounding, sale.change) == (1_228, -28, 800)


def test_goods_stay_as_they_are_once_a_tender_is_taken(shop: Shop) -> None:
    shop.till.scan(TEE)
    shop.till.take_tender(CARD, 100)

    changes: list[Callable[[], None]] = [
        lambda: shop.till.change_qty(0, 2 * ONE),
        lambda: shop.till.remove_line(0),
        lambda: shop.till.set_discount(TEN_PERCENT),
        shop.till.suspend,
        shop.till.void_basket,
        lambda: shop.till.add_variant("SOCK"),
    ]
    for change in changes:
        with pytest.raises(NotNow, match="tenders_taken"):
            change()


def test_a_line_is_removed_and_comes_back_in_its_place(shop: Shop) -> None:
    for code in (TEE, SOCK, "FREE-1"):
        shop.till.scan(code)
    shop.told()

    shop.till.remove_line(1)
    assert shop.till.undo_remove()
    assert not shop.till.undo_remove()

    assert shop.told() == [LineRemoved(1), LineAdded(1)]
    assert [line.sku for line in shop.till.basket.lines] == ["TEE-M", "SOCK", "FREE"]


def test_undo_brings_back_the_discount_the_removal_had_cut(shop: Shop) -> None:
    off = Discount(DiscountKind.AMOUNT, 40_000, "goodwill")
    shop.till.scan(TEE)
    shop.till.scan(SOCK)
    shop.till.set_discount(off)

    shop.till.remove_line(0)
    assert shop.till.basket.discount == replace(off, value=19_900)
    shop.till.undo_remove()

    assert shop.till.basket.discount == off


def test_nothing_of_the_last_customer_comes_back_by_undo(shop: Shop) -> None:
    shop.till.scan(TEE)
    shop.till.scan(SOCK)
    shop.till.remove_line(0)
    shop.till.take_tender(CASH, 20_000)

    assert not shop.till.undo_remove()


def test_discounts_are_told_and_need_a_right(shop: Shop) -> None:
    shop.till.scan(TEE)
    shop.told()

    shop.till.set_line_discount(0, TEN_PERCENT)
    shop.till.set_discount(TEN_PERCENT)

    assert shop.told() == [LineChanged(0), BasketDiscounted()]
    assert shop.till.basket.total == 40_419
    shop.till.sign_in(TRAINEE)
    with pytest.raises(NotAllowed, match="discount"):
        shop.till.set_discount(None)


def test_a_discount_beyond_the_goods_changes_nothing(shop: Shop) -> None:
    shop.till.scan(TEE)

    with pytest.raises(DiscountTooLarge):
        shop.till.set_discount(Discount(DiscountKind.AMOUNT, 49_901, ""))

    assert shop.till.basket.discount is None


@pytest.mark.parametrize("qty", [0, 1, 1_500, 10**9 * ONE])
def test_quantities_that_are_none_are_refused(shop: Shop, qty: int) -> None:
    shop.till.scan(TEE)

    with pytest.raises(QuantityOutOfRange):
        shop.till.change_qty(0, qty)

    assert shop.till.basket.lines[0].qty == ONE


def test_a_product_of_one_variant_is_added_and_others_are_asked_about(shop: Shop) -> None:
    shop.till.choose_product("SOCK")
    shop.till.choose_product("TEE")

    added, matrix = shop.told()
    assert added == LineAdded(0)
    assert isinstance(matrix, MatrixWanted)
    assert [it.detail for it in matrix.product.variants] == ["Navy / M", "Navy / L"]
    with pytest.raises(NotNow, match="unknown_article"):
        shop.till.choose_product("nothing of ours")


def test_a_chosen_variant_takes_the_keyed_quantity_unless_it_is_to_be_kept(shop: Shop) -> None:
    shop.till.set_pending_qty(2 * ONE)
    shop.till.add_variant("SOCK", keep_pending=True)
    shop.till.add_variant("TEE-L")

    assert [line.qty for line in shop.till.basket.lines] == [2 * ONE, 2 * ONE]
    assert shop.till.pending_qty is None


def test_a_price_is_keyed_only_by_who_may(shop: Shop) -> None:
    shop.till.add_variant("GIFT", None, 50_000)
    shop.till.sign_in(TRAINEE)

    with pytest.raises(NotAllowed, match="open_price"):
        shop.till.add_variant("GIFT", None, 50_000)

    assert len(shop.till.basket.lines) == 1


def test_a_voided_basket_leaves_a_trace(shop: Shop) -> None:
    shop.till.scan(TEE)
    shop.told()

    shop.till.void_basket()

    assert shop.told() == [BasketReplaced()]
    assert not shop.till.basket.lines
    assert facts(shop)[-1] == "auth.event.v1"


def test_the_drawer_opens_only_for_who_may_and_leaves_a_trace(shop: Shop) -> None:
    shop.till.open_drawer("change a note")
    assert shop.told() == [DrawerWanted()]

    shop.till.sign_in(TRAINEE)
    with pytest.raises(NotAllowed, match="open_drawer"):
        shop.till.open_drawer()


def test_whoever_opens_the_shift_may_open_the_drawer_to_count_and_that_leaves_a_trace(
    closed_shop: Shop,
) -> None:
    till = closed_shop.till
    till.sign_in(JANA)
    closed_shop.told()

    till.open_drawer_to_count()

    assert closed_shop.told() == [DrawerWanted()]
    assert facts(closed_shop)[-1] == "auth.event.v1"
    till.open_shift(300_000)
    with pytest.raises(NotNow, match="shift_open"):
        till.open_drawer_to_count()


def test_a_shift_opens_once_and_is_numbered(closed_shop: Shop) -> None:
    till = closed_shop.till
    till.sign_in(JANA)

    shift = till.open_shift(300_000)

    assert closed_shop.told() == [SignedIn(JANA), ShiftOpened(shift)]
    assert (shift.number, shift.float_amount, shift.business_on) == (1, 300_000, "2025-11-21")
    with pytest.raises(NotNow, match="shift_open"):
        till.open_shift(0)
    assert till.shift_figures().sale_count == 0


def test_a_float_is_an_amount_of_money(closed_shop: Shop) -> None:
    closed_shop.till.sign_in(JANA)

    with pytest.raises(AmountOutOfRange):
        closed_shop.till.open_shift(-1)
    with pytest.raises(NotNow, match="no_shift"):
        closed_shop.till.shift_figures()

    assert closed_shop.till.last_close_cash() is None


def test_a_second_till_program_on_the_same_files_does_not_open_a_second_shift(shop: Shop) -> None:
    other = shop.restarted()
    other.till.sign_in(JANA)

    with pytest.raises(NotNow, match="shift_open"):
        other.till.open_shift(0)


def test_shift_figures_follow_the_sales(shop: Shop) -> None:
    shop.till.scan(TEE)
    shop.till.take_tender(CARD, 30_000)
    shop.till.take_tender(CASH, 20_000)

    figures = shop.till.shift_figures()

    assert (figures.sale_count, figures.total) == (1, 49_900)
    assert figures.tenders == {"card_external": 30_000, "cash": 19_900}


def test_locking_keeps_the_basket_and_refuses_everything_else(shop: Shop) -> None:
    shop.till.scan(TEE)
    shop.told()

    shop.till.lock()
    shop.till.lock()

    assert shop.told() == [Locked(JANA)]
    assert len(shop.till.basket.lines) == 1
    with pytest.raises(NotNow, match="locked"):
        shop.till.take_tender(CASH, 49_900)


def test_signing_out_is_told_and_written_down(shop: Shop) -> None:
    shop.till.sign_out()
    shop.till.sign_out()

    assert shop.told() == [SignedOut()]
    assert not shop.till.may(Right.SELL)
    assert facts(shop)[-1] == "auth.event.v1"


def test_suggested_cash_is_for_what_is_left_to_pay(shop: Shop) -> None:
    shop.till.scan(TEE)
    assert shop.till.quick_cash() == (49_900, 50_000)

    shop.till.take_tender(CARD, 30_000)

    assert shop.till.quick_cash() == (19_900, 20_000)


def test_new_settings_wait_for_the_sale_in_progress(shop: Shop) -> None:
    changed: dict[str, Any] = {"policy": {"mode": "exclusive", "rounding": "line"}}
    shop.till.scan(TEE)
    fill(shop.stores, [settings_block(changed)])

    shop.till.reload_settings()
    sale = shop.till.take_tender(CASH, 49_900)
    shop.till.scan(TEE)

    assert sale is not None
    assert shop.till.basket.total == 60_379


def test_without_goods_there_is_nothing_to_suspend_void_or_pay(shop: Shop) -> None:
    with pytest.raises(NotNow, match="empty"):
        shop.till.suspend()
    shop.till.void_basket()

    assert shop.till.take_tender(CASH, 100) is None
    assert shop.told() == []


def test_stock_never_stands_in_the_way(shop: Shop) -> None:
    for _ in range(3):
        shop.till.scan(TWICE)
        shop.till.add_variant("NEW")

    assert shop.till.basket.lines[0].qty == 3 * ONE
