"""Sign-in, full disks and first starts through the real screens."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest

from hardware.emulators.virtual_printer import VirtualPrinter
from pos_app.config import Config
from tests.journeys import goods
from tests.journeys.conftest import Shop
from tests.journeys.test_long_day import open_files
from tests.journeys.window import Desk


def test_wrong_pins_at_the_screen_lock_it_and_a_restart_does_not_open_it(
    desk: Desk, config: Config
) -> None:
    for wrong in ("0000", "1234", "4321", "9999", "1112"):
        desk.sign_in("Jana", wrong)
        desk.until(lambda: desk.said("PIN not recognised") or desk.said("Too many"), "an answer")
        desk.until(lambda: not desk.app.sign_in._checking, "the check")
    desk.until(lambda: desk.said("Too many wrong PINs"), "the lock-out")
    assert desk.till.staff is None
    desk.close()

    with Desk(config) as again:
        again.sign_in("Jana", "1111")
        again.until(lambda: again.said("Too many wrong PINs"), "the lock-out after a restart")
        assert again.till.staff is None
        again.sign_in("Petr", "2222")
        again.until(lambda: again.till.staff is not None, "another person")


def test_locking_and_signing_in_all_day_uses_up_no_files(desk: Desk) -> None:
    desk.selling()

    def once() -> None:
        desk.window.lock_asked.emit()
        desk.until(lambda: desk.place == "signin", "the sign-in screen")
        desk.sign_in()
        desk.until(lambda: desk.place == "sell", "the register")

    once()
    before = open_files()
    for _ in range(30):
        once()

    # under load more worker threads come, with connections of their own to both files
    assert open_files() < before + 30


@contextmanager
def no_room(desk: Desk) -> Iterator[None]:
    """SQLite itself may not make the till's journal a single page longer."""
    stores = desk.assembly.stores
    assert stores is not None
    run = stores.journal.exec_driver_sql
    most = run("PRAGMA max_page_count").scalar_one()
    run(f"PRAGMA max_page_count = {run('PRAGMA page_count').scalar_one()}")
    yield
    run(f"PRAGMA max_page_count = {most}")


@contextmanager
def no_writing(desk: Desk) -> Iterator[None]:
    """SQLite itself refuses every write of the till's window."""
    stores = desk.assembly.stores
    assert stores is not None
    stores.journal.exec_driver_sql("PRAGMA query_only = ON")
    yield
    stores.journal.exec_driver_sql("PRAGMA query_only = OFF")


Trouble = Callable[[Desk], AbstractContextManager[None]]
TROUBLES: dict[str, tuple[Trouble, str]] = {
    "full": (no_room, "This till cannot save (the disk is full)."),
    "read-only": (no_writing, "This till cannot save (its files are read-only)."),
}


@pytest.mark.parametrize(("trouble", "words"), TROUBLES.values(), ids=TROUBLES)
def test_a_disk_that_fails_when_the_money_is_taken_is_said_and_trying_again_helps(
    shop: Shop, desk: Desk, printer: VirtualPrinter, trouble: Trouble, words: str
) -> None:
    desk.selling()
    desk.until(lambda: printer.pulses, "the drawer of the open shift")
    for grams in range(1, 41):
        desk.app.signals.scanned.emit(goods.weight_label(grams), "serial")
    lines, drawer = desk.till.basket.lines, len(printer.pulses)

    desk.paper_settled()
    with trouble(desk):
        desk.tap("Exact cash")
        desk.until(lambda: desk.window.blocking is not None, "the question")
        assert desk.said(words)
        assert (desk.till.basket.lines, printer.papers) == (lines, [])
    desk.tap("Try again")

    desk.until(lambda: desk.place == "change", "the change screen")
    desk.until(lambda: printer.papers, "paper")
    desk.until(lambda: len(shop.server.receipts()) == 1, "central")
    assert len(printer.pulses) <= drawer + 1


@pytest.mark.parametrize("place", ["sell", "devices"])
def test_a_scan_that_cannot_be_saved_is_said_wherever_the_cashier_is(
    shop: Shop, desk: Desk, place: str
) -> None:
    desk.selling()
    desk.window.show_place(place)

    desk.paper_settled()
    with no_writing(desk):
        desk.scan(goods.ean13(shop.server))
        desk.until(lambda: desk.said("This till cannot save"), "the words")

    assert desk.till.basket.lines == []


def test_a_new_till_is_enrolled_by_its_code_fills_and_sells(shop: Shop, config: Config) -> None:
    new = replace(config, data_dir=shop.folder / "new", server_url=shop.server.address)
    code = shop.server.code_for("7")

    with Desk(new) as desk:
        desk.until(lambda: desk.place == "enrol", "the first start")
        desk.type(code)
        desk.tap("Connect")
        desk.ready()
        desk.until(lambda: desk.button("Jana"), "the staff list")
        desk.selling()
        desk.scan(goods.ean13(shop.server))
        desk.until(lambda: desk.till.basket.lines, "a line")
        desk.tap("Exact cash")
        desk.until(lambda: [it[0] for it in shop.server.receipts()] == ["014-7-000001"], "central")
