"""Baskets: every change is in the file, in the right order, and none is lost."""

from dataclasses import replace

import pytest

from pos_app.domain.basket import Discount, DiscountKind
from pos_app.domain.sale import Tender, TenderKind
from pos_app.domain.tax import TaxMode, TaxPolicy
from pos_app.store.baskets import Baskets
from pos_app.store.db import Stores
from tests.store.till import a_basket, a_line

TEN_PERCENT = Discount(DiscountKind.PERCENT, 100_000, "loyal")


@pytest.fixture
def baskets(stores: Stores) -> Baskets:
    return Baskets(stores)


def line_ids(baskets: Baskets) -> list[str]:
    saved = baskets.load_open()
    return [line.line_id for line in saved.lines] if saved else []


def test_there_is_no_basket_at_first(baskets: Baskets) -> None:
    assert baskets.load_open() is None


def test_everything_of_a_basket_is_read_back(baskets: Baskets) -> None:
    line = replace(a_line(), discount=TEN_PERCENT, own_row=True, qty=1_234)
    whole = replace(
        a_basket("b", line, a_line("line-2")),
        discount=Discount(DiscountKind.AMOUNT, 50, "scratched"),
        tenders=(
            Tender("t1", TenderKind.CARD_EXTERNAL, 70, "A1"),
            Tender("t2", TenderKind.CASH, 5),
        ),
    )

    baskets.replace_all(whole)

    assert baskets.load_open() == whole


def test_lines_keep_their_order_through_insertions_and_removals(baskets: Baskets) -> None:
    for row, name in enumerate("abcd"):
        baskets.save_line("b", row, a_line(name))

    baskets.save_line("b", 1, a_line("y"))
    baskets.save_line("b", 0, a_line("z"))

    assert line_ids(baskets) == ["z", "a", "y", "b", "c", "d"]


def test_a_changed_line_stays_where_it_is(baskets: Baskets) -> None:
    for row, name in enumerate("abc"):
        baskets.save_line("b", row, a_line(name))

    changed = replace(a_line("b"), qty=3_000, unit_price=99, discount=TEN_PERCENT)
    baskets.save_line("b", 1, changed)

    saved = baskets.load_open()
    assert saved
    assert saved.lines == (a_line("a"), changed, a_line("c"))


def test_discount_and_tenders_come_and_go(baskets: Baskets) -> None:
    baskets.save_line("b", 0, a_line())
    baskets.save_discount("b", TEN_PERCENT)
    baskets.save_tenders("b", [Tender("t1", TenderKind.CASH, 100)])
    with_both = baskets.load_open()

    baskets.save_discount("b", None)
    baskets.save_tenders("b", [])

    assert with_both
    assert with_both.discount == TEN_PERCENT
    assert with_both.tenders == (Tender("t1", TenderKind.CASH, 100),)
    assert baskets.load_open() == a_basket("b")


def test_held_baskets_are_listed_oldest_first_with_count_and_total(baskets: Baskets) -> None:
    baskets.replace_all(a_basket("b1", a_line("x"), replace(a_line("y"), qty=3_000)))
    baskets.suspend("b1", "red coat", "Jana", 2_000)
    baskets.replace_all(a_basket("b2"))
    baskets.suspend("b2", "", "Petr", 1_000)

    held = baskets.suspended()

    assert [(it.basket_id, it.label, it.by, it.count, it.total) for it in held] == [
        ("b2", "", "Petr", 1, 121),
        ("b1", "red coat", "Jana", 4, 484),
    ]
    assert baskets.load_open() is None


def test_totals_of_held_baskets_follow_the_tax_policy(baskets: Baskets) -> None:
    baskets.replace_all(a_basket("b1", a_line(price=100)))
    baskets.suspend("b1", "", "", 1)

    assert baskets.suspended(TaxPolicy(TaxMode.EXCLUSIVE))[0].total == 121


def test_a_held_basket_is_taken_up_again_whole(baskets: Baskets) -> None:
    baskets.replace_all(a_basket("b1"))
    baskets.suspend("b1", "x", "Jana", 1)

    assert baskets.resume("b1") == a_basket("b1")
    assert baskets.load_open() == a_basket("b1")
    assert baskets.suspended() == ()


def test_taking_one_up_puts_the_one_in_front_aside(baskets: Baskets) -> None:
    baskets.replace_all(a_basket("b1"))
    baskets.suspend("b1", "x", "Jana", 1)
    baskets.replace_all(a_basket("b2"))

    baskets.resume("b1")

    assert baskets.load_open() == a_basket("b1")
    assert [it.basket_id for it in baskets.suspended()] == ["b2"]


def test_an_empty_basket_in_front_just_goes(baskets: Baskets) -> None:
    baskets.replace_all(a_basket("b1"))
    baskets.suspend("b1", "x", "Jana", 1)
    baskets.save_discount("b2", None)

    baskets.resume("b1")

    assert baskets.suspended() == ()


def test_a_basket_that_is_not_held_cannot_be_taken_up(baskets: Baskets) -> None:
    with pytest.raises(KeyError):
        baskets.resume("nowhere")


def test_a_discarded_basket_is_gone_with_its_lines(baskets: Baskets, stores: Stores) -> None:
    baskets.replace_all(a_basket("b1"))
    baskets.save_tenders("b1", [Tender("t1", TenderKind.CASH, 100)])

    baskets.discard("b1")
    baskets.discard("b1")

    left = stores.journal.exec_driver_sql(
        "SELECT (SELECT count(*) FROM basket_line) + (SELECT count(*) FROM basket_tender)"
    )
    assert (baskets.load_open(), left.scalar()) == (None, 0)


def test_of_two_open_baskets_the_one_with_goods_is_in_progress(baskets: Baskets) -> None:
    baskets.replace_all(a_basket("b1"))
    baskets.save_discount("b2", None)

    saved = baskets.load_open()

    assert saved
    assert saved.basket_id == "b1"
