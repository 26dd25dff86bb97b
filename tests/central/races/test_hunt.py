"""A till that follows the streams misses no row, whoever writes how slowly."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from sync.central import db
from tests.central.races.hunt import Hunt


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """A connection for every writer and reader."""
    engine = db.create_engine(database, pool_size=40)
    yield engine
    engine.dispose()


def test_no_row_is_missed_and_none_is_skipped(engine: Engine) -> None:
    catch = Hunt(engine, 4_000, 32).run()

    assert (catch.missed, catch.gaps) == (0, 0)
    assert catch.rows == 4_000 == sum(catch.heads.values())


def test_the_controls_miss_rows(engine: Engine) -> None:
    """SQLite has one writer at a time, so a number taken inside its transaction is safe there."""
    catch = Hunt(engine, 6_000, 32, seed=2).run()

    assert catch.by_time < catch.naive_rows
    assert catch.by_serial < catch.naive_rows or db.is_sqlite(engine)
