"""The first load from a ready-made file, and everything that may be wrong with it."""

import os
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from pos_app.store.catalog import Catalog
from pos_app.store.snapshot import SnapshotLoader
from sync.central import db
from sync.central.app import create_app
from sync.central.feed import (
    catalog_stream,
    customers_stream,
    prices_stream,
    publish,
    stock_stream,
)
from sync.central.identity import new_epoch
from sync.central.server import CentralServer
from sync.central.snapshots.job import classes, shelf_beside
from sync.central.snapshots.shelf import Ready, Shelf
from sync.errors import Unreachable
from tests.central.running import in_a_thread
from tests.central.shop import MILK
from tests.central.tills import enrolled
from tests.distribution.sides import TillSide
from tests.distribution.test_customers import EVA, JAN, forget, here, tell
from tests.distribution.wires import Breaking, Spoiling

STREAMS = (
    catalog_stream("acme"),
    prices_stream("list-acme"),
    stock_stream("cz"),
    customers_stream("acme", "cz"),
)
PRICES = STREAMS[1]


@pytest.fixture
def shelf(engine: Engine) -> Shelf:
    """With a file for the stores of Acme: goods and two customers."""
    tell(engine, EVA, JAN)
    found = shelf_beside(engine)
    assert found is not None
    assert found.refresh(engine, STREAMS, worth=1)
    return found


@pytest.fixture
def ready(shelf: Shelf) -> Ready:
    found = shelf.ready(STREAMS)
    assert found is not None
    return found


def is_from_file(till: TillSide) -> bool:
    """Pages raise the generation of what they bring at first."""
    query = "SELECT count(*) FROM snapshot WHERE entity = 'price' AND gen > 0"
    return till.stores.replica.exec_driver_sql(query).scalar() == 0


def test_every_class_of_stores_has_its_streams(engine: Engine) -> None:
    assert STREAMS in classes(engine)


def test_a_new_till_is_filled_from_the_file(shelf: Shelf, till: TillSide) -> None:
    till.exchange.round()

    assert is_from_file(till)
    assert till.is_like_central
    assert [it.sku for it in Catalog(till.stores).find("05901234123457")] == [MILK]
    assert not list(till.folder.glob("snapshot-*"))


def test_what_changed_after_the_file_comes_by_the_feed(
    shelf: Shelf, till: TillSide, engine: Engine
) -> None:
    db.write(engine, lambda c: publish(c, PRICES, "price", [(MILK, 175)]))

    till.exchange.round()

    assert is_from_file(till)
    assert till.is_like_central


def test_articles_asked_for_before_the_file_do_not_stand_in_its_way(
    shelf: Shelf, till: TillSide
) -> None:
    till.replica.apply_lookup(till.client.lookup(MILK))

    till.exchange.round()

    assert is_from_file(till)
    assert till.is_like_central
    assert Catalog(till.stores).counts()["code"] == 3


def test_a_download_goes_on_after_a_cut_at_any_byte(
    ready: Ready, engine: Engine, central: str, tmp_path: Path
) -> None:
    wire = Breaking(after=37)
    till = TillSide(engine, central, tmp_path / "till", wire)

    till.exchange.round()

    assert wire.starts == [f"bytes={at}-" for at in range(0, ready.size, 37)]
    assert is_from_file(till)
    assert set(here(till)) == {"c-eva", "c-jan"}
    assert till.is_like_central
    till.close()


