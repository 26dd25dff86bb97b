"""Sign-in, full disks and first starts through the real screens."""

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hardware.emulators.virtual_printer import VirtualPrinter
from pos_app.config import Config
from tests.journeys import goods
from tests.journeys.conftest import Shop
from tests.journeys.small_disk import SmallDisk, small_disk
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
    for _ in range(6):
        once()

    assert open_files() <= before + 4


@pytest.fixture
def disk(shop: Shop) -> Iterator[SmallDisk]:
    with small_disk(shop.folder / "disk", 64) as found:
        shutil.copytree(shop.folder / "till", found.path / "till")
        yield found
        found.free()


@pytest.fixture
def full_desk(disk: SmallDisk, config: Config, printer: VirtualPrinter) -> Iterator[Desk]:
    """A till on a small disk, selling; the drawer has been counted."""
    with Desk(replace(config, data_dir=disk.path / "till")) as found:
        found.selling()
        spooler = found.assembly.spooler
        assert spooler is not None
        found.until(lambda: all(job.state == "printed" for job in spooler.jobs()), "the drawer")
        printer.pulses.clear()
        yield found
        disk.free()


def fill(disk: SmallDisk, desk: Desk) -> None:
    """Until also the exchange has noticed it."""
    disk.fill()
    exchange = desk.assembly.exchange
    assert exchange is not None
    exchange.pull_now()
    desk.until(lambda: detail(desk) == "own_error", "the exchange")


def detail(desk: Desk) -> str:
    state = desk.assembly.sync_state
    return state.detail if state else ""


@pytest.mark.logs("sync failed on this side")
def test_a_full_disk_when_the_money_is_taken_is_said_and_trying_again_helps(
    shop: Shop, full_desk: Desk, disk: SmallDisk, printer: VirtualPrinter
) -> None:
    desk = full_desk
    desk.scan(goods.ean13(shop.server))
    lines = desk.till.basket.lines

    fill(disk, desk)
    desk.tap("Exact cash")
    desk.until(lambda: desk.window.blocking is not None, "the question")
    assert desk.said("This till cannot save (the disk is full).")
    assert (desk.till.basket.lines, printer.papers, printer.pulses) == (lines, [], [])
    disk.free()
    desk.tap("Try again")

    desk.until(lambda: desk.place == "change", "the change screen")
    desk.until(lambda: printer.papers, "paper")
    desk.until(lambda: len(shop.server.receipts()) == 1, "central")


@pytest.mark.parametrize("place", ["sell", "devices"])
def test_a_full_disk_at_a_scan_is_said_wherever_the_cashier_is(
    shop: Shop, full_desk: Desk, disk: SmallDisk, place: str
) -> None:
    desk = full_desk
    desk.window.show_place(place)

    exchange = desk.assembly.exchange
    assert exchange is not None
    exchange.stop()
    disk.fill()
    desk.scan(goods.ean13(shop.server))

    desk.until(lambda: desk.said("the disk is full"), "the words")
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
