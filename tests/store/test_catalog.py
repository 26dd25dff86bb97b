"""What a code means, what the shop has, how it works."""

import base64

import pytest

from pos_app.domain.catalog import Stock, Unit
from pos_app.domain.money import Currency
from pos_app.domain.settings import MeasureRule, ShopSettings
from pos_app.domain.staff import Right
from pos_app.domain.tax import TaxMode, TaxRate, TaxRounding
from pos_app.integrity.lives import Why, next_life
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from pos_app.store.replica import Replica
from pos_app.store.sales import Sales
from sync.ports import LookedUp
from tests.store.pages import block, goods, page, product, variant
from tests.store.till import a_draft, at

STAFF = ("jana", "Jana N.", "cashier", '["sell","open_shift","fly"]', "hash", 4, 1)


@pytest.fixture
def catalog(stores: Stores) -> Catalog:
    return Catalog(stores)


def apply(stores: Stores, *blocks: object, own: int = 0) -> None:
    replica = Replica(stores)
    start = replica.cursor()
    replica.apply(page(*blocks, start=start, end=start + "x", own=own))


def test_a_code_leads_to_its_variant(stores: Stores, catalog: Catalog) -> None:
    shirt = variant("S1", "p1", "Shirt", "111 222", '[["Colour","Navy"],["Size","M"]]')
    apply(stores, *goods(), block("tax_rate", [("std", "21 %", 210_000)]),
          block("variant", [shirt]), block("price", [("S1", None)]))  # fmt: skip

    (found,) = catalog.find("222")
    assert (found.sku, found.detail, found.code, found.price) == ("S1", "Navy / M", "222", None)
    assert (found.unit, found.tax) == (Unit.PIECE, TaxRate("std", "21 %", 210_000))
    assert catalog.by_sku("S1") == catalog.find("111")[0]
    assert catalog.find("333") == ()
    assert catalog.by_sku("s1") is None


def test_nothing_is_sold_before_its_price_and_tax_are_here(
    stores: Stores, catalog: Catalog
) -> None:
    apply(stores, block("variant", [variant("A1", "p1", "Milk", "111")]))
    without_both = catalog.find("111")
    apply(stores, block("price", [("A1", 100)]))
    without_tax = catalog.find("111")
    apply(stores, block("tax_rate", [("std", "21 %", 210_000)]))

    assert (without_both, without_tax, len(catalog.find("111"))) == ((), (), 1)


def test_a_product_has_its_variants_in_the_shops_order(stores: Stores, catalog: Catalog) -> None:
    sizes = [variant(f"S{n}", "p1", "Shirt", sort=sort) for n, sort in ((1, 2), (2, 1), (3, 3))]
    resting = variant("S4", "p1", "Shirt", active=0)
    apply(stores, *goods(), block("tax_rate", [("std", "21 %", 210_000)]),
          block("product", [product("p1", "Shirt", '["Size"]')]),
          block("variant", [*sizes, resting]), block("price", [(f"S{n}", 5) for n in range(5)]))  # fmt: skip

    found = catalog.product("p1")
    assert found
    assert (found.name, found.axes) == ("Shirt", ("Size",))
    assert [it.sku for it in found.variants] == ["S2", "S1", "S3"]
    assert catalog.product("p2") is None


def test_stock_is_centrals_figure_less_own_sales_it_does_not_include(
    stores: Stores, catalog: Catalog, open_shift: None
) -> None:
    places = [("store-9", "Aš", "store"), ("store-14", "Brno", "store")]
    figures = [
        ("store-14|A1", "store-14", "A1", 10_000, 77),
        ("store-9|A1", "store-9", "A1", -500, 66),
    ]
    apply(stores, block("place", places), block("stock", figures))
    for number in range(3):
        Sales(stores).book(a_draft(f"s{number}", qty=2_000), at(6_000))
    apply(stores, own=3)  # the shift, and two of the sales

    assert catalog.stock("A1") == (
        Stock("store-14", "Brno", 8_000, 77),
        Stock("store-9", "Aš", -500, 66),
    )
    apply(stores, own=1)
    assert catalog.stock("A1")[0].qty == 4_000


