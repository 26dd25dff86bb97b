"""The two database engines central runs on, and how a transaction is opened on each."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

import pysqlite3
from sqlalchemy import Connection, Engine, Table, event, make_url
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from sync.central import ahead

Insert: TypeAlias = postgresql.Insert | sqlite.Insert
T = TypeVar("T")

_ATTEMPTS = 8
_PAUSE_S = 0.002
_RETRY_CODES = {"40001", "40P01"}
"""PostgreSQL: serialisation failure and deadlock; the transaction left nothing behind."""
_LOST_CODES = ("08", "57P01", "57P02")
"""PostgreSQL: the connection is gone, or its server is being stopped."""
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA journal_size_limit=67108864",
)


def create_engine(database: str, pool_size: int = 16) -> Engine:
    """An engine for `sqlite:///file` or `postgresql://…`; nothing is opened yet."""
    url = make_url(database)
    if url.get_backend_name() == "sqlite":
        return _sqlite(database, pool_size)
    if url.get_backend_name() == "postgresql":
        engine = sqlalchemy_engine(
            url.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_size=pool_size
        )
        ahead.listen(engine)
        return engine
    raise ValueError(f"central runs on sqlite or postgresql, not on {url.get_backend_name()}")


def is_sqlite(engine: Engine | Connection) -> bool:
    return engine.dialect.name == "sqlite"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction, committed at the end of the block."""
    with engine.connect() as conn, ahead.pipelined(conn), conn.begin():
        yield conn
        ahead.answered(conn)


@contextmanager
def savepoint(conn: Connection) -> Iterator[None]:
    """What goes wrong in the block is taken back and raised, and the transaction goes on."""
    with conn.begin_nested():
        yield
        ahead.answered(conn)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read transaction in which every statement sees the same moment."""
    options: dict[str, Any] = (
        {"omnitill_read": True}
        if is_sqlite(engine)
        else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    )
    with engine.connect().execution_options(**options) as conn, conn.begin():
        yield conn


def write(engine: Engine, work: Callable[[Connection], T], *, is_repeatable: bool = False) -> T:
    """Run `work` in a write transaction; again from its start when PostgreSQL asks for that.

    Repeatable work, which knows by its ids what it has done, also runs again when the connection is
    lost: nobody can say then whether the commit was, and the second run finds out.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with writing(engine) as conn:
                return work(conn)
        except DBAPIError as error:
            code = getattr(error.orig, "sqlstate", "") or ""
            is_lost = error.connection_invalidated or code.startswith(_LOST_CODES)
            if attempt == _ATTEMPTS or not (code in _RETRY_CODES or (is_lost and is_repeatable)):
                raise
        time.sleep(random.uniform(0, _PAUSE_S * 2**attempt))  # noqa: S311 two that met part
    raise AssertionError("unreachable")


def insert(conn: Connection, table: Table) -> Insert:
    """An INSERT that knows ON CONFLICT, which both engines spell alike."""
    return sqlite.insert(table) if is_sqlite(conn) else postgresql.insert(table)


def upsert(conn: Connection, table: Table) -> Insert:
    """An INSERT that replaces every column outside the primary key of a row that is there."""
    statement = insert(conn, table)
    keys = [column.name for column in table.primary_key]
    rest = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    if not rest:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)


def chunks(items: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """Portions small enough for one IN list."""
    everything = list(items)
    for at in range(0, len(everything), size):
        yield everything[at : at + size]


def _sqlite(database: str, pool_size: int) -> Engine:
    engine = sqlalchemy_engine(
        database, module=pysqlite3, hide_parameters=True, pool_size=pool_size
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _entry: ConnectionPoolEntry) -> None:
        # the driver must not open transactions of its own: BEGIN below decides which kind
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma).close()

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        # a writer takes its lock at once: upgrading a read snapshot later would fail as busy
        is_read = conn.get_execution_options().get("omnitill_read", False)
        conn.exec_driver_sql("BEGIN" if is_read else "BEGIN IMMEDIATE")

    return engine
