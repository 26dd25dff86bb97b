"""Every test of central that takes `engine` runs on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.central import db
from tests.central import shop
from tests.central.postgres import EMPTY, SHOP, Postgres, prepare, running_postgres
from tests.central.running import House, running_house
from tests.central.tills import SpeakingTill, enrolled


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated files, copied for each test: one empty, one with the small shop."""
    folder = tmp_path_factory.mktemp("central")
    prepare(f"sqlite:///{folder / EMPTY}")
    prepare(f"sqlite:///{folder / SHOP}", shop.seed)
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextmanager
def copied(request: pytest.FixtureRequest, kind: str, template: str) -> Iterator[str]:
    """The address of a fresh copy of a template."""
    if kind == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        with server.database(template) as address:
            yield address
    else:
        path = request.getfixturevalue("tmp_path") / "central.db"
        shutil.copy(request.getfixturevalue("sqlite_templates") / template, path)
        yield f"sqlite:///{path}"


@pytest.fixture
def database(request: pytest.FixtureRequest, kind: str) -> Iterator[str]:
    """The address of a migrated database with nothing in it."""
    with copied(request, kind, EMPTY) as address:
        yield address


@pytest.fixture
def empty_engine(database: str) -> Iterator[Engine]:
    engine = db.create_engine(database)
    yield engine
    engine.dispose()


@pytest.fixture
def shop_database(request: pytest.FixtureRequest, kind: str) -> Iterator[str]:
    """The address of a database with the small shop in it."""
    with copied(request, kind, SHOP) as address:
        yield address


@pytest.fixture
def engine(shop_database: str) -> Iterator[Engine]:
    engine = db.create_engine(shop_database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    with running_house() as house:
        yield house


@pytest.fixture
def central(engine: Engine, house: House) -> Iterator[str]:
    """The address of the real server over `engine`."""
    with house.hosting(engine) as address:
        yield address


@pytest.fixture
def till(engine: Engine, central: str) -> Iterator[SpeakingTill]:
    """Till 2 of store 014, enrolled."""
    with enrolled(engine, central) as speaking:
        yield speaking