def test_each_figure_of_a_page_cut_short_holds_what_it_was_counted_with(
    stores: Stores, catalog: Catalog, open_shift: None
) -> None:
    def came(stock: list[tuple[str, str, str, int, int]], counted: list[int], at: int) -> None:
        there = {
            "counted": counted,
            "positions": {"stock:a": at},
            "heads": {"stock:a": at + at % 2},
        }
        Replica(stores).apply(
            page(block("stock", stock, 10 * at), start=Replica(stores).cursor()) | there
        )

    came([_here("A1", 10_000), _here("A2", 10_000)], [1, 1], 2)
    for number, sku in enumerate(("A1", "A2")):
        Sales(stores).book(a_draft(f"s{number}", sku=sku, qty=2_000), at(6_000))

    came([_here("A1", 8_000)], [1, 3], 3)

    assert [catalog.stock(sku)[0].qty for sku in ("A1", "A2")] == [8_000, 8_000]
    came([_here("A2", 8_000)], [1, 3], 4)
    assert [catalog.stock(sku)[0].qty for sku in ("A1", "A2")] == [8_000, 8_000]


def test_a_figure_of_a_look_up_holds_what_it_was_counted_with(
    stores: Stores, catalog: Catalog, open_shift: None
) -> None:
    apply(stores, block("stock", [_here("A1", 10_000)]), own=1)
    Sales(stores).book(a_draft("s1", qty=2_000), at(6_000))

    counted = block("stock", [_here("A1", 8_000)], 7) | {"counted": [1, 2]}
    Replica(stores).apply_lookup(LookedUp("e1", [counted]))

    assert catalog.stock("A1")[0].qty == 8_000


def test_a_look_up_in_a_new_history_waits_for_its_first_page(
    stores: Stores, catalog: Catalog, open_shift: None
) -> None:
    Sales(stores).book(a_draft("s1", qty=2_000), at(6_000))
    apply(stores, block("stock", [_here("A1", 8_000)]), own=2)
    restored = block("stock", [_here("A1", 10_000)], 7) | {"counted": [1, 0]}
    answer = LookedUp("e2", [restored])
    Journal(stores).acknowledged(0, 0, "e2")

    assert not Replica(stores).apply_lookup(answer)
    assert catalog.stock("A1")[0].qty == 8_000

    Replica(stores).resnapshot(["stock:a"])
    start = Replica(stores).cursor()
    there = {"epoch": "e2", "has_more": True, "counted": [1, 0]}
    Replica(stores).apply(page(start=start, end="of e2") | there)

    assert Replica(stores).apply_lookup(answer)
    assert catalog.stock("A1")[0].qty == 8_000


def test_a_new_life_takes_off_what_central_has_not_heard_from_the_one_before(
    stores: Stores, catalog: Catalog, open_shift: None
) -> None:
    Sales(stores).book(a_draft("s1", qty=2_000), at(6_000))
    next_life(stores, 2, 3, Why("journal_behind_mark"), at(7_000))
    Sales(stores).book(a_draft("s2", qty=1_000), at(8_000))
    own: dict[str, object] = {"positions": {}, "heads": {}}

    shown = []
    for number, counted in enumerate(([1, 0], [1, 1], [1, 2], [1, 9], [2, 1], [2, 2])):
        row = block("stock", [_here("A1", 10_000)], number + 1)
        there = own | {"counted": counted}
        Replica(stores).apply(page(row, start=Replica(stores).cursor(), end=f"c{number}") | there)
        shown.append(catalog.stock("A1")[0].qty)

    assert shown == [7_000, 7_000, 9_000, 9_000, 9_000, 10_000]


def _here(sku: str, qty: int) -> tuple[str, str, str, int, int]:
    return f"store-14|{sku}", "store-14", sku, qty, 77


