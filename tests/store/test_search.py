"""Search: found by what a person remembers, best first, and right after every change."""

import threading
import time
from itertools import chain

import pytest

from pos_app.domain.catalog import Unit
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores
from pos_app.store.errors import Interrupted
from pos_app.store.fold import fold, words
from pos_app.store.replica import Replica
from tests.store.pages import block, goods, page, product, variant

COLOUR_SIZE = '[["Colour","{}"],["Size","{}"]]'


@pytest.fixture
def catalog(stores: Stores) -> Catalog:
    return Catalog(stores)


def fill(stores: Stores, *items: tuple[str, str, str]) -> None:
    replica = Replica(stores)
    start = replica.cursor()
    replica.apply(page(*goods(*items), start=start, end=start + "x"))
    assert stores.upkeep.settle(60)


def change(stores: Stores, *blocks: object) -> None:
    replica = Replica(stores)
    start = replica.cursor()
    replica.apply(page(*blocks, start=start, end=start + "x"))
    assert stores.upkeep.settle(60)


def skus(catalog: Catalog, text: str) -> list[str]:
    return [hit.sku for hit in catalog.search(text)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź", "lodz"),
        ("SMØRBRØD", "smorbrod"),
        ("Đuveč", "duvec"),
        ("Æbleskiver", "aebleskiver"),
        ("Weißbier", "weissbier"),
        ("ŽLUŤOUČKÝ kůň", "zlutoucky kun"),
        ("Þorskur ŒUF", "thorskur oeuf"),
        ("İstanbul ﬁn ™", "istanbul fin tm"),
    ],
)
def test_folding_is_the_same_for_every_way_of_writing(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(fold(text)) == folded


def test_words_are_runs_of_letters_and_digits() -> None:
    assert words("wh-tote_01 500g (bio)") == ["wh", "tote", "01", "500g", "bio"]


@pytest.mark.parametrize("typed", ["ł", "lod", "LODZ", "kase", "käse", "weiss", "weiß", "lo ka"])
def test_accents_and_case_do_not_matter(stores: Stores, catalog: Catalog, typed: str) -> None:
    fill(stores, ("A1", "Łódź Käse Weiß", ""), ("A2", "Something else", ""))

    assert skus(catalog, typed) == ["A1"]


def test_names_that_start_so_come_first_then_the_order_of_arrival(
    stores: Stores, catalog: Catalog
) -> None:
    fill(stores, ("A1", "Oat milk", ""), ("A2", "Milk", ""), ("A3", "Milkshake", ""))

    assert skus(catalog, "mil") == ["A2", "A3", "A1"]


def test_an_exact_sku_comes_before_everything(stores: Stores, catalog: Catalog) -> None:
    fill(stores, ("X1", "Bio-1 milk", ""), ("BIO-1", "Potatoes", ""))

    assert skus(catalog, "bio-1") == ["BIO-1", "X1"]


def test_every_word_must_be_there_in_any_order(stores: Stores, catalog: Catalog) -> None:
    fill(stores, ("A1", "Oat milk vanilla", ""), ("A2", "Oat flakes", ""))

    assert skus(catalog, "van oat") == ["A1"]
    assert skus(catalog, "oat xyz") == []


def test_a_piece_of_a_code_or_sku_is_enough(stores: Stores, catalog: Catalog) -> None:
    fill(stores, ("WH-TOTE-RED", "Bag", "04006381333931"), ("B2", "Pen", "08594001021499"))

    assert skus(catalog, "1333") == ["WH-TOTE-RED"]
    assert skus(catalog, "4006381333931") == ["WH-TOTE-RED"]
    assert skus(catalog, "tote-r") == ["WH-TOTE-RED"]
    assert skus(catalog, "102") == ["B2"]
    assert skus(catalog, "1334") == []


def test_products_are_found_by_what_distinguishes_their_variants(
    stores: Stores, catalog: Catalog
) -> None:
    shirts = [
        variant("S-NAVY-M", "p1", "Shirt", "111", COLOUR_SIZE.format("Námořní", "M")),
        variant("S-RED-L", "p1", "Shirt", "222", COLOUR_SIZE.format("Red", "XL"), sort=1),
    ]
    prices = block("price", [("S-NAVY-M", 4_999), ("S-RED-L", 4_999)])
    change(stores, block("product", [product("p1", "Shirt", '["Colour","Size"]', "Nordkap")]),
           block("variant", shirts), prices)  # fmt: skip

    by_name, by_option, by_code = (catalog.search(it)[0] for it in ("nord shi", "red xl", "222"))
    assert (by_name.variant_count, by_name.price, by_name.unit) == (2, 4_999, Unit.PIECE)
    assert by_option.product_id == "p1"
    assert (by_code.sku, by_code.detail, by_code.variant_count) == ("S-RED-L", "Red / XL", 1)


def test_a_product_is_listed_once(stores: Stores, catalog: Catalog) -> None:
    fill(stores, ("MILK-1", "Milk milk", "00000000000017"))

    assert skus(catalog, "milk") == ["MILK-1"]


def test_no_more_than_asked_for_and_the_first_of_them(stores: Stores, catalog: Catalog) -> None:
    fill(stores, *((f"A{n:03}", f"Thing {n}", "") for n in range(120)))

    assert skus(catalog, "thing") == [f"A{n:03}" for n in range(50)]
    assert len(catalog.search("t", limit=7)) == 7


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "\x00",
        '"',
        "*",
        "''",
        "(",
        "AND",
        "OR NOT",
        "^x",
        "-",
        "a" * 5_000,
        '"; DROP',
        "%",
        "é́",
    ],
)
def test_nothing_that_can_be_typed_breaks_it(stores: Stores, catalog: Catalog, typed: str) -> None:
    fill(stores, ("A1", "Milk", ""))

    assert skus(catalog, typed) == []


