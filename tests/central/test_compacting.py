"""Old tombstones go, and who has not seen them starts that stream again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, Engine, func, select

from sync.central import compacting, db
from sync.central.__main__ import main
from sync.central.app import create_app
from sync.central.compacting import HORIZON_MS, compact, compact_if_due
from sync.central.feed import Changes, prices_stream, publish
from sync.central.feed_tables import feed, stream_head, stream_mark
from sync.central.server import CentralServer
from tests.central.running import in_a_thread
from tests.central.shop import MILK, SHIRT_S
from tests.central.tills import SpeakingTill
from tests.sync.fakes import wait_for

PRICES = prices_stream("list-acme")
HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS


def drop(engine: Engine, *skus: str) -> None:
    def work(conn: Connection) -> None:
        changes = Changes()
        changes.delete(PRICES, "price", skus)
        changes.write(conn)

    db.write(engine, work)


def bodies(engine: Engine) -> list[str]:
    query = select(feed.c.body).where(feed.c.stream == PRICES).order_by(feed.c.seq)
    with db.reading(engine) as conn:
        return list(conn.execute(query).scalars())


def skus(page: dict[str, Any]) -> set[str]:
    return {
        row[2]
        for block in page["blocks"]
        if block["entity"] == "price"
        for row in block["rows"]
        if row[1] == "put"
    }


def test_a_tombstone_stays_for_ninety_days(till: SpeakingTill, engine: Engine) -> None:
    drop(engine, MILK)

    assert compact(engine, DAY_MS) == 0
    assert compact(engine, DAY_MS + HORIZON_MS - 1) == 0
    assert len(bodies(engine)) == 3
    assert compact(engine, DAY_MS + HORIZON_MS) == 1
    assert [it for it in bodies(engine) if '"del"' in it] == []
    assert len(bodies(engine)) == 2


def test_without_a_note_from_then_nothing_is_known_to_be_old(
    till: SpeakingTill, engine: Engine
) -> None:
    drop(engine, MILK)

    assert compact(engine, 1000 * DAY_MS) == 0


def test_what_went_after_the_note_stays(till: SpeakingTill, engine: Engine) -> None:
    compact(engine, 0)
    drop(engine, MILK)

    assert compact(engine, HORIZON_MS) == 0


def test_a_row_that_came_back_is_no_tombstone(till: SpeakingTill, engine: Engine) -> None:
    drop(engine, MILK)
    compact(engine, 0)
    db.write(engine, lambda c: publish(c, PRICES, "price", [(MILK, 7)]))

    assert compact(engine, HORIZON_MS) == 0
    assert skus(till.changes()) == {MILK, SHIRT_S, "SHIRT-M"}


def test_notes_beyond_the_horizon_do_not_pile_up(till: SpeakingTill, engine: Engine) -> None:
    for day in range(200):
        db.write(engine, lambda c: publish(c, PRICES, "price", [(MILK, day)]))  # noqa: B023
        compact(engine, day * DAY_MS)

    query = select(stream_mark.c.seq).where(stream_mark.c.stream == PRICES)
    with db.reading(engine) as conn:
        assert len(list(conn.execute(query))) == 91


def test_a_till_from_before_the_tombstone_starts_that_stream_again(
    till: SpeakingTill, engine: Engine
) -> None:
    cursor = till.changes()["next_cursor"]
    drop(engine, MILK)
    compact(engine, 0)
    compact(engine, HORIZON_MS)

    page = till.changes(cursor)

    assert page["resnapshot"] == [PRICES]
    assert skus(page) == {SHIRT_S, "SHIRT-M"}
    assert till.changes(page["next_cursor"])["resnapshot"] == []


def test_a_till_that_has_seen_the_tombstone_goes_on(till: SpeakingTill, engine: Engine) -> None:
    drop(engine, MILK)
    cursor = till.changes()["next_cursor"]
    compact(engine, 0)
    compact(engine, HORIZON_MS)
    db.write(engine, lambda c: publish(c, PRICES, "price", [(SHIRT_S, 5)]))

    page = till.changes(cursor)

    assert (page["resnapshot"], skus(page)) == ([], {SHIRT_S})


def test_a_fill_in_small_pages_ends_though_it_is_below_the_floor(
    till: SpeakingTill, engine: Engine
) -> None:
    many = [(f"S{number}", 1) for number in range(30)]
    db.write(engine, lambda c: publish(c, PRICES, "price", many))
    drop(engine, "S29", MILK)
    compact(engine, 0)
    compact(engine, HORIZON_MS)
    page = till.changes(limit=8)
    found, pages = skus(page), 1

    while page["has_more"]:
        page = till.changes(page["next_cursor"], limit=8)
        assert page["resnapshot"] == []
        found, pages = found | skus(page), pages + 1

    assert found == {SHIRT_S, "SHIRT-M", *(f"S{number}" for number in range(29))}
    assert pages < 20


def test_a_fill_that_a_compaction_overtakes_starts_again(
    till: SpeakingTill, engine: Engine
) -> None:
    many = [(f"S{number}", 1) for number in range(30)]
    db.write(engine, lambda c: publish(c, PRICES, "price", many))
    cursor = ""
    while MILK not in skus(page := till.changes(cursor, limit=8)):
        cursor = page["next_cursor"]
    drop(engine, MILK)
    compact(engine, 0)
    compact(engine, HORIZON_MS)

    page = till.changes(page["next_cursor"], limit=8)

    assert page["resnapshot"] == [PRICES]


def test_a_run_that_knew_less_takes_nothing_back(till: SpeakingTill, engine: Engine) -> None:
    drop(engine, MILK, SHIRT_S)
    (first, last) = (orjson.loads(it)[0] for it in bodies(engine) if '"del"' in it)

    for known in ([first, last], [first]):
        db.write(engine, lambda c: compacting._remove(c, PRICES, known))  # noqa: B023 called at once

    with db.reading(engine) as conn:
        mine = stream_head.c.stream == PRICES
        assert conn.execute(select(stream_head.c.min_seq).where(mine)).scalar_one() == last


def test_the_server_does_it_once_a_day(till: SpeakingTill, engine: Engine) -> None:
    drop(engine, MILK)
    at_ms = 1000 * DAY_MS

    assert compact_if_due(engine, at_ms) == 0
    assert compact_if_due(engine, at_ms + DAY_MS - 1) is None
    assert compact_if_due(engine, at_ms + DAY_MS) == 0
    assert compact_if_due(engine, at_ms + HORIZON_MS) == 1


def test_one_process_of_several_does_it(engine: Engine) -> None:
    start = threading.Barrier(6)

    def attempt(_: int) -> int | None:
        start.wait(30)
        return compact_if_due(engine, DAY_MS)

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(attempt, range(6)))

    assert sum(it is not None for it in done) == 1


def test_a_run_that_broke_off_is_done_again_after_an_hour(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: Engine, __: int) -> int:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(compacting, "compact", die)
        with pytest.raises(RuntimeError):
            compact_if_due(engine, DAY_MS)

    assert compact_if_due(engine, DAY_MS + HOUR_MS - 1) is None
    assert compact_if_due(engine, DAY_MS + HOUR_MS) == 0


def notes(engine: Engine) -> int:
    with db.reading(engine) as conn:
        return conn.execute(select(func.count()).select_from(stream_mark)).scalar_one()


def test_a_server_that_runs_compacts_unless_told_not_to(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compacting, "_FIRST_LOOK_S", 0.0)

    with in_a_thread(CentralServer(create_app(engine, compacts=False), "127.0.0.1", 0)):
        assert "compacting" not in {it.name for it in threading.enumerate()}
    assert notes(engine) == 0

    with in_a_thread(CentralServer(create_app(engine), "127.0.0.1", 0)):
        wait_for(lambda: notes(engine), 60)


@pytest.mark.parametrize(("words", "compacts"), [([], True), (["--no-compact"], False)])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_command_line_says_whether(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], compacts: bool, workers: str
) -> None:
    said = []

    class Stopped(OSError):
        pass

    def note(*_: object, compacts: bool, **__: object) -> None:
        said.append(compacts)
        raise Stopped

    monkeypatch.setattr("sync.central.app.create_app", note)
    monkeypatch.setattr("sync.central.workers.Workers", note)
    database = f"sqlite:///{tmp_path / 'central.db'}"

    main(["serve", "--port", "0", "--database", database, "--workers", workers, *words])

    assert said == [compacts]
