"""Disks that fail: every commit of every simulated database passes here, before and after."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Engine, event

Commit = Callable[[bool], None]
"""Called with False before a commit and with True after it; may raise."""

_watched: dict[str, Commit] = {}


class Connection(sqlite.Connection):  # type: ignore[misc]  # the driver has no stubs
    """The driver's own connection, which asks before it commits and tells afterwards."""

    on_commit: Commit

    def cursor(self, *_args: Any) -> Any:
        return super().cursor(Cursor)

    def commit(self) -> None:
        if not self.in_transaction:
            return
        self.on_commit(False)
        super().commit()
        self.on_commit(True)


class Cursor(sqlite.Cursor):  # type: ignore[misc]  # the driver has no stubs
    """The till writes its COMMIT as a statement, central commits through the driver."""

    def execute(self, sql: str, *args: Any) -> Any:
        if sql != "COMMIT":
            return super().execute(sql, *args)
        self.connection.on_commit(False)
        super().execute(sql)
        self.connection.on_commit(True)
        return self


def error(code: int, words: str) -> sqlite.OperationalError:
    """What the driver raises for a result code of SQLite."""
    failure = sqlite.OperationalError(words)
    failure.sqlite_errorcode = code
    failure.sqlite_errorname = words
    return failure


@contextmanager
def watching(folder: Path, on_commit: Commit) -> Iterator[None]:
    """All databases in this folder opened meanwhile are watched."""
    _watched[str(folder)] = on_commit
    try:
        yield
    finally:
        del _watched[str(folder)]


def watch(folder: Path, on_commit: Commit) -> None:
    _watched[str(folder)] = on_commit


def forget() -> None:
    """Watch nothing any more."""
    _watched.clear()


def _connect(_dialect: Any, _record: Any, args: list[Any], options: dict[str, Any]) -> None:
    on_commit = _watched.get(str(Path(args[0]).parent)) if args else None
    if on_commit is not None:
        options["factory"] = _factory(on_commit)


def _factory(on_commit: Commit) -> Callable[..., Connection]:
    def connect(*args: Any, **options: Any) -> Connection:
        connection = Connection(*args, **options)
        connection.on_commit = on_commit
        return connection

    return connect


@contextmanager
def installed() -> Iterator[None]:
    """Every SQLAlchemy engine of the process opens watched folders through here."""
    event.listen(Engine, "do_connect", _connect)
    try:
        yield
    finally:
        event.remove(Engine, "do_connect", _connect)
        forget()
