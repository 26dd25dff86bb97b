"""Plain SQL on a shorter way to the driver: a seed asks some thousand times.

SQLAlchemy describes the columns of each result of `exec_driver_sql` anew, which takes longer than
the query. Here they are described once for each text; rows and errors are the usual ones.
"""

from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError

_NOTHING = SimpleResultMetaData(())
_columns: dict[str, SimpleResultMetaData] = {}
"""By the text of a statement: the schemas it runs on stay what they are while a process lives."""


class LeanResult(IteratorResult[Any]):
    """All rows are read at once."""

    def __init__(self, statement: str, cursor: Any) -> None:
        self.returns_rows = cursor.description is not None
        self.rowcount: int = cursor.rowcount
        if self.returns_rows:
            super().__init__(_described(statement, cursor), iter(cursor.fetchall()))
        else:
            super().__init__(_NOTHING, iter(()))
        cursor.close()


def exec_driver_sql(
    self: Connection, statement: str, parameters: Any = None, _options: Any = None
) -> LeanResult:
    """Takes the place of SQLAlchemy's own. A list of parameters runs the statement for each.

    Only a commit has to pass the simulated disk; the cursor for all else is the driver's own.
    """
    driver: Any = self.connection.dbapi_connection
    cursor = driver.cursor() if statement == "COMMIT" else sqlite.Connection.cursor(driver)
    try:
        if isinstance(parameters, list):
            cursor.executemany(statement, parameters)
        else:
            cursor.execute(statement, parameters or ())
        return LeanResult(statement, cursor)
    except sqlite.Error as error:
        raise DBAPIError.instance(statement, None, error, sqlite.Error) from error


def _described(statement: str, cursor: Any) -> SimpleResultMetaData:
    known = _columns.get(statement)
    if known is None:
        known = _columns[statement] = SimpleResultMetaData([it[0] for it in cursor.description])
    return known