def test_a_download_goes_on_in_a_later_round(
    ready: Ready, engine: Engine, central: str, tmp_path: Path
) -> None:
    wire = Breaking(after=0)
    till = TillSide(engine, central, tmp_path / "till", wire)
    part = till.folder / f"snapshot-{ready.name}.part"
    part.write_bytes((engine_folder(engine) / f"{ready.name}.sqlite.zst").read_bytes()[:99])
    with pytest.raises(Unreachable):
        till.exchange.round()
    wire.after = 10**6

    till.exchange.round()

    assert wire.starts[-1] == "bytes=99-"
    assert is_from_file(till)
    till.close()


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_nobody_else_may_read_what_is_loaded(
    ready: Ready, engine: Engine, central: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file names customers."""
    seen: list[int] = []
    till = TillSide(engine, central, tmp_path / "till")
    till.folder.chmod(0o755)

    class Looking(SnapshotLoader):
        def _copy(self, *words: Any) -> None:
            seen.extend(it.stat().st_mode & 0o777 for it in till.folder.glob("snapshot-*"))
            super()._copy(*words)

    monkeypatch.setattr("tests.distribution.sides.SnapshotLoader", Looking)
    till.restart()
    till.exchange.round()

    assert seen == [0o600, 0o600]
    assert engine_folder(engine).stat().st_mode & 0o777 == 0o700
    till.close()


def test_nothing_stays_of_a_load_that_was_killed(shelf: Shelf, till: TillSide) -> None:
    till.replica.apply(till.client.changes("", 4000))
    for name in ("snapshot-a-b.part", "snapshot-a-b.plain"):
        (till.folder / name).write_bytes(b"Eva")

    till.exchange.round()

    assert not list(till.folder.glob("snapshot-*"))


def test_a_file_with_a_wrong_bit_is_not_used(
    ready: Ready, engine: Engine, central: str, tmp_path: Path
) -> None:
    till = TillSide(engine, central, tmp_path / "till", Spoiling())

    till.exchange.round()

    assert not is_from_file(till)
    assert till.is_like_central
    till.close()


def test_a_file_somebody_else_signed_is_not_used(shelf: Shelf, till: TillSide) -> None:
    with till.stores.journal_write() as conn:
        conn.exec_driver_sql("UPDATE central_key SET public = ?", ("A" * 43 + "=",))

    till.exchange.round()

    assert not is_from_file(till)
    assert till.is_like_central


def test_a_file_the_till_cannot_store_is_not_used(shelf: Shelf, till: TillSide) -> None:
    once = "CREATE TRIGGER once BEFORE INSERT ON stock WHEN new.gen = 0"
    till.run(f"{once} BEGIN SELECT raise(ABORT, 'no'); END")

    till.exchange.round()

    assert not is_from_file(till)
    assert till.is_like_central


def test_a_file_of_another_history_is_not_offered(
    shelf: Shelf, till: TillSide, engine: Engine
) -> None:
    db.write(engine, new_epoch)

    till.exchange.round()

    assert not is_from_file(till)
    assert till.is_like_central


def test_a_till_of_another_shop_gets_neither_word_nor_file(
    ready: Ready, engine: Engine, central: str
) -> None:
    with enrolled(engine, central, "900") as stranger:
        answers = [stranger.get(f"/v1/snapshots/{it}") for it in ("manifest", ready.name)]

    assert [it.status_code for it in answers] == [404, 404]


def test_a_file_of_yesterday_is_built_again_if_anything_has_changed(
    shelf: Shelf, engine: Engine
) -> None:
    """Whoever was forgotten is in no file for longer than a day."""
    yesterday = time.time() - 25 * 3600
    for note in engine_folder(engine).glob("*.json"):
        os.utime(note, (yesterday, yesterday))
    assert not shelf.refresh(engine, STREAMS, worth=1)

    forget(engine, "c-eva")

    assert shelf.refresh(engine, STREAMS, worth=1)


def test_a_fresh_file_is_not_built_again(shelf: Shelf, engine: Engine) -> None:
    assert not shelf.refresh(engine, STREAMS, worth=1)


def test_a_small_shop_is_not_worth_a_file(engine: Engine) -> None:
    found = shelf_beside(engine)

    assert found is not None
    assert not found.refresh(engine, STREAMS)


def test_facts_in_the_stock_of_the_file_are_known_by_their_number(
    engine: Engine, central: str
) -> None:
    with enrolled(engine, central) as speaking:
        for _ in range(3):
            speaking.sell()
        speaking.push()
        found = shelf_beside(engine)
        assert found is not None
        found.refresh(engine, STREAMS, worth=1)
        speaking.sell()
        speaking.push(4)

        manifest = speaking.get("/v1/snapshots/manifest").json()

    assert manifest["includes_own_through"] == 3


def test_a_range_of_the_file_is_served(ready: Ready, engine: Engine, central: str) -> None:
    with enrolled(engine, central) as speaking:
        headers = speaking.headers | {"Range": "bytes=10-19"}
        answer: httpx.Response = speaking.http.get(f"/v1/snapshots/{ready.name}", headers=headers)

    assert (answer.status_code, len(answer.content)) == (206, 10)


def engine_folder(engine: Engine) -> Path:
    return Path(engine.url.database or "").parent / "snapshots"


def test_a_central_that_serves_makes_its_files_where_it_is_told(
    engine: Engine, tmp_path: Path
) -> None:
    found = Shelf(tmp_path / "elsewhere")
    assert found.refresh(engine, STREAMS, worth=1)
    server = CentralServer(create_app(engine, snapshots_in=tmp_path / "elsewhere"), "127.0.0.1", 0)

    with in_a_thread(server), enrolled(engine, server.address) as speaking:
        answer = speaking.get("/v1/snapshots/manifest")

    assert answer.json()["size"] == next((tmp_path / "elsewhere").glob("*.zst")).stat().st_size
