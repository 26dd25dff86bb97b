"""Plain SQL on a shorter way to the driver: a seed asks some thousand times.

SQLAlchemy describes the columns of each result of `exec_driver_sql` anew, which takes longer than
the query. Here they are described once for each text; rows and errors are the usual ones.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError

_NO_COLUMNS = SimpleResultMetaData(())


class LeanResult(IteratorResult[Any]):
    """All rows are read at once."""

    def __init__(self, cursor: Any) -> None:
        described = cursor.description
        self.returns_rows = described is not None
        self.rowcount: int = cursor.rowcount
        columns = _columns(tuple(it[0] for it in described)) if described else _NO_COLUMNS
        super().__init__(columns, iter(cursor.fetchall() if described else ()))
        cursor.close()


def exec_driver_sql(
    self: Connection, statement: str, parameters: Any = None, _options: Any = None
) -> LeanResult:
    """Takes the place of SQLAlchemy's own. A list of parameters runs the statement for each."""
    cursor = self.connection.dbapi_connection.cursor()  # type: ignore[union-attr]
    try:
        if isinstance(parameters, list):
            cursor.executemany(statement, parameters)
        else:
            cursor.execute(statement, parameters or ())
        return LeanResult(cursor)
    except sqlite.Error as error:
        raise DBAPIError.instance(statement, None, error, sqlite.Error) from error


@lru_cache(maxsize=1024)
def _columns(names: Sequence[str]) -> SimpleResultMetaData:
    return SimpleResultMetaData(names)
