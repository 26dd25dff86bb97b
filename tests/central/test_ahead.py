"""Statements sent ahead of their answers fail as loudly as any other, and leave as little behind."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import IntegrityError

from sync.central import bulk, db
from sync.central.ahead import AHEAD
from sync.central.schema import setting
from tests.central.running import PATIENCE_S

_NAMES = ("name", "value_json")
_REPEAT = "DO $$ BEGIN RAISE EXCEPTION 'asked to repeat' USING ERRCODE = '40001'; END $$"


def put(conn: Connection, *names: str, value: str = "1") -> None:
    bulk.add(conn, setting, {"store_id": "s"}, _NAMES, [(name, value) for name in names])


def names(conn: Connection) -> list[str]:
    return list(conn.execute(select(setting.c.name).order_by(setting.c.name)).scalars())


def kept(engine: Engine) -> list[str]:
    with db.reading(engine) as conn:
        return names(conn)


def test_the_next_answer_knows_of_all_that_went_ahead(empty_engine: Engine) -> None:
    def work(conn: Connection) -> list[str]:
        put(conn, "a")
        put(conn, "b")
        return names(conn)

    assert db.write(empty_engine, work) == ["a", "b"] == kept(empty_engine)


def test_what_is_wrong_with_the_last_statement_stops_the_commit(empty_engine: Engine) -> None:
    def work(conn: Connection) -> None:
        put(conn, "a")
        put(conn, "a")
        put(conn, "b")

    with pytest.raises(IntegrityError):
        db.write(empty_engine, work)
    assert kept(empty_engine) == []
    db.write(empty_engine, lambda conn: put(conn, "c"))
    assert kept(empty_engine) == ["c"]


def test_a_savepoint_takes_back_what_went_wrong_inside_and_no_more(empty_engine: Engine) -> None:
    def twice(conn: Connection, name: str) -> None:
        with db.savepoint(conn):
            put(conn, name)
            put(conn, name)
            put(conn, "not reached")

    def work(conn: Connection) -> None:
        put(conn, "before")
        for name in ("x", "y"):
            with pytest.raises(IntegrityError):
                twice(conn, name)
        put(conn, "after")

    db.write(empty_engine, work)
    assert kept(empty_engine) == ["after", "before"]


def test_one_that_asks_to_be_repeated_is(empty_engine: Engine) -> None:
    if db.is_sqlite(empty_engine):
        pytest.skip("SQLite asks nobody to repeat")
    runs: list[int] = []

    def work(conn: Connection) -> None:
        put(conn, "a")
        if not runs:
            conn.exec_driver_sql(_REPEAT, execution_options=AHEAD)
        runs.append(1)
        put(conn, "b")
        put(conn, "c")

    db.write(empty_engine, work)
    assert (len(runs), kept(empty_engine)) == (2, ["a", "b", "c"])


def test_two_that_wait_for_each_other_both_get_through(empty_engine: Engine) -> None:
    if db.is_sqlite(empty_engine):
        pytest.skip("SQLite has one writer at a time")
    db.write(empty_engine, lambda conn: put(conn, "a", "b", value=""))
    met, runs = Barrier(2, timeout=PATIENCE_S), Counter[str]()

    def both(first: str, second: str) -> None:
        def work(conn: Connection) -> None:
            runs[first] += 1
            add(conn, first, first)
            if runs[first] == 1:
                met.wait()  # each has what the other wants next
            add(conn, second, first)

        db.write(empty_engine, work)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(both, *names) for names in ("ab", "ba")]:
            done.result()

    assert runs.total() == 3, "the database lets one of two go on, and the other is run again"
    with db.reading(empty_engine) as conn:
        found = conn.execute(select(setting.c.value_json)).scalars()
        assert [sorted(it) for it in found] == [["a", "b"]] * 2


def add(conn: Connection, name: str, word: str) -> None:
    longer = setting.c.value_json + word
    conn.execute(update(setting).where(setting.c.name == name).values(value_json=longer))


def test_a_statement_of_many_megabytes_leaves_whole(empty_engine: Engine) -> None:
    size = 30_000_000

    def work(conn: Connection) -> int:
        put(conn, "long", value="x" * size)
        put(conn, "longer", value="x" * (size + 1))
        return sum(len(it) for it in conn.execute(select(setting.c.value_json)).scalars())

    assert db.write(empty_engine, work) == 2 * size + 1
