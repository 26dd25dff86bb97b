"""Booking: everything of a sale, or nothing, and once."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from pos_app.domain.sale import TenderKind
from pos_app.store.baskets import Baskets
from pos_app.store.db import Stores, open_stores
from pos_app.store.journal import Journal
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from sync.wire_facts import SaleCompletedV1
from tests.store.till import DEVICE, a_basket, a_draft, at, paid_in_parts

pytestmark = pytest.mark.usefixtures("open_shift")


def test_a_sale_is_read_back_as_it_was_booked(stores: Stores) -> None:
    sale = Sales(stores).book(paid_in_parts("s1"), at(6_000))

    assert Sales(stores).by_id("s1") == sale
    assert Sales(stores).by_receipt("014-2-000001") == sale
    assert Sales(stores).last() == sale


def test_receipt_numbers_have_no_gap(stores: Stores) -> None:
    sales = [Sales(stores).book(a_draft(f"s{n}"), at(6_000 + n)) for n in range(4)]

    assert [it.number for it in sales] == [1, 2, 3, 4]
    assert sales[-1].receipt_no == "014-2-000004"


def test_a_new_incarnation_counts_its_own_receipts(stores: Stores) -> None:
    Sales(stores).book(a_draft("s1"), at(6_000))
    stores.enrol(replace(DEVICE, incarnation=2))

    sale = Sales(stores).book(a_draft("s2"), at(7_000))

    assert sale.receipt_no == "014-2-2-000001"
    assert Sales(stores).last() == sale


def test_the_fact_says_all_that_the_receipt_says(stores: Stores, journal: Journal) -> None:
    sale = Sales(stores).book(paid_in_parts("s1"), at(6_000))

    fact = journal.batch(2, 1, 1)[0]
    said = SaleCompletedV1(**orjson.loads(fact["payload"]))
    assert (fact["type"], fact["id"], fact["actor"]) == ("sale.completed.v1", "s1", "jana")
    assert fact["hash"][:8] == sale.fingerprint
    assert (said.receipt_no, said.total_minor, said.change_minor) == ("014-2-000001", 121, 29)
    assert (said.lines[0].net_minor, said.lines[0].stock_loc) == (100, "store-14")
    assert [it.kind for it in said.tenders] == ["card_external", "cash"]


def test_the_same_sale_twice_is_booked_once(stores: Stores, journal: Journal) -> None:
    first = Sales(stores).book(a_draft("s1"), at(6_000))
    second = Sales(stores).book(a_draft("s1"), at(7_000))

    assert second == first
    assert journal.state().last_seq == 2  # the shift and the sale
    assert Shifts(stores).figures("shift-1").sale_count == 1


def test_shift_figures_are_net_of_change(stores: Stores) -> None:
    Sales(stores).book(a_draft("s1"), at(6_000))
    Sales(stores).book(paid_in_parts("s2"), at(7_000))

    figures = Shifts(stores).figures("shift-1")
    assert (figures.sale_count, figures.total) == (2, 242)
    assert figures.tenders == {"cash": 121 + 21, "card_external": 100}
    assert figures.expected_cash(20_000) == 20_142


def test_a_sale_without_a_tender_is_a_sale(stores: Stores) -> None:
    line = replace(a_draft().lines[0], discount=121, net=0, tax=0)
    gift = replace(
        a_draft("s1"), lines=(line,), tenders=(), discount=121, tax=0, total=0, change=0,
        taxes=(replace(a_draft().taxes[0], net=0, tax=0),),
    )  # fmt: skip

    assert Sales(stores).book(gift, at(6_000)).total == 0


def test_the_basket_is_empty_after_its_sale(stores: Stores) -> None:
    Baskets(stores).replace_all(a_basket("s1"))

    Sales(stores).book(a_draft("s1"), at(6_000))

    assert Baskets(stores).load_open() is None


def test_a_sale_that_fails_half_way_leaves_nothing(stores: Stores, journal: Journal) -> None:
    Baskets(stores).replace_all(a_basket("s1"))
    twice = a_draft("s1").tenders * 2

    def fail(_c: object, _k: object, sql: str, *_: object) -> None:
        if "shift_tender" in sql:
            raise IntegrityError(sql, None, Exception("planted"))

    event.listen(stores.journal_engine, "before_cursor_execute", fail)
    with pytest.raises(IntegrityError):
        Sales(stores).book(replace(a_draft("s1"), tenders=twice, change=279), at(6_000))
    event.remove(stores.journal_engine, "before_cursor_execute", fail)

    assert Sales(stores).last() is None
    assert journal.state().last_seq == 1
    assert Baskets(stores).load_open() == a_basket("s1")
    assert Sales(stores).book(a_draft("s1"), at(6_000)).number == 1


def test_the_newest_sale_is_known_after_a_restart(stores: Stores, tmp_path: Path) -> None:
    booked = Sales(stores).book(a_draft("s9"), at(6_000))
    stores.close()

    with closing(open_stores(tmp_path)) as again:
        assert Sales(again).last() == booked
        assert booked.tenders[0].kind is TenderKind.CASH
