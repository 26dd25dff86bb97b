"""Central sends what nobody should have typed in: the till sells all the rest, and prints it."""

import json
from typing import Any

import pytest

from hardware.emulators.virtual_printer import VirtualPrinter
from pos_app.domain.basket import MAX_LINES
from pos_app.domain.events import LineAdded
from pos_app.domain.sale import TenderKind
from sync.central.feed import COLS, Changes, prices_stream, stock_stream, store_stream
from tests.journeys import goods
from tests.journeys.central_side import ShopServer
from tests.journeys.conftest import Shop
from tests.journeys.counter import Counter, until

COLUMNS = COLS["variant"]
Row = tuple[str, str, tuple[Any, ...]]
CROWNS = {"code": "CZK", "digits": 2, "cash_step": 100}


def setting(name: str, value: object) -> Row:
    return store_stream("s014"), "setting", (name, json.dumps(value))


def person(**changes: Any) -> Row:
    """The row of Petr."""
    row: dict[str, Any] = {"id": "014-petr", "name": "Petr K.", "role": "Supervisor"}
    row |= {"rights": '["sell"]', "pin_hash": "x", "pin_length": 4, "active": 1} | changes
    return store_stream("s014"), "staff", tuple(row.values())


def odd(server: ShopServer, **changes: Any) -> Row:
    """The first article, with something changed."""
    code = goods.ean13(server)
    columns = "sku, product_id, name, options_json, unit, tax_code, '', category, active, sort"
    (row,) = server.rows(
        f"SELECT {columns} FROM variant WHERE sku = :sku", sku=goods.sku_of(server, code)
    )
    values = dict(zip(COLUMNS, row, strict=True)) | {"codes": code.zfill(14)} | changes
    return "catalog:demo", "variant", tuple(values.values())


SETTINGS: dict[str, Row] = {
    "a logo that is no picture": setting("logo_png", "AAAA"),
    "a logo that is no base64": setting("logo_png", "\u017eluť"),
    "no cash step": setting("currency", CROWNS | {"cash_step": 0}),
    "a cash step below nought": setting("currency", CROWNS | {"cash_step": -100}),
    "digits below nought": setting("currency", CROWNS | {"digits": -1}),
    "nine digits": setting("currency", CROWNS | {"digits": 9}),
    "a currency in words": setting("currency", CROWNS | {"code": "CROWNS"}),
    "a locale that does not exist": setting("locale", "tlh_QQ"),
    "a locale that is a path": setting("locale", "../../etc"),
    "a time zone that does not exist": setting("time_zone", "Mars/Base"),
    "a time zone that is a path": setting("time_zone", "../../etc/passwd"),
    "banknotes of nothing": setting("notes", [-5, 0, 10]),
    "change below nought": setting("max_change", -1),
    "a header for printers": setting("receipt_header", ["x" * 5000, "\x1b@\x1dV\x00", "漢字 🙂"]),
    "a label rule of letters": setting("measure_rules", [{"pattern": "ZZZ"}]),
    "a rounding that is none": setting("policy", {"mode": "sideways", "rounding": "line"}),
    "no JSON": (store_stream("s014"), "setting", ("shop_name", "{not json")),
    "rights that are no list": person(rights="{{"),
    "rights nobody knows": person(rights='["fly", 7, null]'),
    "a PIN of no digits": person(pin_length=0),
    "stock beyond counting": (
        stock_stream("cz"),
        "stock",
        ("s014|GRO0250", "s014", "GRO0250", 9 * 10**18, 0),
    ),
    "a tile of nothing": (store_stream("s014"), "tile", ("t00-000", "All", 0, "nowhere", "")),
}
ARTICLES: dict[str, dict[str, Any]] = {
    "a very long name": {"name": "N" * 3000},
    "a name in several lines": {"name": "Tee\nshirt\x1b@\u202e\t"},
    "no name": {"name": ""},
    "options that are no JSON": {"options": "{{"},
    "options of another shape": {"options": '{"a": 1}'},
    "very long options": {"options": json.dumps([["Size", "L" * 3000]])},
    "a unit of another program": {"unit": "litre"},
    "a tax rate that is not there": {"tax_code": "nope"},
    "codes without end": {"codes": "9" * 5000},
    "a price beyond counting": {},
}


def tell(server: ShopServer, row: Row) -> None:
    """As an editor at central would, without a look at what it is."""

    def write(conn: Any) -> None:
        changes = Changes()
        changes.put(row[0], row[1], [row[2]])
        changes.write(conn)

    server.write(write)


def sells_and_prints(shop: Shop, counter: Counter, printer: VirtualPrinter) -> None:
    """Everything else goes on: scan, money, paper, central, search."""
    counter.till.scan(goods.ean13(shop.server, 40))
    counter.till.scan(goods.weight_label(500))
    counter.sell()
    until(lambda: counter.unsent() == 0)
    until(lambda: printer.papers)
    assert counter.stores.upkeep.settle(60)
    assert set(shop.server.rows("SELECT status FROM inbox")) == {("applied",)}


@pytest.mark.parametrize("row", SETTINGS.values(), ids=SETTINGS)
def test_a_setting_that_makes_no_sense_stops_nobody(
    shop: Shop, printer: VirtualPrinter, row: Row
) -> None:
    tell(shop.server, row)
    counter = shop.till(printer_port=printer.port).connect()
    until(counter.is_filled)
    counter.open_for("Jana")

    sells_and_prints(shop, counter, printer)

    assert "Petr K." in {it.name for it in counter.catalog.staff()}


@pytest.mark.parametrize("changes", ARTICLES.values(), ids=ARTICLES)
def test_an_article_that_makes_no_sense_is_sold_or_refused_and_stops_nobody(
    shop: Shop, printer: VirtualPrinter, changes: dict[str, Any]
) -> None:
    tell(shop.server, odd(shop.server, **changes))
    if not changes:
        sku = goods.sku_of(shop.server, goods.ean13(shop.server))
        tell(shop.server, (prices_stream("main"), "price", (sku, 10**17)))
    counter = shop.till(printer_port=printer.port).connect()
    until(counter.is_filled)
    counter.open_for("Jana")

    counter.till.scan(goods.ean13(shop.server))

    sells_and_prints(shop, counter, printer)


def test_the_largest_basket_there_can_be_arrives_whole(shop: Shop) -> None:
    counter = shop.till().connect().open_for()
    for grams in range(1, MAX_LINES + 1):
        counter.till.scan(goods.weight_label(grams))
    counter.told()

    counter.till.scan(goods.weight_label(1))
    assert not any(isinstance(it, LineAdded) for it in counter.told())
    sale = counter.till.take_tender(TenderKind.CARD_EXTERNAL, counter.till.settlement.due)

    assert sale is not None
    assert len(sale.lines) == MAX_LINES
    until(lambda: shop.server.receipts() == [(sale.receipt_no, sale.total)])