def test_tiles_show_price_stock_and_how_many_variants(
    stores: Stores, catalog: Catalog, open_shift: None
) -> None:
    tiles = [
        ("t2", "Drinks", 2, "pA1", ""),
        ("t1", "Drinks", 1, "pA2", "Rye"),
        ("t3", "Food", 0, "?", ""),
    ]
    stock = [("x", "store-14", "A1", 10_000, 1), ("y", "store-14", "A2", 3_000, 1)]
    apply(stores, *goods(("A1", "Milk", ""), ("A2", "Bread", "")), block("tile", tiles),
          block("stock", stock))  # fmt: skip
    Sales(stores).book(a_draft("s1", qty=2_000), at(6_000))

    rye, milk = catalog.tiles("Drinks")
    assert (rye.label, milk.label) == ("Rye", "Milk")
    assert (milk.price, milk.variant_count, milk.stock, rye.stock) == (199, 1, 8_000, 3_000)
    assert catalog.tiles("Food")[0].variant_count == 0
    assert catalog.categories() == ("Food", "Drinks")


def test_only_active_staff_may_sign_in_with_rights_we_know(
    stores: Stores, catalog: Catalog
) -> None:
    apply(stores, block("staff", [STAFF, ("petr", "Petr", "x", "[]", "hash", 6, 0)]))

    (jana,) = catalog.staff()
    assert jana.rights == {Right.SELL, Right.OPEN_SHIFT}
    assert (jana.staff_id, jana.pin_length) == ("jana", 4)
    assert "hash" not in repr(jana)


def test_without_settings_the_shop_still_sells(catalog: Catalog) -> None:
    assert catalog.settings() == ShopSettings()


def test_settings_are_read_by_name(stores: Stores, catalog: Catalog) -> None:
    values = [
        ("shop_name", '"Obchod"'),
        ("currency", '{"code": "CZK", "digits": 2, "cash_step": 100}'),
        ("policy", '{"mode": "exclusive", "rounding": "line"}'),
        ("receipt_header", '["Obchod", "Brno"]'),
        ("receipt_footer", '"Thank you\\nCome again"'),
        (
            "measure_rules",
            '[{"pattern": "02IIIIICPPPPK"}, {"pattern": "28IIIIIWWWWWK", "decimals": 3}]',
        ),
        ("notes", "[20000, 10000]"),
        ("logo_png", f'"{base64.b64encode(b"png").decode()}"'),
        ("max_change", "5000"),
        ("quick_cash", "false"),
    ]
    apply(stores, block("setting", values))

    found = catalog.settings()
    assert (found.shop_name, found.currency) == ("Obchod", Currency("CZK", 2, 100))
    assert (found.policy.mode, found.policy.rounding) == (TaxMode.EXCLUSIVE, TaxRounding.LINE)
    assert (found.receipt_header, found.receipt_footer) == (
        ("Obchod", "Brno"),
        ("Thank you", "Come again"),
    )
    assert found.measure_rules[1] == MeasureRule("28IIIIIWWWWWK", 3)
    assert (found.notes, found.logo_png) == ((10_000, 20_000), b"png")
    assert (found.max_change, found.quick_cash) == (5_000, False)


@pytest.mark.parametrize("value", ["{", "null", '{"code": "CZK"}', "[]", '"x"', "7"])
def test_an_unusable_setting_is_left_out(stores: Stores, catalog: Catalog, value: str) -> None:
    apply(stores, block("setting", [("currency", value), ("locale", '"cs"')]))

    assert catalog.settings() == ShopSettings(locale="cs")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("currency", '{"code": "EUR", "digits": 2, "cash_step": 0}'),
        ("currency", '{"code": "EUR", "digits": -2}'),
        ("currency", '{"code": "", "digits": 2}'),
        ("time_zone", '"Mars/Phobos"'),
        ("time_zone", '"Europe"'),
        ("time_zone", '"../../etc"'),
        ("locale", "null"),
        ("max_change", "-1"),
        ("idle_lock_s", "-1"),
        ("notes", "[0, -500]"),
    ],
)
def test_a_setting_that_would_stop_selling_is_left_out(
    stores: Stores, catalog: Catalog, name: str, value: str
) -> None:
    apply(stores, block("setting", [(name, value)]))

    assert catalog.settings() == ShopSettings()


def test_tax_rates_and_counts(stores: Stores, catalog: Catalog) -> None:
    apply(stores, *goods(("A1", "Milk", "1 2")))

    assert catalog.tax_rates() == (TaxRate("std", "21 %", 210_000),)
    assert (catalog.counts()["variant"], catalog.counts()["code"]) == (1, 2)
