"""The whole till in its window: touched and scanned into, up to paper and central."""

from contextlib import closing

import pysqlite3.dbapi2 as sqlite
from PySide6.QtCore import Qt

from hardware.emulators.serial_line import PtyLine
from hardware.emulators.virtual_printer import VirtualPrinter
from pos_app.domain.money import ONE
from pos_app.store.journal import Journal
from tests.journeys import goods
from tests.journeys.conftest import Shop
from tests.journeys.window import Desk


def unsent(desk: Desk) -> int:
    stores = desk.assembly.stores
    assert stores is not None
    return Journal(stores).unsent()[0]


def test_a_first_sale_by_finger_and_scanner_arrives_on_paper_and_at_central(
    shop: Shop, desk: Desk, printer: VirtualPrinter, scanner: PtyLine
) -> None:
    desk.selling()
    scanner.write(goods.ean13(shop.server).encode() + b"\r")
    desk.until(lambda: len(desk.till.basket.lines) == 1, "the serial scan")
    scanner.write(goods.variant(shop.server).encode() + b"\r")
    desk.until(lambda: len(desk.till.basket.lines) == 2, "the next scan")
    total = desk.till.basket.total

    desk.tap("Exact cash")
    desk.until(lambda: desk.place == "change", "the change screen")

    sale = desk.till.last_sale
    assert sale is not None
    assert (sale.total, len(sale.lines)) == (total, 2)
    desk.until(lambda: printer.papers, "paper")
    assert sale.receipt_no in printer.papers[0].to_text()
    desk.until(lambda: shop.server.receipts() == [(sale.receipt_no, sale.total)], "central")
    desk.until(lambda: unsent(desk) == 0, "all facts to be sent")


def test_fifty_scans_from_a_serial_scanner_are_fifty_units(
    shop: Shop, desk: Desk, scanner: PtyLine
) -> None:
    desk.selling()
    code = goods.ean13(shop.server).encode()

    for _ in range(50):
        scanner.write(code + b"\r\n")

    desk.until(lambda: sum(it.qty for it in desk.till.basket.lines) == 50 * ONE, "fifty units")


def test_a_double_tap_on_the_button_that_finishes_sells_once(
    shop: Shop, desk: Desk, printer: VirtualPrinter
) -> None:
    desk.selling()
    desk.scan(goods.ean13(shop.server))

    desk.double_tap("Exact cash")
    desk.until(lambda: desk.place == "change", "the change screen")
    desk.until(lambda: printer.papers, "paper")
    desk.settle()

    assert len(desk.sales()) == 1
    assert len(printer.papers) == 1


def test_keys_hammered_on_the_payment_screen_sell_once(
    shop: Shop, desk: Desk, printer: VirtualPrinter
) -> None:
    desk.selling()
    desk.scan(goods.ean13(shop.server))
    desk.key(Qt.Key.Key_F12)
    desk.until(lambda: desk.place == "payment", "the payment screen")

    desk.type("100000")
    for _ in range(5):
        desk.key(Qt.Key.Key_Return)
    desk.until(lambda: len(desk.sales()) == 1, "a sale")
    desk.settle()

    assert len(desk.sales()) == 1
    assert desk.till.basket.lines == []


def test_the_server_dies_in_mid_sale_and_no_dialog_stops_the_cashier(
    shop: Shop, desk: Desk
) -> None:
    desk.selling()
    desk.scan(goods.ean13(shop.server))

    shop.server.stop()
    desk.scan(goods.weight_label(500))
    desk.tap("Exact cash")
    desk.until(lambda: desk.place == "change", "the change screen")
    assert desk.window.blocking is None
    desk.until(lambda: desk.said("Offline"), "the banner")
    shop.server.start()

    desk.until(lambda: unsent(desk) == 0, "all facts to be sent")
    assert len(shop.server.receipts()) == 1


def test_a_server_that_goes_while_nobody_sells_is_seen_within_ten_seconds(
    shop: Shop, desk: Desk
) -> None:
    desk.selling()
    desk.until(lambda: desk.said("Online"), "the first contact")
    desk.until(lambda: unsent(desk) == 0, "all facts to be sent")

    shop.server.stop()

    desk.until(lambda: desk.said("Offline"), "the banner", 10_000)


def test_a_basket_is_there_again_after_the_till_was_closed_in_mid_sale(
    shop: Shop, config: object, desk: Desk
) -> None:
    desk.selling()
    desk.scan(goods.ean13(shop.server))
    desk.scan(goods.weight_label(300))
    lines = desk.till.basket.lines
    desk.close()

    with Desk(desk.config) as again:
        again.selling()
        assert again.till.basket.lines == lines


def test_the_devices_screen_counts_the_articles_that_are_here(shop: Shop, desk: Desk) -> None:
    desk.selling()
    articles = shop.server.one("SELECT count(*) FROM variant")

    desk.key(Qt.Key.Key_F10)
    desk.until(lambda: desk.place == "devices", "the devices screen")

    assert articles > 2_000
    desk.until(lambda: str(articles) in "".join(desk.words()).replace("\xa0", ""), "the count")


def test_a_replica_that_breaks_before_the_payment_costs_no_receipt(
    shop: Shop, desk: Desk, printer: VirtualPrinter
) -> None:
    desk.selling()
    desk.scan(goods.ean13(shop.server))
    assert desk.assembly.stores is not None
    assert desk.assembly.exchange is not None
    desk.assembly.exchange.stop()
    with closing(sqlite.connect(desk.assembly.stores.data_dir / "replica.db")) as conn:
        conn.execute("ALTER TABLE setting RENAME TO gone").close()

    desk.tap("Exact cash")

    desk.until(lambda: printer.papers, "paper")
    assert desk.sales()[0].receipt_no in printer.papers[0].to_text()
