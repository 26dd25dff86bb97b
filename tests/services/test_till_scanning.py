"""What scans lead to at the till."""

import pytest

from pos_app.domain.catalog import Unit
from pos_app.domain.errors import NotNow
from pos_app.domain.events import (
    ChooseVariant,
    CodeRefused,
    CodeUnknown,
    LineAdded,
    LineChanged,
    PriceWanted,
    QtyPending,
    WeightWanted,
)
from pos_app.domain.money import ONE, times
from pos_app.domain.sale import TenderKind
from pos_app.domain.staff import Right, Staff
from pos_app.services.labels import value_check_digit
from tests.services.shop import (
    BANANAS,
    IN_HOUSE,
    JANA,
    SOCK,
    TEE,
    TWICE,
    Shop,
    fill,
    goods_blocks,
    label,
)


def test_a_scan_adds_a_line_and_the_next_raises_it(shop: Shop) -> None:
    shop.till.scan(TEE.encode(), "serial")
    shop.till.scan(f"]E0{TEE}\r\n", "wedge")

    assert shop.told() == [LineAdded(0), LineChanged(0)]
    assert shop.till.basket.total == 99_800


@pytest.mark.parametrize("code", [f"0{TEE}", f"]C1010{TEE}10LOT-7", "GIFT-1 "])
def test_spellings_of_a_code_find_the_same_article(shop: Shop, code: str) -> None:
    shop.till.scan(code)

    assert not isinstance(shop.told()[0], CodeUnknown | CodeRefused)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "garbled"),
        (b"\x00\x00\r\n", "garbled"),
        (b"\xe9\xa0\xff", "garbled"),
        (b"abc\x07def", "garbled"),
        (b"9" * 4096, "too_long"),
        ("4006381333932", "check_digit"),
        ("OMNI:R:014-2-000001:id-1", "not_a_product"),
        ("OMNI:S:staff-1", "not_a_product"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(
    shop: Shop, raw: str | bytes, reason: str
) -> None:
    shop.till.scan(raw)

    (event,) = shop.told()
    assert isinstance(event, CodeRefused)
    assert event.reason == reason
    assert event.code.isprintable()
    assert not shop.till.basket.lines


def test_a_code_of_the_shop_with_a_wrong_check_digit_is_still_found(shop: Shop) -> None:
    shop.till.scan(IN_HOUSE)

    assert shop.told() == [LineAdded(0)]
    assert shop.till.basket.lines[0].sku == "SCREW"


def test_a_weight_on_the_label_is_sold_as_it_is(shop: Shop) -> None:
    shop.till.scan(label("21", "1234500352"))

    line = shop.till.basket.lines[0]
    assert (line.sku, line.qty, line.unit, line.amount) == (
        "BANANA",
        352,
        Unit.KG,
        times(3490, 352),
    )


def test_two_labels_are_two_lines(shop: Shop) -> None:
    shop.till.scan(label("21", "1234500352"))
    shop.till.scan(label("21", "1234500352"))

    assert shop.told() == [LineAdded(0), LineAdded(1)]


def test_a_price_on_the_label_is_what_the_customer_pays(shop: Shop) -> None:
    price = "6475"
    shop.till.scan(label("22", f"54321{value_check_digit(price)}{price}"))

    line = shop.till.basket.lines[0]
    assert (line.qty, line.unit_price, line.amount) == (250, 25_900, 6_475)


def test_a_label_with_a_wrong_inner_check_digit_is_refused(shop: Shop) -> None:
    wrong = (value_check_digit("6475") + 1) % 10
    shop.till.scan(label("22", f"54321{wrong}6475"))

    assert [type(event) for event in shop.told()] == [CodeRefused]


def test_goods_by_weight_without_a_weight_are_asked_about(shop: Shop) -> None:
    shop.till.scan(BANANAS)
    (event,) = shop.told()

    assert isinstance(event, WeightWanted)
    shop.till.add_variant(event.variant.sku, 1_234)
    assert shop.till.basket.lines[0].qty == 1_234


def test_a_keyed_quantity_counts_for_the_next_article_only(shop: Shop) -> None:
    shop.till.set_pending_qty(3 * ONE)
    shop.till.scan(SOCK)
    shop.till.scan(SOCK)

    assert shop.till.basket.lines[0].qty == 4 * ONE
    assert shop.told() == [QtyPending(3 * ONE), LineAdded(0), QtyPending(None), LineChanged(0)]


def test_a_keyed_quantity_before_goods_by_weight_is_the_weight(shop: Shop) -> None:
    shop.till.set_pending_qty(1_500)
    shop.till.scan(BANANAS)

    assert shop.till.basket.lines[0].qty == 1_500


def test_a_keyed_quantity_before_a_label_counts_labels(shop: Shop) -> None:
    shop.till.set_pending_qty(2 * ONE)
    shop.till.scan(label("21", "1234500352"))

    assert shop.till.basket.lines[0].qty == 704


def test_half_a_piece_is_refused_and_the_quantity_stays_keyed(shop: Shop) -> None:
    shop.till.set_pending_qty(500)
    shop.till.scan(SOCK)

    assert shop.told()[1:] == [CodeRefused(SOCK, "quantity")]
    assert shop.till.pending_qty == 500


def test_an_open_price_is_asked_for_and_the_quantity_remembered(shop: Shop) -> None:
    shop.till.set_pending_qty(2 * ONE)
    shop.till.scan("GIFT-1")
    event = shop.told()[1]

    assert isinstance(event, PriceWanted)
    shop.till.add_variant("GIFT", event.qty, 50_000)
    assert (shop.till.basket.lines[0].qty, shop.till.basket.total) == (2 * ONE, 100_000)


def test_who_may_not_key_prices_is_not_asked_for_one(shop: Shop) -> None:
    rights = frozenset({Right.SELL})
    shop.till.sign_in(Staff("staff-2", "Petr K.", "Trainee", rights, 4))
    shop.till.scan("GIFT-1")

    assert shop.told()[-1] == CodeRefused("GIFT-1", "not_allowed")


def test_one_code_on_two_articles_asks_which(shop: Shop) -> None:
    shop.till.set_pending_qty(2 * ONE)
    shop.till.scan(TWICE)
    event = shop.told()[1]

    assert isinstance(event, ChooseVariant)
    assert {it.sku for it in event.variants} == {"OLD", "NEW"}
    shop.till.choose_variant(event, "NEW")
    assert [(it.sku, it.qty) for it in shop.till.basket.lines] == [("NEW", 2 * ONE)]


def test_goods_for_nothing_are_sold_for_nothing(shop: Shop) -> None:
    shop.till.scan("FREE-1")

    sale = shop.till.take_tender(TenderKind.CASH, 0)
    assert sale is not None
    assert sale.total == 0


def test_an_unknown_code_is_said_at_once_and_asked_for(shop: Shop) -> None:
    shop.till.set_pending_qty(3 * ONE)
    shop.till.scan("9009518582030")
    assert shop.told()[1:] == [CodeUnknown("9009518582030"), QtyPending(None)]
    (code, answer), *_ = shop.central.asked

    fill(shop.stores, goods_blocks((("NUTS", "NUTS", "Nuts", [], "piece", "R", code, 8900),)))
    answer(True)

    assert shop.told() == [LineAdded(0)]
    assert [(it.sku, it.qty) for it in shop.till.basket.lines] == [("NUTS", 3 * ONE)]


def test_a_code_nobody_knows_is_said_once_more(shop: Shop) -> None:
    shop.till.scan("9009518582030")
    shop.central.asked[0][1](False)
    shop.central.asked[0][1](True)

    assert shop.told() == [
        CodeUnknown("9009518582030"),
        CodeUnknown("9009518582030", asked_central=True),
    ]


def test_an_impatient_second_scan_is_one_question_and_one_piece(shop: Shop) -> None:
    shop.till.scan("9009518582030")
    shop.till.scan("9009518582030")

    assert len(shop.central.asked) == 1


def test_an_answer_for_a_customer_who_has_left_is_dropped(shop: Shop) -> None:
    shop.till.scan(SOCK)
    shop.till.scan("9009518582030")
    shop.till.take_tender(TenderKind.CASH, 20_000)
    shop.told()

    shop.central.asked[0][1](True)

    assert shop.told() == []


def test_a_scan_after_a_tender_is_refused_and_before_it_is_not(shop: Shop) -> None:
    shop.till.scan(SOCK)
    shop.till.take_tender(TenderKind.CARD_EXTERNAL, 100)
    shop.told()

    shop.till.scan(TEE)

    assert shop.told() == [CodeRefused(TEE, "tenders_taken")]


def test_a_locked_till_and_one_without_a_shift_refuse_scans(closed_shop: Shop) -> None:
    till = closed_shop.till
    till.scan(TEE)
    till.sign_in(JANA)
    till.scan(TEE)

    refused = [event for event in closed_shop.told() if isinstance(event, CodeRefused)]
    assert [event.reason for event in refused] == ["locked", "no_shift"]


def test_a_quantity_beyond_a_line_is_refused(shop: Shop) -> None:
    shop.till.scan(SOCK)
    shop.till.change_qty(0, 99_999 * ONE)
    shop.told()

    shop.till.scan(SOCK)

    assert shop.told() == [CodeRefused(SOCK, "quantity")]
    assert shop.till.basket.lines[0].qty == 99_999 * ONE


def test_a_price_on_a_piece_is_the_price_of_one(shop: Shop) -> None:
    shop.till.set_pending_qty(2 * ONE)
    shop.till.scan(f"010{TEE}3922001250")

    line = shop.till.basket.lines[0]
    assert (line.sku, line.qty, line.unit_price) == ("TEE-M", 2 * ONE, 1_250)


def test_a_count_in_the_code_counts_pieces(shop: Shop) -> None:
    shop.till.scan(f"]C1010{TEE}3006")

    assert shop.till.basket.lines[0].qty == 6 * ONE


def test_a_count_says_nothing_about_goods_by_weight(shop: Shop) -> None:
    shop.till.scan(f"]C1010{BANANAS}3006")

    assert [type(event) for event in shop.told()] == [WeightWanted]


def test_half_a_label_is_refused(shop: Shop) -> None:
    shop.till.set_pending_qty(1_500)
    shop.till.scan(label("21", "1234500352"))

    assert shop.told()[-1] == CodeRefused(label("21", "1234500352"), "quantity")


def test_an_article_that_is_gone_meanwhile_is_not_added(shop: Shop) -> None:
    shop.till.scan(TWICE)
    event = shop.told()[0]

    assert isinstance(event, ChooseVariant)
    with pytest.raises(NotNow, match="unknown_article"):
        shop.till.choose_variant(event, "SOCK")
    with pytest.raises(NotNow, match="unknown_article"):
        shop.till.add_variant("GONE")
