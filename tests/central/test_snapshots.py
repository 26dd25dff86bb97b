"""Ready-made first loads, whichever database central runs on."""

from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
import zstandard
from sqlalchemy import Connection, Engine

from sync.central import customers, db
from sync.central.app import create_app
from sync.central.customers import Customer
from sync.central.feed import COLS, Changes, catalog_stream, prices_stream
from sync.central.server import CentralServer
from sync.central.snapshots.job import classes, shelf_beside
from sync.central.snapshots.shelf import Shelf
from tests.central.running import in_a_thread
from tests.central.shop import MILK
from tests.central.tills import SpeakingTill
from tests.distribution.sides import TillSide

MANY = 12_000
"""More than one portion of what is read at a time."""


@pytest.fixture
def filled(engine: Engine) -> Engine:
    def work(conn: Connection) -> None:
        changes = Changes()
        people = [Customer(f"c{it}", "cz", f"Číslo {it}", phone=f"+420{it}") for it in range(200)]
        customers.put(conn, "acme", people, changes)
        prices = [(f"S{it}", it) for it in range(MANY)]
        changes.put(prices_stream("list-acme"), "price", [*prices, ("OPEN", None)])
        changes.delete(catalog_stream("acme"), "variant", ["SHIRT-M"])
        changes.write(conn)

    db.write(engine, work)
    return engine


@pytest.fixture
def shelf(filled: Engine, tmp_path: Path) -> Shelf:
    """With a file for each class of stores that is worth one."""
    shelf = Shelf(tmp_path / "shelf")
    for streams in classes(filled):
        shelf.refresh(filled, streams, worth=MANY)
    return shelf


def rows_in(packed: Path, folder: Path) -> dict[str, set[tuple[Any, ...]]]:
    plain = folder / "plain.db"
    with packed.open("rb") as source, plain.open("wb") as target:
        zstandard.ZstdDecompressor().copy_stream(source, target)
    file = sqlite.connect(str(plain))
    try:
        return {
            it: set(file.execute(f"SELECT seq, {', '.join(COLS[it])} FROM {it}")) for it in COLS
        }
    finally:
        file.close()


def test_a_file_holds_the_rows_that_pages_bring(
    shelf: Shelf, filled: Engine, till: SpeakingTill, tmp_path: Path
) -> None:
    streams = next(it for it in classes(filled) if "catalog:acme" in it)
    ready = shelf.ready(streams)
    assert ready is not None

    found = rows_in(shelf.path(ready.name), tmp_path)

    page = till.changes(limit=20_000)
    assert page["has_more"] is False
    paged: dict[str, set[tuple[Any, ...]]] = {it: set() for it in COLS}
    for block in page["blocks"]:
        if block["stream"] in streams:
            rows = {(row[0], *row[2:]) for row in block["rows"] if row[1] == "put"}
            paged[block["entity"]] |= rows
    assert found == paged
    assert (len(found["price"]), len(found["customer"])) == (MANY + 4, 200)
    assert ready.content.rows == sum(map(len, found.values()))


def test_only_what_tills_share_is_in_a_file(shelf: Shelf, filled: Engine, tmp_path: Path) -> None:
    """Staff, settings and verdicts are of one store or one till."""
    streams = next(it for it in classes(filled) if "catalog:acme" in it)
    ready = shelf.ready(streams)
    assert ready is not None

    found = rows_in(shelf.path(ready.name), tmp_path)

    assert not any(found[it] for it in ("staff", "setting", "tile", "verdict"))


def test_a_till_is_filled_from_it(shelf: Shelf, filled: Engine, tmp_path: Path) -> None:
    server = CentralServer(create_app(filled, snapshots_in=tmp_path / "shelf"), "127.0.0.1", 0)
    with in_a_thread(server):
        till = TillSide(filled, server.address, tmp_path / "till")
        till.exchange.round()

        run = till.stores.replica.exec_driver_sql
        by_pages = run("SELECT count(*) FROM snapshot WHERE entity = 'price' AND gen > 0").scalar()
        assert (by_pages, till.is_like_central) == (0, True)
        assert run("SELECT amount FROM price WHERE sku = ?", (MILK,)).scalar() == 149
        till.close()


def test_a_shared_database_says_nothing_of_where_files_lie(engine: Engine) -> None:
    assert (shelf_beside(engine) is not None) == db.is_sqlite(engine)
