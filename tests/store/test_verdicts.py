"""What waits at central for a person, as the till can show it."""

import pytest

from pos_app.domain.verdict import Verdict
from pos_app.store.db import Stores
from pos_app.store.replica import Replica
from pos_app.store.sales import Sales
from pos_app.store.verdicts import Verdicts
from tests.store.pages import block, page
from tests.store.till import a_draft, at

SALE = ("1.2", 1, 2, "exception", "unknown_sku", "A1", 9_000)
OTHER = ("1.1", 1, 1, "quarantined", "hash", "", 9_000)


def test_nothing_waits_on_a_normal_day(stores: Stores) -> None:
    assert (Verdicts(stores).count(), Verdicts(stores).waiting()) == (0, [])


@pytest.mark.usefixtures("open_shift")
def test_a_sale_that_waits_is_named_by_its_receipt(stores: Stores) -> None:
    receipt_no = Sales(stores).book(a_draft("s1"), at(6_000)).receipt_no
    Replica(stores).apply(page(block("verdict", [SALE, OTHER])))

    assert Verdicts(stores).count() == 2
    assert Verdicts(stores).waiting() == [
        Verdict(1, 1, "quarantined", "hash", "", 9_000, receipt_no=""),
        Verdict(1, 2, "exception", "unknown_sku", "A1", 9_000, receipt_no=receipt_no),
    ]


def test_what_was_dealt_with_waits_no_more(stores: Stores) -> None:
    replica = Replica(stores)
    replica.apply(page(block("verdict", [SALE, OTHER])))
    replica.apply(page(block("verdict", [("1.1",)], seq=3, op="del"), start="c1", end="c2"))

    assert [it.fact_seq for it in Verdicts(stores).waiting()] == [2]
