"""What people, scanners and catalogues do that nobody planned for, in the real window."""

import pytest
from PySide6.QtCore import Qt

from hardware.emulators.serial_line import PtyLine
from hardware.emulators.virtual_printer import VirtualPrinter
from pos_app.domain.events import ChooseVariant, CodeRefused, CodeUnknown, WeightWanted
from pos_app.domain.money import ONE
from sync.central.feed import prices_stream, publish
from tests.journeys import goods
from tests.journeys.conftest import Shop
from tests.journeys.window import Desk

CODES: dict[str, tuple[str | bytes, str]] = {
    "unknown": (goods.UNKNOWN, "unknown"),
    "unknown text": ("no such thing", "unknown"),
    "empty": ("", "garbled"),
    "only spaces": ("   ", "garbled"),
    "only a line end": (b"\r\n", "garbled"),
    "four kilobytes": ("9" * 4096, "too_long"),
    "four kilobytes of bytes": (b"\x00\xff" * 2048, "too_long"),
    "binary": (bytes(range(256)), "garbled"),
    "nul inside": ("95212\x0034567", "garbled"),
    "latin-1": ("Kč 49".encode("cp1250"), "garbled"),
    "utf-16": (goods.UNKNOWN.encode("utf-16"), "garbled"),
    "half a character": ("ž".encode()[:1], "garbled"),
    "right to left": ("\u202e4321", "garbled"),
    "wrong check digit": (goods.WRONG_CHECK_DIGIT, "check_digit"),
    "wrong check digit of a label": (goods.weight_label(642)[:-1] + "0", "check_digit"),
    "SQL": ("'; DROP TABLE sale; --", "unknown"),
    "markup": ("<b>free</b>", "unknown"),
    "a format": ("{} %s %n", "unknown"),
    "digits of another script": ("\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", "unknown"),
    "a receipt": ("OMNI:R:014-2-000001:x", "not_a_product"),
    "a badge": ("OMNI:S:014-jana", "not_a_product"),
    "a web address": ("https://example.com/?q=1", "unknown"),
}


def reason(desk: Desk) -> str:
    """What was said of a code at once; what the server says of it comes later."""
    match desk.events:
        case [CodeRefused(_, why), *_]:
            return why
        case [CodeUnknown(), *_]:
            return "unknown"
    return "nothing was said"


def test_no_code_however_bad_changes_the_basket_or_stops_the_till(shop: Shop, desk: Desk) -> None:
    desk.selling()
    desk.scan(goods.ean13(shop.server))
    before = desk.till.basket.lines

    found = {}
    for name, (code, _) in CODES.items():
        desk.events.clear()
        desk.scan(code)
        found[name] = reason(desk)
        assert desk.till.basket.lines == before, name
        assert desk.window.blocking is None, name

    assert found == {name: why for name, (_, why) in CODES.items()}
    desk.scan(goods.variant(shop.server))
    assert len(desk.till.basket.lines) == 2


def test_noise_on_the_scanner_s_line_does_not_eat_the_next_good_code(
    shop: Shop, desk: Desk, scanner: PtyLine
) -> None:
    desk.selling()
    noise = (b"\x00\xff\xfe\x80" * 600, b"\r\n\r\n", b"9" * 3_000)

    for burst in noise:
        scanner.write(burst + b"\r")
        scanner.write(goods.ean13(shop.server).encode() + b"\r")

    desk.until(lambda: desk.till.basket.lines, "a line")
    desk.until(lambda: desk.till.basket.lines[0].qty == 3 * ONE, "three units")


def test_one_code_on_two_variants_asks_which(shop: Shop, desk: Desk) -> None:
    desk.selling()

    desk.scan(goods.shared(shop.server))
    (asked,) = [it for it in desk.events if isinstance(it, ChooseVariant)]
    assert desk.till.basket.lines == []
    desk.key(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_Return)

    desk.until(lambda: desk.till.basket.lines, "the line")
    (line,) = desk.till.basket.lines
    assert line.sku in {it.sku for it in asked.variants}


def pay(desk: Desk, keyed: str) -> None:
    """Key an amount in minor units and take it as cash."""
    desk.key(Qt.Key.Key_F12)
    desk.until(lambda: desk.place == "payment", "the payment screen")
    desk.type(keyed)
    desk.key(Qt.Key.Key_Return)
    desk.settle()


