"""The demo shop: enough of everything, valid, readable by the till, and the same every time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import argon2
import orjson
import pytest
from sqlalchemy import Engine, text

from pos_app.domain.gtin import has_valid_check_digit
from pos_app.domain.money import ONE, Currency
from pos_app.domain.tax import TaxMode, TaxRounding
from pos_app.services.codes import read_code
from pos_app.store.settings import shop_settings
from pos_app.store.signin import pin_digest
from sync.central import db, demo_shop, migrate
from sync.central.demo import people
from sync.central.demo.numbers import price_label, weight_label
from sync.central.demo.people import STAFF, pin_secret
from sync.central.errors import CommandError
from tests.central.importers.shop import all_rows, count, heads

TABLES = ("product", "variant", "barcode", "price", "tax_rate", "place", "store", "staff")
MORE_TABLES = ("customer", "setting", "tile")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = db.create_engine(f"sqlite:///{tmp_path_factory.mktemp('demo')}/central.db")
    migrate.upgrade(engine)
    demo_shop.seed(engine)
    yield engine
    engine.dispose()


def ask(engine: Engine, sql: str, **values: object) -> list[Any]:
    with db.reading(engine) as conn:
        return list(conn.execute(text(sql), values))


def settings_of(engine: Engine, store_id: str) -> dict[str, str]:
    rows = ask(engine, "SELECT name, value_json FROM setting WHERE store_id = :s", s=store_id)
    return {row.name: row.value_json for row in rows}


def test_there_is_enough_of_everything(demo: Engine) -> None:
    assert count(demo, "variant") >= 2_000
    assert count(demo, "customer") == 500
    kinds = ask(demo, "SELECT kind, count(*) FROM place GROUP BY kind ORDER BY kind")
    assert [tuple(row) for row in kinds] == [("store", 4), ("warehouse", 1)]
    rates = ask(demo, "SELECT ppm FROM tax_rate ORDER BY ppm")
    assert [row.ppm for row in rates] == [0, 120_000, 210_000]


def test_all_kinds_of_goods_are_there(demo: Engine) -> None:
    def how_many(where: str) -> int:
        joined = "variant JOIN price ON price.sku = variant.sku"
        return int(ask(demo, f"SELECT count(*) AS n FROM {joined} WHERE {where}")[0].n)

    assert how_many("options_json <> '[]'") > 1_000
    assert how_many("unit = 'kg'") >= 40
    assert how_many("amount IS NULL") >= 5
    assert how_many("options_json = '[]' AND unit = 'piece'") > 400


@pytest.mark.parametrize(
    ("name", "options", "price"),
    [
        ("Merino crew tee", '[["Colour","Navy"],["Size","M"]]', 49_900),
        ("Trail sock 3-pack", '[["Colour","Grey"],["Size","39–42"]]', 19_900),
        ("Rain jacket Lofoten", '[["Colour","Red"],["Size","L"]]', 129_000),
    ],
)
def test_the_basket_of_the_design_can_be_rung_up(
    demo: Engine, name: str, options: str, price: int
) -> None:
    found = ask(
        demo,
        "SELECT amount FROM variant JOIN price USING (sku) WHERE name = :n AND options_json = :o",
        n=name,
        o=options,
    )

    assert [row.amount for row in found] == [price]


def test_every_barcode_is_valid_or_an_item_number(demo: Engine) -> None:
    codes = [row.code_key for row in ask(demo, "SELECT DISTINCT code_key FROM barcode")]

    gtins = [code for code in codes if len(code) == 14]
    assert all(has_valid_check_digit(code) for code in gtins)
    assert all(len(code) == 5 for code in codes if code not in gtins)
    assert all(code.lstrip("0").startswith(("952", "28", "29")) for code in gtins)
    assert any(code.startswith("000000952") for code in gtins), "no EAN-8"


def test_one_barcode_stands_on_two_variants(demo: Engine) -> None:
    doubles = ask(demo, "SELECT code_key FROM barcode GROUP BY code_key HAVING count(*) > 1")

    assert len(doubles) == 1


def test_names_carry_letters_that_search_must_fold(demo: Engine) -> None:
    names = " ".join(row.name for row in ask(demo, "SELECT name FROM product"))

    assert all(letter in names for letter in "áčďěíńóøšžŁØÅŽ")


def test_a_weighed_article_is_found_by_its_label_and_its_number(demo: Engine) -> None:
    rules = shop_settings(settings_of(demo, "s014")).measure_rules
    weighed = read_code(weight_label("20004", 1_234), rules)
    priced = read_code(price_label("20004", 4_590), rules)

    found = ask(demo, "SELECT sku, code_key FROM barcode JOIN variant USING (tenant_id, sku)"
                      " WHERE name = 'Bananas'")  # fmt: skip
    keys = {row.code_key for row in found}
    assert keys & set(weighed.keys)
    assert keys & set(priced.keys)
    assert "20004" in keys
    assert (weighed.weight, priced.price) == (1_234, 4_590)


def test_the_tills_of_a_store_read_its_settings(demo: Engine) -> None:
    rows = settings_of(demo, "s014")
    told = shop_settings(rows)

    assert set(rows) == set(told.__slots__)
    assert told.currency == Currency("CZK", 2, 100)
    assert (told.policy.mode, told.policy.rounding) == (TaxMode.INCLUSIVE, TaxRounding.DOCUMENT)
    assert told.shop_name == "Hora & Fjord"
    assert told.shop_name not in told.receipt_header
    assert told.logo_png.startswith(b"\x89PNG")
    assert sorted(told.notes) == [10_000, 20_000, 50_000, 100_000, 200_000, 500_000]
    assert (told.locale, told.time_zone, told.idle_lock_s) == ("cs_CZ", "Europe/Prague", 120)


def test_every_documented_setting_is_there(demo: Engine) -> None:
    documented = {
        line.split("`")[1] for line in (demo_shop.__doc__ or "").splitlines() if line[:3] == "| `"
    }

    for store_id in ("s014", "s011", "s021", "s032"):
        assert set(settings_of(demo, store_id)) == documented


def test_the_tills_own_digest_of_a_pin_is_the_one_hashed() -> None:
    assert pin_digest("pepper", "014-jana", "1111") == pin_secret("pepper", "014-jana", "1111")


def test_everybody_signs_in_with_the_documented_pin(demo: Engine) -> None:
    hasher = argon2.PasswordHasher()
    hashes = {row.staff_id: row.pin_hash for row in ask(demo, "SELECT * FROM staff")}

    for person in STAFF:
        secret = pin_secret(people.PEPPER, person.staff_id, person.pin)
        assert hasher.verify(hashes[person.staff_id], secret)
    assert all(value.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for value in hashes.values())
    assert "| 014 Brno  | Jana N.   | Cashier    | 1111   |" in (people.__doc__ or "")


def test_pages_of_tiles_come_in_order_and_name_products_that_exist(demo: Engine) -> None:
    pages = ask(demo, "SELECT page_category FROM tile WHERE store_id = 's014'"
                      " GROUP BY page_category ORDER BY min(position)")  # fmt: skip
    lost = ask(demo, "SELECT 1 FROM tile LEFT JOIN product USING (product_id)"
                     " WHERE product.product_id IS NULL")  # fmt: skip

    assert [row.page_category for row in pages][:6] == [
        "All", "Tops", "Jackets", "Shoes", "Socks", "Bags",
    ]  # fmt: skip
    assert lost == []


def test_stock_is_sold_out_here_and_there_and_matches_the_ledger(demo: Engine) -> None:
    zero = ask(demo, "SELECT count(*) AS n FROM stock_level WHERE qty = 0")[0].n
    wrong = ask(demo, "SELECT 1 FROM stock_level l WHERE qty <> (SELECT sum(delta) FROM stock_ledger"
                      " m WHERE m.place_id = l.place_id AND m.sku = l.sku)")  # fmt: skip
    pieces = ask(demo, "SELECT 1 FROM stock_level JOIN variant USING (sku)"
                       f" WHERE unit = 'piece' AND qty % {ONE} <> 0")  # fmt: skip

    assert zero > 500
    assert wrong == pieces == []


def test_everything_a_till_reads_is_published(demo: Engine) -> None:
    rows = ask(demo, "SELECT entity, count(*) AS n FROM feed GROUP BY entity")

    published = {row.entity: row.n for row in rows}
    for entity, table in (("stock", "stock_level"), *((it, it) for it in (*TABLES, *MORE_TABLES))):
        if table not in {"barcode", "store"}:
            assert published[entity] == count(demo, table), entity


def test_seeding_again_changes_nothing(demo: Engine) -> None:
    before = heads(demo)

    assert not demo_shop.seed(demo)

    assert heads(demo) == before


def test_the_same_shop_comes_out_everywhere(demo: Engine, tmp_path: Path) -> None:
    other = db.create_engine(f"sqlite:///{tmp_path / 'other.db'}")
    migrate.upgrade(other)
    demo_shop.seed(other)

    for table in (*TABLES, *MORE_TABLES):
        assert all_rows(other, table) == all_rows(demo, table), table
    other.dispose()


def test_seeding_over_an_older_seed_publishes_only_what_differs(tmp_path: Path) -> None:
    engine = db.create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    migrate.upgrade(engine)
    demo_shop.seed(engine)
    with db.writing(engine) as conn:
        conn.exec_driver_sql("UPDATE server_state SET value = '0' WHERE name = 'demo_shop'")
        conn.exec_driver_sql("UPDATE price SET amount = 1 WHERE sku = 'KG0637'")
    before = heads(engine)

    assert demo_shop.seed(engine)

    assert heads(engine) == before | {"prices:main": before["prices:main"] + 1}
    engine.dispose()


def test_on_either_database_a_bare_shop_in_euro_awaits_an_import(empty_engine: Engine) -> None:
    assert demo_shop.seed(empty_engine, currency="EUR", with_goods=False)

    told = settings_of(empty_engine, "s014")
    assert orjson.loads(told["currency"]) == {"code": "EUR", "digits": 2, "cash_step": 1}
    assert count(empty_engine, "variant") == count(empty_engine, "tile") == 0
    assert count(empty_engine, "tax_rate") == 3


def test_a_currency_the_demo_has_no_cash_for_is_refused(demo: Engine) -> None:
    with pytest.raises(CommandError, match="sells in CZK or EUR, not in NOK"):
        demo_shop.seed(demo, currency="NOK")
