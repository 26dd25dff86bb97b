"""A thin DB-API over APSW, just wide enough for the statements of pos_app.store on SQLAlchemy.

SQLAlchemy's own sqlite dialect stays in charge; only the connection it is given is another one.
Errors are those of the till's driver, so that they are understood as on a real till.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import apsw
import pysqlite3.dbapi2 as sqlite

_KINDS = {
    apsw.ConstraintError: sqlite.IntegrityError,
    apsw.MismatchError: sqlite.IntegrityError,
    apsw.CorruptError: sqlite.DatabaseError,
    apsw.NotADBError: sqlite.DatabaseError,
}


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        kind = _KINDS.get(type(error), sqlite.OperationalError)
        ours = kind(str(error))
        ours.sqlite_errorcode = getattr(error, "extendedresult", 1)
        ours.sqlite_errorname = type(error).__name__
        raise ours from error
    except TypeError as error:
        raise sqlite.InterfaceError(str(error)) from error


class Cursor:
    """Statements run to their end at once; rows wait here."""

    arraysize = 1

    def __init__(self, connection: "Connection") -> None:
        self.connection = connection
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self._rows: list[Any] = []

    def execute(self, sql: str, params: Sequence[Any] = ()) -> "Cursor":
        self._run(sql, tuple(params), many=False)
        return self

    def executemany(self, sql: str, params: Sequence[Sequence[Any]]) -> "Cursor":
        self._run(sql, [tuple(it) for it in params], many=True)
        return self

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        return [self._rows.pop(0) for _ in range(min(size, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    def __iter__(self) -> Iterator[Any]:
        while self._rows:
            yield self._rows.pop(0)

    def close(self) -> None:
        self._rows = []

    def _run(self, sql: str, params: Any, *, many: bool) -> None:
        apsw_connection = self.connection.apsw
        cursor = apsw_connection.cursor()
        self.description = None

        def describe(running: apsw.Cursor, _sql: str, _bound: Any) -> bool:
            columns = running.get_description()
            self.description = tuple((it[0], *[None] * 6) for it in columns) or None
            return True

        cursor.exec_trace = describe
        before = apsw_connection.total_changes()
        is_commit = sql == "COMMIT"
        with _translated():
            run = cursor.executemany if many else cursor.execute
            self._rows = list(run(sql, params))
        changed = apsw_connection.total_changes() - before
        self.rowcount = -1 if self.description else changed
        self.lastrowid = apsw_connection.last_insert_rowid()
        if is_commit:
            self.connection.committed()


class Connection:
    """One APSW connection on the given VFS. Alone on its file: there is no shared memory here."""

    isolation_level: str | None = None

    def __init__(self, path: str, vfs: str, committed: Any) -> None:
        self.committed = committed
        with _translated():
            self.apsw = apsw.Connection(path, vfs=vfs)
            self.apsw.execute("PRAGMA locking_mode = EXCLUSIVE")

    @property
    def in_transaction(self) -> bool:
        return self.apsw.in_transaction

    def cursor(self) -> Cursor:
        return Cursor(self)

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Cursor:
        return Cursor(self).execute(sql, params)

    def commit(self) -> None:
        if self.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        self.apsw.close()

    def create_function(self, *_args: Any, **_options: Any) -> None:
        """SQLAlchemy's REGEXP, which no statement of ours uses."""

    def set_progress_handler(self, *_args: Any) -> None:
        """The time limit of the check at start; files here are small."""
