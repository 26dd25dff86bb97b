"""Every test of central that takes `engine` runs on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.central import db, migrate
from tests.central import shop
from tests.central.postgres import Postgres, running_postgres
from tests.central.running import running
from tests.central.tills import SpeakingTill, enrolled


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, copied for each test."""
    path = tmp_path_factory.mktemp("central") / "template.db"
    engine = db.create_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path
) -> Iterator[str]:
    """The address of a migrated, empty database."""
    with ExitStack() as stack:
        if request.param == "postgres":
            server: Postgres = request.getfixturevalue("postgres")
            yield stack.enter_context(server.database())
        else:
            shutil.copy(sqlite_template, tmp_path / "central.db")
            yield f"sqlite:///{tmp_path / 'central.db'}"


@pytest.fixture
def empty_engine(database: str) -> Iterator[Engine]:
    engine = db.create_engine(database)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty_engine: Engine) -> Engine:
    """A database with the small shop in it."""
    db.write(empty_engine, shop.seed)
    return empty_engine


@pytest.fixture
def central(engine: Engine) -> Iterator[str]:
    """The address of the real server over `engine`."""
    with running(engine) as address:
        yield address


@pytest.fixture
def till(engine: Engine, central: str) -> Iterator[SpeakingTill]:
    """Till 2 of store 014, enrolled."""
    with enrolled(engine, central) as speaking:
        yield speaking
