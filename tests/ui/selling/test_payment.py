"""Payment: exact, suggested, typed, by card recorded by hand, and any mixture of them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.domain.sale import TenderKind
from pos_app.ui.widgets.buttons import TouchButton
from tests.ui.press import key, tap
from tests.ui.selling.shop import SOCK, TEE, Shop
from tests.ui.selling.test_register import rows, said

BOTH = 69_800
"""A tee and a pack of socks."""


@pytest.fixture
def paying(shop: Shop) -> Shop:
    """Two articles, at payment."""
    shop.scan(TEE)
    shop.scan(SOCK)
    key(shop.window, Qt.Key.Key_F12)
    return shop


def type_amount(shop: Shop, digits: str) -> None:
    for sign in digits:
        key(shop.window, sign)


def chips(shop: Shop) -> list[str]:
    return [chip.text() for chip in shop.payment.tenders._chips if chip.isVisible()]


def test_the_amount_field_proposes_the_rest(paying: Shop) -> None:
    assert paying.window.place == "payment"
    assert paying.payment.entry.value == BOTH
    assert paying.payment.tenders.card.text() == "CARD 698,00"
    assert chips(paying) == ["Exact 698", "700", "1\N{NO-BREAK SPACE}000"]


def test_exact_cash_finishes_the_sale(paying: Shop) -> None:
    tap(paying.payment.tenders._chips[0])

    assert paying.window.place == "change"
    assert paying.till.last_sale is not None
    assert paying.till.last_sale.change == 0


def test_digits_and_enter_are_cash_of_that_amount(paying: Shop) -> None:
    type_amount(paying, "100000")
    key(paying.window, Qt.Key.Key_Return)

    assert paying.till.last_sale is not None
    assert paying.till.last_sale.change == 100_000 - BOTH


def test_enter_alone_pays_nothing(paying: Shop) -> None:
    key(paying.window, Qt.Key.Key_Return)

    assert paying.window.place == "payment"
    assert paying.till.tenders == ()


def test_a_card_is_asked_about_once_and_recorded_on_yes(paying: Shop) -> None:
    key(paying.window, Qt.Key.Key_F12)
    confirm = paying.payment.confirm
    question = confirm._question.text()
    confirm.reference.setText(" 4471 ")

    tap(confirm.yes)

    assert question == "Did the card terminal approve 698,00\N{NO-BREAK SPACE}Kč?"
    assert paying.till.last_sale is not None
    (tender,) = paying.till.last_sale.tenders
    assert (tender.kind, tender.amount, tender.ref) == (TenderKind.CARD_EXTERNAL, BOTH, "4471")


def test_a_card_that_was_not_approved_takes_nothing(paying: Shop) -> None:
    tap(paying.payment.tenders.card)
    tap(paying.payment.confirm.no)

    assert paying.till.tenders == ()
    assert said(paying) == [
        "The card was not approved. Nothing was taken. Try another card or cash."
    ]
    assert paying.payment.tenders.isVisible()


def test_typing_less_and_card_then_exact_is_split_tender(paying: Shop) -> None:
    type_amount(paying, "50000")
    tap(paying.payment.tenders.card)
    tap(paying.payment.confirm.yes)
    rest = paying.payment.entry.value

    tap(paying.payment.tenders._chips[0])

    assert rest == BOTH - 50_000
    sale = paying.till.last_sale
    assert sale is not None
    assert [it.amount for it in sale.tenders] == [50_000, BOTH - 50_000]


def test_a_tender_taken_can_be_removed(paying: Shop) -> None:
    paying.till.take_tender(TenderKind.CARD_EXTERNAL, 50_000)
    summary = paying.payment._summary
    (cross,) = [
        it for it in summary.findChildren(TouchButton) if it.accessibleName().startswith("Remove")
    ]

    tap(cross)

    assert paying.till.tenders == ()
    assert paying.payment.entry.value == BOTH
    assert not summary._rest.isVisible()


def test_a_card_cannot_be_charged_more_than_the_rest(paying: Shop) -> None:
    type_amount(paying, "99900")
    tap(paying.payment.tenders.card)

    assert not paying.payment.confirm.isVisible()
    assert said(paying)[-1].startswith("A card pays at most what is still to pay")


def test_cash_far_above_the_total_is_refused_in_words(paying: Shop) -> None:
    type_amount(paying, "999999900")
    key(paying.window, Qt.Key.Key_Return)

    assert paying.till.tenders == ()
    assert said(paying)[-1].startswith("The change would be very large. Nothing was taken.")


def test_a_sum_there_are_no_coins_for_is_refused_in_words(paying: Shop) -> None:
    type_amount(paying, "70050")
    key(paying.window, Qt.Key.Key_Return)

    assert paying.till.tenders == ()
    assert said(paying)[-1].startswith("There are no coins for that sum.")


def test_a_scan_with_nothing_paid_goes_back_and_adds(paying: Shop) -> None:
    paying.scan(TEE)

    assert paying.window.place == "sell"
    assert rows(paying)[0] == "2× Merino crew tee"


def test_a_scan_with_part_paid_is_refused(paying: Shop) -> None:
    paying.till.take_tender(TenderKind.CARD_EXTERNAL, 50_000)
    paying.sounds.clear()

    paying.scan(TEE)

    assert paying.window.place == "payment"
    assert paying.sounds == ["refuse"]
    assert "Finish or remove the payments first." in said(paying)[-1]


def test_escape_goes_one_step_back_and_loses_nothing(paying: Shop) -> None:
    paying.till.take_tender(TenderKind.CARD_EXTERNAL, 50_000)
    tap(paying.payment.tenders.card)

    key(paying.window, Qt.Key.Key_Escape)
    after_one = (paying.window.place, paying.payment.confirm.isVisible())
    key(paying.window, Qt.Key.Key_Escape)

    assert after_one == ("payment", False)
    assert paying.window.place == "sell"
    assert len(paying.till.tenders) == 1


def test_a_double_tap_on_a_finishing_button_sells_once(paying: Shop) -> None:
    chip = paying.payment.tenders._chips[0]

    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(chip, Qt.MouseButton.LeftButton)

    assert paying.till.last_sale is not None
    assert paying.till.last_sale.number == 1
    assert [type(it).__name__ for it in paying.events].count("SaleCompleted") == 1


def test_a_slip_number_is_never_an_answer(paying: Shop) -> None:
    tap(paying.payment.tenders.card)
    confirm = paying.payment.confirm
    confirm.reference.setFocus()

    type_amount(paying, "4471")
    key(paying.window, Qt.Key.Key_Return)

    assert confirm.reference.text() == "4471"
    assert paying.till.tenders == ()
    assert paying.payment.entry.value == BOTH


def test_means_of_later_versions_keep_their_place_and_say_so(paying: Shop) -> None:
    tap(paying.payment.tenders._later[0])

    assert said(paying) == ["Not part of this version yet. Take card or cash."]


def test_the_amount_stands_still_while_the_card_is_asked_about(paying: Shop) -> None:
    key(paying.window, Qt.Key.Key_F12)
    tap(paying.payment.entry.pad.key("7"))

    assert paying.payment.entry.value == BOTH
    tap(paying.payment.confirm.no)
    tap(paying.payment.entry.pad.key("7"))
    assert paying.payment.entry.value == 7


@pytest.mark.parametrize("which", [Qt.Key.Key_Return, Qt.Key.Key_F12])
def test_a_sale_of_nothing_to_pay_ends_by_one_key(shop: Shop, which: Qt.Key) -> None:
    shop.scan("FREE-1")
    shop.window.show_place("payment")
    key(shop.window, which)

    assert shop.window.place == "change"
    assert shop.till.last_sale is not None
    assert shop.till.last_sale.total == 0