def test_less_than_the_total_is_a_part_and_the_rest_is_asked_for(shop: Shop, desk: Desk) -> None:
    desk.selling()
    desk.scan(goods.ean13(shop.server))
    total = desk.till.basket.total

    pay(desk, "10000")
    assert desk.sales() == []
    assert desk.till.settlement.due == total - 10_000
    desk.type(str(total - 10_000))
    desk.key(Qt.Key.Key_Return)

    desk.until(lambda: desk.place == "change", "the change screen")
    assert [it.amount for it in desk.sales()[0].tenders] == [10_000, total - 10_000]


def test_far_more_than_the_total_is_taken_for_a_typing_error(shop: Shop, desk: Desk) -> None:
    desk.selling()
    desk.scan(goods.ean13(shop.server))

    for keyed in ("999999999", "999999999999999999"):
        pay(desk, keyed)
        assert (desk.sales(), desk.till.tenders) == ([], ())
        desk.key(Qt.Key.Key_Escape)
        desk.until(lambda: desk.place == "sell", "the register")

    assert desk.window.blocking is None


def test_an_amount_of_nothing_or_of_coins_that_do_not_exist_is_refused(
    shop: Shop, desk: Desk
) -> None:
    desk.selling()
    desk.scan(goods.ean13(shop.server))

    pay(desk, "0")
    pay(desk, "12345")

    assert (desk.sales(), desk.till.tenders) == ([], ())


def test_goods_for_nothing_are_sold_for_nothing(
    shop: Shop, desk: Desk, printer: VirtualPrinter
) -> None:
    code = goods.ean13(shop.server)
    sku = goods.sku_of(shop.server, code)
    shop.server.run(f"UPDATE price SET amount = 0 WHERE sku = '{sku}'")
    shop.server.write(lambda conn: publish(conn, prices_stream("main"), "price", [(sku, 0)]))
    desk.selling()
    desk.until(lambda: price_of(desk, sku) == 0, "the new price")

    desk.scan(code)
    desk.tap("Exact cash")

    desk.until(lambda: desk.place == "change", "the change screen")
    desk.until(lambda: shop.server.receipts() == [("014-2-000001", 0)], "central")
    desk.until(lambda: printer.papers, "paper")
    assert shop.server.rows("SELECT code FROM fact_exception") == []


def price_of(desk: Desk, sku: str) -> int | None:
    variant = desk.till.catalog.by_sku(sku)
    return variant.price if variant else None


def test_more_is_sold_than_the_stock_says_is_there(shop: Shop, desk: Desk) -> None:
    desk.selling()
    code = goods.ean13(shop.server)
    sku = goods.sku_of(shop.server, code)
    here = goods.stock_of(shop.server, sku)

    desk.type(str(here // ONE + 5))
    desk.scan(code)
    desk.tap("Exact cash")
    desk.until(lambda: desk.place == "change", "the change screen")

    assert desk.till.catalog.stock(sku)[0].qty == -5 * ONE
    desk.until(lambda: goods.stock_of(shop.server, sku) == -5 * ONE, "central's figure")
    assert shop.server.rows("SELECT code FROM fact_exception") == []


DIGITS: dict[str, tuple[str, int]] = {
    "nought is no quantity": ("0", 1),
    "ten digits are the beginning of a code": ("1000000000", 1),
    "thirty digits are nothing": ("9" * 30, 1),
    "five digits are the most": ("99999", 99_999),
}


@pytest.mark.parametrize(("keyed", "pieces"), DIGITS.values(), ids=DIGITS)
def test_digits_before_a_scan_are_a_quantity_or_forgotten(
    shop: Shop, desk: Desk, keyed: str, pieces: int
) -> None:
    desk.selling()

    desk.type(keyed)
    desk.scan(goods.ean13(shop.server))
    assert [it.qty for it in desk.till.basket.lines] == [pieces * ONE]

    desk.key(Qt.Key.Key_Return)
    desk.until(lambda: desk.place == "payment", "payment, not a look-up of old digits")


def test_a_line_never_grows_beyond_what_can_be_booked(shop: Shop, desk: Desk) -> None:
    desk.selling()
    code = goods.ean13(shop.server)
    desk.type("99999")
    desk.scan(code)
    before = desk.till.basket.lines

    desk.scan(code)

    assert desk.till.basket.lines == before
    assert desk.window.blocking is None
    desk.tap("Exact cash")
    desk.until(lambda: len(shop.server.receipts()) == 1, "central")
    assert shop.server.rows("SELECT code FROM fact_exception") == []


def test_a_gram_is_sold_and_no_gram_is_asked_for(shop: Shop, desk: Desk) -> None:
    desk.selling()

    desk.scan(goods.weight_label(1))
    desk.scan(goods.weight_label(0))

    assert [it.qty for it in desk.till.basket.lines] == [1]
    assert any(isinstance(it, WeightWanted) for it in desk.events)
