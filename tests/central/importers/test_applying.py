"""Writing an import: all good rows at once, only what changed, the tills told last."""

from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine, event

from pos_app.domain.money import Currency
from sync.central.importers.applying import StockMode
from tests.central.importers.reading import CHOICES, one_row, read, shopify_file
from tests.central.importers.shop import bare_shop, count, heads, imported, level, published

Row = tuple[str, ...]


@pytest.fixture
def shop(empty_engine: Engine) -> Engine:
    bare_shop(empty_engine)
    return empty_engine


def brought(
    shop: Engine, tmp_path: Path, *rows: Row, mode: StockMode = StockMode.OPENING
) -> object:
    return imported(shop, read(shopify_file(tmp_path / "in.csv", *rows), CHOICES), mode)


def test_an_article_reaches_the_tills_with_product_price_code_and_stock(
    shop: Engine, tmp_path: Path
) -> None:
    brought(shop, tmp_path, one_row(barcode="4006381333931", stock="7"))

    (variant,) = [orjson.loads(body) for body in published(shop, "variant")]
    assert variant[2:] == [
        "MUG", "mug", "Mug", "[]", "piece", "standard", "04006381333931", "", 1, 0,
    ]  # fmt: skip
    assert [orjson.loads(body)[2:] for body in published(shop, "price")] == [["MUG", 990]]
    assert [orjson.loads(body)[3:6] for body in published(shop, "stock")] == [["s014", "MUG", 7000]]


def test_the_same_file_again_changes_and_publishes_nothing(shop: Engine, tmp_path: Path) -> None:
    rows = [one_row(sku=sku, barcode="4006381333931", stock="7") for sku in ("A", "B")]
    brought(shop, tmp_path, *rows)
    before = heads(shop)

    again = brought(shop, tmp_path, *rows)

    assert getattr(again, "is_empty", False)
    assert heads(shop) == before
    assert count(shop, "barcode") == 2


def test_only_the_row_that_changed_is_published(shop: Engine, tmp_path: Path) -> None:
    brought(shop, tmp_path, one_row(sku="A"), one_row(sku="B"))
    before = heads(shop)

    brought(shop, tmp_path, one_row(sku="A"), one_row(sku="B", price="12.00"))

    after = heads(shop)
    assert after["prices:main"] == before["prices:main"] + 1
    assert after["catalog:demo"] == before["catalog:demo"]
    assert orjson.loads(published(shop, "price")[-1])[2:] == ["B", 1200]


def test_a_barcode_that_is_gone_no_longer_finds_the_article(shop: Engine, tmp_path: Path) -> None:
    brought(shop, tmp_path, one_row(barcode="4006381333931"))

    brought(shop, tmp_path, one_row(barcode="40170725"))

    assert count(shop, "barcode") == 1
    assert orjson.loads(published(shop, "variant")[-1])[8] == "00000040170725"


def test_opening_stock_is_booked_once_and_later_sales_stay(shop: Engine, tmp_path: Path) -> None:
    brought(shop, tmp_path, one_row(stock="7"))

    brought(shop, tmp_path, one_row(stock="9"))

    assert level(shop, "MUG") == 7_000


def test_a_count_makes_the_stock_what_the_file_says(shop: Engine, tmp_path: Path) -> None:
    brought(shop, tmp_path, one_row(stock="7"))

    brought(shop, tmp_path, one_row(stock="-2"), mode=StockMode.COUNT)

    assert level(shop, "MUG") == -2_000
    assert count(shop, "stock_move") == 2


def test_a_failure_in_the_middle_leaves_nothing_behind(shop: Engine, tmp_path: Path) -> None:
    before = heads(shop)

    def fail(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if 'INTO "feed"' in statement:
            raise OSError("the disk is full")

    event.listen(shop, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="disk is full"):
        brought(shop, tmp_path, one_row(), one_row(sku="B"))
    event.remove(shop, "before_cursor_execute", fail)

    assert count(shop, "variant") == count(shop, "price") == count(shop, "product") == 0
    assert heads(shop) == before


def test_heads_are_bumped_after_every_other_write(shop: Engine, tmp_path: Path) -> None:
    written: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("INSERT", "DELETE", "UPDATE")):
            written.append(statement.split()[2].strip('"'))

    event.listen(shop, "before_cursor_execute", note)
    brought(shop, tmp_path, one_row(stock="7"))
    event.remove(shop, "before_cursor_execute", note)

    assert set(written[written.index("stream_head") :]) == {"stream_head", "feed"}


def test_an_open_price_and_a_price_of_nothing_are_two_things(shop: Engine, tmp_path: Path) -> None:
    yen = read(shopify_file(tmp_path / "in.csv", one_row(price="0")), currency=Currency("EUR", 2))

    imported(shop, yen)

    assert orjson.loads(published(shop, "price")[0])[2:] == ["MUG", 0]
