"""Connections with our settings, and transactions on them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from pos_app.store.errors import SqliteTooOld
from pos_app.store.faults import translated

_COMMON: dict[str, int | str] = {
    "journal_mode": "wal",
    "foreign_keys": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "busy_timeout": 5000,
    "journal_size_limit": 67108864,
    "mmap_size": 0,
}
JOURNAL_SETTINGS = _COMMON | {
    "synchronous": 2,
    "fullfsync": 1,
    # a sale must never pay for a checkpoint: store/upkeep.py does them
    "wal_autocheckpoint": 0,
    "cache_size": -16000,
}
REPLICA_SETTINGS = _COMMON | {
    "synchronous": 1,
    "fullfsync": 0,
    "wal_autocheckpoint": 2000,
    "cache_size": -32000,
}


def engine_of(path: Path, settings: dict[str, int | str]) -> Engine:
    """An engine whose connections have these settings; BEGIN is ours to say."""
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        module=sqlite,
        poolclass=NullPool,
        hide_parameters=True,  # an error's text goes to the log
        isolation_level="AUTOCOMMIT",
        connect_args={"check_same_thread": False, "timeout": 5.0, "cached_statements": 256},
    )

    def apply(driver: Any, _record: object) -> None:
        driver.isolation_level = None
        for name, value in settings.items():
            driver.execute(f"PRAGMA {name} = {value}").close()

    event.listen(engine, "connect", apply)
    return engine


def read_back(conn: Connection, settings: dict[str, int | str]) -> None:
    """A setting that did not take (an odd file system, a foreign build) would cost sales later."""
    for name, wanted in settings.items():
        found = conn.exec_driver_sql(f"PRAGMA {name}").scalar()
        if found != wanted:
            raise SqliteTooOld(f"PRAGMA {name} is {found}, not {wanted}")


@contextmanager
def transaction(conn: Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE to COMMIT; anything raised inside leaves the file as it was, and is told."""
    driver = raw(conn)
    with translated:
        driver.execute("BEGIN IMMEDIATE").close()
        try:
            yield
            driver.execute("COMMIT").close()
        except BaseException:
            with suppress(sqlite.Error):  # a connection that is gone has nothing to roll back
                if driver.in_transaction:
                    driver.rollback()
            if conn.invalidated:
                conn.rollback()  # or its next use would tell of this one instead of connecting anew
            raise


def wait_for_disk(conn: Connection, wanted: bool) -> None:
    """Whether the next commits return only when the disk has them. Outside of transactions."""
    with translated:
        raw(conn).execute(f"PRAGMA synchronous = {2 if wanted else 1}").close()


def fetch(conn: Connection, sql: str, params: tuple[Any, ...] = ()) -> list[Any]:
    """Rows as the driver's tuples, for hot reads.

    A result of exec_driver_sql describes its columns anew each time, which costs more than our
    queries: 12 µs against 3 for two columns, 60 for twenty.
    """
    rows: list[Any] = raw(conn).execute(sql, params).fetchall()
    return rows


def raw(conn: Connection) -> Any:
    """The driver's connection."""
    return conn.connection.dbapi_connection
