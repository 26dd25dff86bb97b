"""The replica: pages are applied whole, replays are harmless, nothing stale stays."""

import time
from pathlib import Path
from typing import Any

import pytest

from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores, open_stores
from pos_app.store.journal import Journal
from pos_app.store.replica import Replica
from sync.errors import ServerBroken
from sync.ports import LookedUp
from tests.store.pages import block, goods, page, product, variant

MILK = ("A1", "Milk", "00000000000017")
BREAD = ("A2", "Bread", "00000000000024")


@pytest.fixture
def replica(stores: Stores) -> Replica:
    return Replica(stores, wall_ms=lambda: 1_700_000_000_000)


@pytest.fixture
def catalog(stores: Stores) -> Catalog:
    return Catalog(stores)


def nested(depth: int) -> list[object]:
    value: list[object] = []
    for _ in range(depth):
        value = [value]
    return value


def skus(catalog: Catalog, code: str) -> list[str]:
    return [it.sku for it in catalog.find(code)]


def test_a_page_brings_rows_cursor_and_its_time(replica: Replica, catalog: Catalog) -> None:
    before = (replica.cursor(), catalog.pulled_at_ms())

    replica.apply(page(*goods(MILK), end="c7"))

    assert before == ("", None)
    assert (replica.cursor(), catalog.pulled_at_ms()) == ("c7", 1_700_000_000_000)
    assert skus(catalog, MILK[2]) == ["A1"]


def test_a_page_for_another_cursor_changes_nothing(replica: Replica, catalog: Catalog) -> None:
    with pytest.raises(ServerBroken):
        replica.apply(page(*goods(MILK), start="elsewhere"))

    assert (replica.cursor(), skus(catalog, MILK[2])) == ("", [])


def test_a_page_without_a_column_we_need_changes_nothing(
    replica: Replica, catalog: Catalog
) -> None:
    broken = block("price", [("A1", 1)]) | {"cols": ["sku", "sum"]}

    with pytest.raises(ServerBroken):
        replica.apply(page(*goods(MILK), broken))

    assert (replica.cursor(), catalog.counts()["product"]) == ("", 0)


def test_columns_may_come_in_another_order_and_with_new_ones(
    replica: Replica, catalog: Catalog
) -> None:
    rows = {"cols": ["unit", "amount", "sku"], "rows": [[1, "put", "each", 250, "A1"]]}

    replica.apply(page(*goods(MILK), block("price", []) | rows))

    found = catalog.by_sku("A1")
    assert found
    assert found.price == 250


def test_an_entity_of_a_newer_server_is_left_out(replica: Replica) -> None:
    replica.apply(
        page({"stream": "x:1", "entity": "coupon", "cols": ["id"], "rows": [[1, "put", 1]]})
    )

    assert replica.cursor() == "c1"


def test_a_row_that_cannot_be_stored_does_not_stop_the_others(
    replica: Replica, stores: Stores, catalog: Catalog
) -> None:
    rows: list[list[Any]] = [
        [1, "put", "A1", 100],
        [2, "put", "A2", "dear"],
        [3, "put", "A3", 2**70],
        [4, "put", "A4", [1]],
        [5, "put", "A5"],
        [6, "put", "A6", 600],
        [7, "put", "A7", nested(900)],
        [8, "put", nested(900), 100],
        [9, "del", nested(900)],
        [10, "del", {}],
    ]
    replica.apply(page(block("price", []) | {"rows": rows}))

    assert catalog.counts()["price"] == 2
    assert stores.replica.exec_driver_sql("SELECT refused_rows FROM pull").scalar() == 6


@pytest.mark.parametrize("bad", [["deep"], {"a": 1}, None, 1.5, True, 2**70, "\0"])
def test_an_article_with_anything_in_any_place_does_not_stop_the_next(
    replica: Replica, catalog: Catalog, bad: object
) -> None:
    (taxes, products, variants, prices) = goods(MILK)
    for it in (taxes, products, variants, prices):
        good = it["rows"][0]
        broken = [[*good[:at], bad, *good[at + 1 :]] for at in range(2, len(good))]
        it["rows"] = [*broken, [9, "del", bad], good]

    replica.apply(page(taxes, products, variants, prices))

    assert "A1" in skus(catalog, MILK[2])


def test_the_newer_row_wins_whatever_comes_last(replica: Replica, catalog: Catalog) -> None:
    replica.apply(page(*goods(MILK), end="c1"))
    replica.apply(page(block("price", [("A1", 300)], seq=9), start="c1", end="c2"))
    replica.apply(page(block("price", [("A1", 200)], seq=5), start="c2", end="c3"))

    found = catalog.by_sku("A1")
    assert found
    assert found.price == 300


def test_the_same_page_twice_is_harmless(
    replica: Replica, catalog: Catalog, stores: Stores
) -> None:
    for start, end in (("", "c1"), ("c1", "c2")):
        replica.apply(page(*goods(MILK, BREAD), start=start, end=end))

    assert catalog.counts() == catalog.counts() | {"product": 2, "variant": 2, "code": 2}
    assert stores.upkeep.settle(60)
    assert len(catalog.search("milk")) == 1


def test_codes_follow_their_variant(replica: Replica, catalog: Catalog) -> None:
    replica.apply(page(*goods(("A1", "Milk", "00000000000017 00000000000024")), end="c1"))
    moved = [variant("A1", "pA1", "Milk", '00000000000024 QR"\\x1')]
    replica.apply(page(block("variant", moved, seq=9), start="c1", end="c2"))

    assert skus(catalog, "00000000000017") == []
    assert skus(catalog, "00000000000024") == ["A1"]
    assert skus(catalog, 'QR"\\x1') == ["A1"]


