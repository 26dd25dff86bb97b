"""The running till as `till.toml` sets it up: mark, black box, copies, daily reading, watch over the disk."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest

from pos_app import assembly, exchange, selling_parts
from pos_app.config import Config, load
from pos_app.domain.sale import Sale
from pos_app.integrity import blackbox
from pos_app.integrity.copies import HourlyCopies, hourly_copies
from pos_app.integrity.daily import last_proof
from pos_app.integrity.mark import MarkFile
from pos_app.integrity.space import LOW, MB, NONE, Ballast, DiskWatch, Room
from pos_app.integrity.startup import Outcome
from pos_app.opening import settle_journal
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from pos_app.store.sales import Sales
from tests.integrity.put_back import OFFLINE, keep_copy, put_back
from tests.journeys import goods
from tests.journeys.conftest import Shop
from tests.journeys.window import Desk


@pytest.fixture
def stick(shop: Shop) -> Path:
    """The other medium."""
    return shop.folder / "stick"


@pytest.fixture
def config(shop: Shop, stick: Path) -> Config:
    """Till 2 as its own file says; there is no network."""
    folder = shop.folder / "till"
    said = f"server_url = '{OFFLINE}'\nsecond_dir = '{stick}'\n"
    (folder / "till.toml").write_text(said, encoding="utf-8")
    shutil.rmtree(folder / "second", ignore_errors=True)
    return load(folder)


@pytest.fixture
def desk(config: Config) -> Iterator[Desk]:
    with Desk(config) as found:
        yield found.ready()


def sold(desk: Desk, shop: Shop) -> Sale:
    desk.selling()
    desk.scan(goods.ean13(shop.server))
    desk.tap("Exact cash")
    desk.until(desk.sales, "a sale")
    return desk.sales()[-1]


def stores_of(desk: Desk) -> Stores:
    stores = desk.assembly.stores
    assert stores is not None
    return stores


def is_marked(folder: Path, seq: int) -> bool:
    mark = MarkFile(folder).read()
    return mark is not None and mark.seq >= seq


def boxed(stick: Path) -> list[str]:
    """Payloads in the black boxes of a folder."""
    found = [it for path in sorted(stick.glob("blackbox-*")) for it in blackbox.read(path)]
    return [it["payload"] for it in found]


def test_a_sale_is_marked_and_boxed_on_the_medium_that_the_file_names(
    desk: Desk, shop: Shop, config: Config, stick: Path
) -> None:
    sale = sold(desk, shop)

    desk.until(lambda: any(sale.sale_id in it for it in boxed(stick)), "the black box")
    last = stores_of(desk).journal.exec_driver_sql("SELECT max(seq) FROM fact").scalar_one()
    for folder in (stick, config.data_dir):
        desk.until(partial(is_marked, folder, last), "the mark")
    assert not (config.data_dir / "second").exists()


def test_the_copy_is_made_and_read_on_the_medium_that_the_file_names(
    config: Config, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "HourlyCopies", partial(HourlyCopies, first_s=0.01))

    with Desk(config) as desk:
        desk.ready()
        desk.until(lambda: last_proof(stick), "the daily reading")
        desk.tap("Device health")
        desk.until(lambda: desk.said("records in order"), "the devices page")

    proof = last_proof(stick)
    assert proof is not None
    assert proof.wrong == ""
    assert len(hourly_copies(stick)) == 1
    assert not (config.data_dir / "second").exists()


@pytest.mark.logs("the journal is behind or beside its mark")
def test_what_a_put_back_file_lacks_comes_from_the_medium_that_the_file_names(
    config: Config, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Desk(config) as desk:
        desk.selling()
    copy = keep_copy(config.data_dir)
    with Desk(config) as desk:
        sale = sold(desk, shop)
    put_back(config.data_dir, copy, with_marks=True)
    settling = []

    def settle(*words: Any) -> Outcome:
        settling.append(threading.current_thread())
        return settle_journal(*words)

    monkeypatch.setattr(assembly, "settle_journal", settle)
    with Desk(config) as desk:
        desk.ready()
        assert Sales(stores_of(desk)).by_id(sale.sale_id) == sale
        device = Journal(stores_of(desk)).device()
    assert device is not None
    assert device.incarnation == 1
    # found out before: whoever looks at the window does not wait while central is asked
    assert [it is threading.main_thread() for it in settling] == [False]


class Disk:
    """Free room that a test sets, watched as the till watches its own."""

    def __init__(self) -> None:
        self.free = 10_000 * MB

    def watch(self, folder: Path, on_room: Callable[[Room], None]) -> DiskWatch:
        return DiskWatch(folder, on_room, Ballast(folder, MB), lambda: self.free, look_s=0.01)


def test_a_disk_that_fills_up_is_said_and_ends_selling(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk()
    monkeypatch.setattr(selling_parts, "DiskWatch", disk.watch)

    with Desk(config) as desk:
        desk.selling()
        desk.until((config.data_dir / "ballast").exists, "the reserve")
        disk.free = LOW - MB
        desk.until(lambda: desk.said("disk is nearly full"), "the warning")
        assert not stores_of(desk).is_short_of_room
        disk.free = NONE - MB
        desk.until(lambda: desk.said("disk is full"), "the end")
        assert stores_of(desk).is_short_of_room
        disk.free = 10_000 * MB
        desk.until(lambda: not stores_of(desk).is_short_of_room, "room again")


@pytest.mark.logs("the store cannot be opened")
def test_a_till_whose_record_rotted_says_so_and_does_not_sell(config: Config) -> None:
    with Desk(config) as desk:
        desk.selling()
    with closing(sqlite.connect(config.data_dir / "journal.db")) as conn, conn:
        conn.execute("UPDATE fact SET actor = 'eva' WHERE position = 1")

    with Desk(config) as desk:
        desk.until(lambda: desk.place == "fatal", "the page")
        assert desk.said("This till's record of sales is damaged.")
