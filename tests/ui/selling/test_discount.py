"""Discounts by a person: always with a reason, always shown before they are given."""

import pytest

from pos_app.domain.basket import Discount, DiscountKind
from pos_app.ui.delegates.line_delegate import Zone
from pos_app.ui.models.rows import ROW_ROLE
from tests.ui.press import key, tap
from tests.ui.selling.hands import tap_row, tap_zone
from tests.ui.selling.shop import SOCK, TEE, Shop


@pytest.fixture
def jacket(shop: Shop) -> Shop:
    """One jacket for 1 290,00."""
    shop.till.add_variant("JKT-RED-M")
    return shop


def digits(shop: Shop, text: str) -> None:
    for sign in text:
        key(shop.window, sign)


def test_a_new_price_is_four_taps_and_its_digits(jacket: Shop) -> None:
    sheet = jacket.register.questions.discount
    tap_zone(jacket.register.lines, Zone.PRICE)
    digits(jacket, "116100")
    tap(sheet._reasons.chip("Price match"))

    tap(sheet._apply)

    row = jacket.register.lines.rows.index(0).data(ROW_ROLE)
    assert (row.was, row.note) == ("1\N{NO-BREAK SPACE}290,00", "−129,00 Price match")
    assert row.amount == "1\N{NO-BREAK SPACE}161,00"
    assert sheet.isHidden()


def test_percent_shows_before_and_after(jacket: Shop) -> None:
    sheet = jacket.register.questions.discount
    jacket.register.questions.ask_line_discount(0)

    digits(jacket, "15")

    assert sheet._apply.text() == "Apply −193,50"
    assert "1\N{NO-BREAK SPACE}096,50" in sheet._preview.text()
    assert jacket.till.basket.lines[0].discount is None


@pytest.mark.parametrize(
    ("keys", "reason", "says"),
    [
        ("", "Damaged", "Nothing was keyed yet."),
        ("10", "", "A discount needs a reason."),
        ("101", "Damaged", "That is more than the goods cost."),
    ],
)
def test_what_is_missing_is_said_and_the_sheet_stays(
    jacket: Shop, keys: str, reason: str, says: str
) -> None:
    sheet = jacket.register.questions.discount
    jacket.register.questions.ask_line_discount(0)
    digits(jacket, keys)
    if reason:
        tap(sheet._reasons.chip(reason))

    tap(sheet._apply)

    assert sheet.isVisible()
    assert sheet._preview.text().startswith(says)
    assert jacket.till.basket.lines[0].discount is None


def test_a_price_above_the_old_one_is_refused(jacket: Shop) -> None:
    sheet = jacket.register.questions.discount
    tap_zone(jacket.register.lines, Zone.PRICE)
    digits(jacket, "200000")
    tap(sheet._reasons.chip("Damaged"))

    tap(sheet._apply)

    assert sheet._preview.text().startswith("The new price is above the old one.")


def test_a_discount_on_the_whole_sale_shows_in_the_total(shop: Shop) -> None:
    for code in (TEE, SOCK):
        shop.scan(code)
    sheet = shop.register.questions.discount
    tap(shop.register.bar.discount)
    digits(shop, "10")
    tap(sheet._reasons.chip("Goodwill"))

    tap(sheet._apply)

    assert shop.till.basket.discount == Discount(DiscountKind.PERCENT, 100_000, "Goodwill")
    assert shop.register.totals._texts.saved == "You save 69,80"


def test_a_discount_can_be_taken_off(jacket: Shop) -> None:
    jacket.till.set_line_discount(0, Discount(DiscountKind.AMOUNT, 100, "Damaged"))
    jacket.register.questions.ask_line_discount(0)

    tap(jacket.register.questions.discount._remove)

    assert jacket.till.basket.lines[0].discount is None


def test_a_line_that_moved_while_the_sheet_was_open_still_gets_it(shop: Shop) -> None:
    for code in (TEE, SOCK):
        shop.scan(code)
    sheet = shop.register.questions.discount
    shop.register.questions.ask_line_discount(1)
    digits(shop, "10")
    tap(sheet._reasons.chip("Damaged"))
    shop.till.remove_line(0)

    tap(sheet._apply)

    assert [it.sku for it in shop.till.basket.lines if it.discount] == ["SOCK-G"]


def test_more_of_a_line_offers_quantity_stock_and_removal(jacket: Shop) -> None:
    questions = jacket.register.questions
    tap_zone(jacket.register.lines, Zone.OPTIONS)
    tap_row(questions.choose.list.view, 2)
    model = questions.choose.list.model
    places = [model.row_at(n).title for n in range(model.rowCount())]  # type: ignore[union-attr]

    assert places == ["Brno", "Web warehouse"]


def test_voiding_a_sale_takes_two_taps(jacket: Shop) -> None:
    sheet = jacket.register.questions.totals
    jacket.register.questions.ask_totals()

    tap(sheet._void)
    after_one = len(jacket.till.basket.lines)
    tap(sheet._void)

    assert after_one == 1
    assert jacket.till.basket.lines == []