def test_one_code_may_stand_on_two_variants(replica: Replica, catalog: Catalog) -> None:
    replica.apply(page(*goods(("A1", "Left", "123"), ("A2", "Right", "123"))))

    assert sorted(skus(catalog, "123")) == ["A1", "A2"]


def test_deleted_rows_are_gone_from_scan_and_search(
    replica: Replica, catalog: Catalog, stores: Stores
) -> None:
    replica.apply(page(*goods(MILK, BREAD), end="c1"))
    assert stores.upkeep.settle(60)

    gone = [block("variant", [("A1",)], 20, "del"), block("product", [("pA1",)], 21, "del")]
    replica.apply(page(*gone, block("price", [("A2",)], 3, "del"), start="c1", end="c2"))
    assert stores.upkeep.settle(60)

    assert (skus(catalog, MILK[2]), catalog.search("milk"), catalog.search("00017")) == ([], (), ())
    assert [it.price for it in catalog.search("bread")] == [None]
    assert skus(catalog, BREAD[2]) == []  # nothing is sold without a price


def test_stock_rows_are_deleted_by_place_and_sku(replica: Replica, catalog: Catalog) -> None:
    rows = [("s|A|1", "s", "A|1", 5_000, 1), ("s|B", "s", "B", 6_000, 1)]
    replica.apply(page(block("stock", rows), end="c1"))

    replica.apply(page(block("stock", [("s|A|1",)], 9, "del"), start="c1", end="c2"))

    assert (catalog.stock("A|1"), len(catalog.stock("B"))) == ((), 1)


def test_after_a_new_snapshot_what_did_not_come_back_is_gone(
    replica: Replica, catalog: Catalog, stores: Stores
) -> None:
    replica.apply(page(*goods(MILK, BREAD, seq=1_000), end="old"))
    replica.resnapshot(["catalog:t", "prices:l"])
    replica.apply(page(*goods(MILK, seq=1), start="old", end="new1", has_more=True))
    half_way = skus(catalog, BREAD[2])
    replica.apply(page(start="new1", end="new2"))
    assert stores.upkeep.settle(60)

    assert half_way == ["A2"]
    assert (skus(catalog, MILK[2]), skus(catalog, BREAD[2])) == (["A1"], [])
    assert (catalog.search("bread"), len(catalog.search("milk"))) == ((), 1)


def test_streams_that_did_not_start_again_keep_their_rows(
    replica: Replica, catalog: Catalog
) -> None:
    place = block("place", [("store-14", "Brno", "store")])
    replica.apply(page(*goods(MILK), place, end="c1"))

    replica.resnapshot(["stock:a", "unheard:of"])
    replica.apply(page(start="c1", end="c2"))

    assert skus(catalog, MILK[2]) == ["A1"]


def test_an_answer_of_another_history_of_central_is_not_taken(
    stores: Stores, replica: Replica, catalog: Catalog
) -> None:
    Journal(stores).acknowledged(0, 0, "e2")

    taken = replica.apply_lookup(LookedUp("e1", goods(MILK, seq=500)))

    assert not taken
    assert skus(catalog, MILK[2]) == []
    assert replica.apply_lookup(LookedUp("e2", goods(MILK, seq=5)))
    assert skus(catalog, MILK[2]) == ["A1"]


def test_an_answer_to_an_unknown_scan_does_not_move_the_cursor(
    replica: Replica, catalog: Catalog
) -> None:
    assert replica.apply_lookup(LookedUp("e1", goods(MILK, seq=500)))
    found = skus(catalog, MILK[2])
    replica.apply(page(*goods(MILK, BREAD), end="c1"))

    assert (found, skus(catalog, MILK[2])) == (["A1"], ["A1"])
    assert replica.cursor() == "c1"


def test_a_long_page_is_written_with_pauses_while_the_till_sells(
    replica: Replica, catalog: Catalog, stores: Stores
) -> None:
    many = [(f"A{n}", f"Thing {n}", f"{n:014}") for n in range(2_000)]
    stores.upkeep.journal_grew(by_person=True)

    started = time.monotonic()
    replica.apply(page(*goods(*many)))

    assert time.monotonic() - started > 3 * 4 * 0.002
    assert catalog.counts()["code"] == 2_000


def test_what_was_not_indexed_before_a_crash_is_indexed_after_it(
    replica: Replica, stores: Stores, tmp_path: Path
) -> None:
    replica.apply(page(*goods(MILK), has_more=True))
    stores.close()

    again = open_stores(tmp_path)
    settled = again.upkeep.settle(60)
    found = Catalog(again).search("milk")
    again.close()

    assert settled
    assert [it.sku for it in found] == ["A1"]


def test_a_product_that_arrives_after_its_variants_is_found(
    replica: Replica, catalog: Catalog, stores: Stores
) -> None:
    replica.apply(page(block("variant", [variant("A1", "p1", "Milk")]), end="c1"))
    assert stores.upkeep.settle(60)
    before = catalog.search("milk")
    replica.apply(page(block("product", [product("p1", "Milk")]), start="c1", end="c2"))
    assert stores.upkeep.settle(60)

    assert before == ()
    assert [it.sku for it in catalog.search("milk")] == ["A1"]