def test_live_changes_keep_the_index_right(stores: Stores, catalog: Catalog) -> None:
    fill(stores, ("A1", "Milk", "00000000000017"), ("A2", "Bread", "00000000000024"))

    change(stores, block("product", [product("pA1", "Kefir")], 9),
           block("variant", [variant("A1", "pA1", "Kefir", "00000000000031")], 9))  # fmt: skip

    assert (skus(catalog, "milk"), skus(catalog, "kefir")) == ([], ["A1"])
    assert (skus(catalog, "00017"), skus(catalog, "00031")) == ([], ["A1"])
    assert skus(catalog, "bread") == ["A2"]


def test_a_variant_taken_off_sale_is_not_found(stores: Stores, catalog: Catalog) -> None:
    fill(stores, ("A1", "Milk", "00000000000017"))

    change(stores, block("variant", [variant("A1", "pA1", "Milk", active=0)], 9))

    assert (skus(catalog, "milk"), skus(catalog, "00017"), skus(catalog, "A1")) == ([], [], [])


def test_a_variant_that_changes_product_is_found_there(stores: Stores, catalog: Catalog) -> None:
    fill(stores, ("A1", "Milk", ""), ("A2", "Bread", ""))

    change(stores, block("variant", [variant("A1", "pA2", "Milk")], 9))

    assert [(it.sku, it.product_id) for it in catalog.search("milk")] == [("A1", "pA2")]


def test_a_changed_price_shows_at_once(stores: Stores, catalog: Catalog) -> None:
    fill(stores, ("A1", "Milk", ""))

    change(stores, block("price", [("A1", None)], 9))

    assert catalog.search("milk")[0].price is None


def test_many_small_changes_leave_one_hit_for_each_product(
    stores: Stores, catalog: Catalog
) -> None:
    fill(stores, *((f"A{n}", f"Thing {n}", f"{n:014}") for n in range(30)))

    for turn in range(5):
        names = [product(f"pA{n}", f"Thing {n} v{turn}") for n in range(30)]
        change(stores, block("product", names, 100 + turn))

    assert len(skus(catalog, "thing")) == 30
    assert (len(skus(catalog, "v4")), skus(catalog, "v3")) == (30, [])


def test_a_search_ends_when_it_is_interrupted(stores: Stores, catalog: Catalog) -> None:
    fill(stores, *((f"A{n}", f"Thing {n}", "") for n in range(50)))
    stores.replica.exec_driver_sql("CREATE TEMP VIEW price AS WITH RECURSIVE n(amount) AS"
        " (SELECT 1 UNION ALL SELECT amount + 1 FROM n LIMIT 100000000)"
        " SELECT 'none' || amount AS sku, amount FROM n")  # fmt: skip
    stop = threading.Event()

    def interrupt() -> None:
        while not stop.wait(0.02):
            catalog.interrupt()

    worker = threading.Thread(target=interrupt)
    worker.start()
    started = time.monotonic()
    with pytest.raises(Interrupted):
        catalog.search("thing")
    stop.set()
    worker.join()

    assert time.monotonic() - started < 5
    stores.replica.exec_driver_sql("DROP VIEW temp.price")
    assert len(catalog.search("thing")) == 50


def test_an_interrupt_without_a_search_does_nothing(stores: Stores, catalog: Catalog) -> None:
    fill(stores, ("A1", "Milk", ""))

    catalog.interrupt()

    assert skus(catalog, "milk") == ["A1"]


def test_search_works_on_a_worker_thread(stores: Stores, catalog: Catalog) -> None:
    fill(stores, ("A1", "Milk", ""))
    found: list[list[str]] = []

    workers = [threading.Thread(target=lambda: found.append(skus(catalog, "mi"))) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert list(chain(*found)) == ["A1"] * 3
