"""A new till: enrolled, filled, sells every kind of code, and central books the same figures."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from pos_app.domain.events import ChooseVariant, LineAdded
from pos_app.domain.money import ONE
from pos_app.domain.sale import Sale, TenderKind
from sync.wire_facts import SaleCompletedV1
from tests.journeys import digest, goods
from tests.journeys.central_side import ShopServer
from tests.journeys.conftest import Shop, both_engines
from tests.journeys.counter import Counter, until

CODES: dict[str, Callable[[ShopServer], str | bytes]] = {
    "EAN-13": goods.ean13,
    "EAN-8": goods.ean8,
    "GTIN-14": lambda server: goods.ean13(server).zfill(14),
    "bytes of a serial scanner": lambda server: goods.ean13(server).encode("ascii") + b"\r\n",
    "size and colour": goods.variant,
    "AIM prefix": lambda server: f"]E0{goods.ean13(server)}",
    "GS1 element string": lambda server: f"]C101{goods.ean13(server).zfill(14)}17991231",
    "GS1 digital link": lambda server: f"https://id.gs1.org/01/{goods.ean13(server).zfill(14)}",
    "item number of weighed goods on a label": lambda _: goods.weight_label(642),
    "price on a label": lambda _: goods.price_label(2_500),
}


def sold(counter: Counter, server: ShopServer) -> Sale:
    """A sale with everything in it: label, quantity, choice, open price, discounts, two tenders."""
    till = counter.open_for("Petr").till
    till.scan(goods.ean13(server))
    till.scan(goods.weight_label(642))
    till.set_pending_qty(3 * ONE)
    till.scan(goods.variant(server))
    till.add_variant(goods.open_price(server), price=12_345)
    till.scan(goods.shared(server))
    (which,) = [it for it in counter.events if isinstance(it, ChooseVariant)]
    till.choose_variant(which, which.variants[1].sku)
    till.set_line_discount(0, goods.TEN_PERCENT)
    till.set_discount(goods.FIFTY_OFF)
    till.take_tender(TenderKind.CARD_EXTERNAL, 10_000, "4471")
    sale = till.take_tender(TenderKind.CASH, till.settlement.cash_due + 10_000)
    assert sale is not None
    return sale


def figures(sale: Sale) -> tuple[Any, ...]:
    lines = [(it.line_id, it.sku, it.qty, it.amount, it.discount, it.tax) for it in sale.lines]
    tenders = [(it.tender_id, str(it.kind), it.amount, it.ref) for it in sale.tenders]
    sums = (sale.subtotal, sale.discount, sale.tax, sale.total, sale.rounding, sale.change)
    return sale.receipt_no, sums, lines, tenders


def booked(server: ShopServer, sale_id: str) -> tuple[Any, ...]:
    """The same figures from central's tables."""
    totals = "subtotal_minor, discount_minor, tax_minor, total_minor, rounding_minor, change_minor"
    of_it = "WHERE sale_id = :sale ORDER BY position"
    line = "line_id, sku, qty, amount_minor, disc_minor, tax_minor"
    (head,) = server.rows(
        f"SELECT receipt_no, {totals} FROM sale WHERE sale_id = :sale", sale=sale_id
    )
    lines = server.rows(f"SELECT {line} FROM sale_line {of_it}", sale=sale_id)
    tender = "tender_id, kind, amount_minor, ref"
    tenders = server.rows(f"SELECT {tender} FROM sale_tender {of_it}", sale=sale_id)
    return head[0], head[1:], lines, tenders


@both_engines
def test_a_new_till_enrols_fills_sells_and_central_books_the_same(fresh_shop: Shop) -> None:
    counter, server = fresh_shop.another("2").connect(), fresh_shop.server
    until(counter.is_filled)

    sale = sold(counter, server)
    until(lambda: counter.unsent() == 0)

    assert booked(server, sale.sale_id) == figures(sale)
    assert len(sale.lines) == 5
    assert server.rows("SELECT code, detail FROM fact_exception") == []
    assert set(server.rows("SELECT status FROM inbox")) == {("applied",)}
    assert counter.journal.verify() is None


@both_engines
def test_every_row_central_has_for_the_till_is_in_the_till(fresh_shop: Shop) -> None:
    counter, server = fresh_shop.another("2").connect(), fresh_shop.server
    until(counter.is_filled)

    counter.open_for().sell(goods.ean13(server), goods.weight_label(500))
    until(lambda: counter.unsent() == 0)

    until(lambda: digest.of_till(counter.stores) == digest.of_central(server))


def test_the_payload_of_a_sale_is_exactly_what_the_wire_says(shop: Shop) -> None:
    counter = shop.till()

    sale = sold(counter, shop.server)

    (payload,) = [
        it["payload"]
        for it in counter.journal.batch(1, 200, 10**6)
        if it["type"] == "sale.completed.v1"
    ]
    message = SaleCompletedV1.model_validate_json(payload, strict=True)
    assert (message.total_minor, message.receipt_no) == (sale.total, sale.receipt_no)
    assert orjson.loads(payload).keys() <= SaleCompletedV1.model_fields.keys()
    again = orjson.dumps(orjson.loads(payload), option=orjson.OPT_SORT_KEYS).decode()
    assert again == payload


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_every_kind_of_code_is_found(shop: Shop, code: Callable[[ShopServer], str | bytes]) -> None:
    counter = shop.till().open_for()
    counter.told()

    counter.till.scan(code(shop.server), "serial")

    assert counter.told() == [LineAdded(0)]


def test_own_sales_lower_the_stock_at_once_and_never_twice(shop: Shop) -> None:
    counter, server = shop.till().open_for(), shop.server
    code = goods.ean13(server)
    sku = goods.sku_of(server, code)
    opening = counter.catalog.stock(sku)[0]
    counter.connect()

    wrong = 0
    for sold in range(1, 26):
        counter.sell(code)
        while counter.unsent() or counter.included() < counter.journal.state().last_seq:
            wrong += counter.catalog.stock(sku)[0].qty != opening.qty - sold * ONE

    assert opening.place_id == "s014"
    assert wrong == 0
    assert goods.stock_of(server, sku) == opening.qty - 25 * ONE
