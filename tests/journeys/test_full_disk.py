"""The disk is full when the money is on the counter: no sale, no paper, and the basket waits."""

import shutil
from collections.abc import Iterator

import pytest

from hardware.emulators.virtual_printer import VirtualPrinter
from pos_app.domain.events import SaleCompleted
from pos_app.domain.sale import TenderKind
from pos_app.store.db import open_stores
from pos_app.store.errors import StoreFull, StoreReadOnly
from tests.journeys import goods
from tests.journeys.conftest import Shop
from tests.journeys.counter import Counter, until
from tests.journeys.small_disk import SmallDisk, small_disk


@pytest.fixture
def disk(shop: Shop) -> Iterator[SmallDisk]:
    """The till's folder is moved to a disk of its own."""
    with small_disk(shop.folder / "disk", 64) as found:
        shutil.copytree(shop.folder / "till", found.path / "till")
        yield found
        found.free()
        shop.close_tills()


@pytest.fixture
def counter(shop: Shop, disk: SmallDisk, printer: VirtualPrinter) -> Counter:
    """On the small disk, with a printer, and something in the basket."""
    till = disk.path / "till"
    found = shop.kept(Counter(till, shop.server.address, printer.port)).open_for()
    found.till.scan(goods.ean13(shop.server))
    found.told()
    return found


def pay(counter: Counter) -> None:
    counter.till.take_tender(TenderKind.CASH, counter.till.settlement.cash_due)


def test_a_sale_that_cannot_be_saved_did_not_happen_and_nothing_is_printed(
    counter: Counter, disk: SmallDisk, printer: VirtualPrinter
) -> None:
    lines, due = counter.till.basket.lines, counter.till.settlement.cash_due

    disk.fill()
    for _ in range(3):
        with pytest.raises(StoreFull):
            pay(counter)

    assert counter.told() == []
    assert counter.spooler.jobs() == ()
    assert (printer.papers, printer.pulses) == ([], [])
    assert (counter.till.basket.lines, counter.till.settlement.cash_due) == (lines, due)
    assert counter.sales.last() is None


def test_with_room_again_the_same_basket_is_sold_printed_and_sent(
    shop: Shop, counter: Counter, disk: SmallDisk, printer: VirtualPrinter
) -> None:
    disk.fill()
    with pytest.raises(StoreFull):
        pay(counter)

    disk.free()
    pay(counter)
    counter.connect()

    assert [type(it) for it in counter.events].count(SaleCompleted) == 1
    until(lambda: len(printer.papers) == 1)
    until(lambda: counter.unsent() == 0)
    assert [it[0] for it in shop.server.receipts()] == ["014-2-000001"]
    assert counter.journal.verify() is None


@pytest.mark.logs("sync failed on this side")
def test_a_full_disk_does_not_end_the_exchange(
    shop: Shop, counter: Counter, disk: SmallDisk
) -> None:
    pay(counter)
    disk.fill()
    counter.connect()
    until(lambda: counter.state and counter.state.detail == "own_error")

    disk.free()
    counter.exchange.pull_now()

    until(lambda: counter.unsent() == 0)
    assert len(shop.server.receipts()) == 1


def test_a_till_that_restarts_on_a_full_disk_says_so_and_keeps_the_basket(
    counter: Counter, disk: SmallDisk
) -> None:
    lines = counter.till.basket.lines
    counter.close()

    disk.fill()
    with pytest.raises(StoreFull):
        open_stores(counter.folder)
    disk.free()

    with Counter(counter.folder) as again:
        assert again.till.basket.lines == lines


def test_a_disk_that_is_read_only_at_the_next_start_is_called_so(
    counter: Counter, disk: SmallDisk
) -> None:
    lines = counter.till.basket.lines
    counter.close()

    disk.read_only()
    with pytest.raises(StoreReadOnly):
        open_stores(counter.folder)
    disk.read_only(False)

    with Counter(counter.folder) as again:
        assert again.till.basket.lines == lines
