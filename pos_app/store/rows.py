"""Writing rows of a page: fast when all are new or good, patient when one is not."""

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, ProgrammingError

from pos_app.store import streams
from pos_app.store.streams import Counted, Row

_BAD_ROW = (IntegrityError, InterfaceError, ProgrammingError, DataError, OverflowError, IndexError)
"""What a value of a wrong type, a wrong number of values or a huge number ends in."""


def put(
    conn: Connection, entity: str, rows: Sequence[Row], gen: int, own: Counted | None = None
) -> int:
    """Insert or update; how many rows were refused because they cannot be stored."""
    if not rows or insert_new(conn, entity, rows, gen, own):
        return 0
    upsert = streams.upsert(entity, gen, own)
    if _try(conn, upsert, rows):
        return 0
    return sum(not _try(conn, upsert, [row]) for row in rows)


def insert_new(
    conn: Connection, entity: str, rows: Sequence[Row], gen: int, own: Counted | None = None
) -> bool:
    """Insert rows, all or none; False when one is here already or cannot be stored."""
    return _try(conn, streams.insert(entity, gen, own), rows)


def _try(conn: Connection, sql: str, rows: Sequence[Row]) -> bool:
    conn.exec_driver_sql("SAVEPOINT rows")
    try:
        conn.exec_driver_sql(sql, [tuple(row) for row in rows])
    except _BAD_ROW:
        conn.exec_driver_sql("ROLLBACK TO rows")
        return False
    finally:
        conn.exec_driver_sql("RELEASE rows")
    return True


def remove(conn: Connection, entity: str, rows: Sequence[Row]) -> None:
    """Delete by the keys of `del` rows; keys are texts, and anything else is none of ours."""
    if keys := [(row[2],) for row in rows if isinstance(row[2], str)]:
        conn.exec_driver_sql(streams.delete(entity), keys)
