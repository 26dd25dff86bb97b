"""Many rows in one statement: they travel as one JSON text, which both engines take apart themselves.

A statement for each row costs ten times as much on PostgreSQL, a list of bind parameters is planned
anew for every length.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import orjson
from sqlalchemy import BigInteger, Column, Connection, Integer, Row, Table

from sync.central import db


def insert(
    conn: Connection, table: Table, rows: Sequence[Mapping[str, object]], then: str = ""
) -> Sequence[Row[tuple[object, ...]]]:
    """Insert rows that all have the same columns, in their order.

    `then` is what follows in SQL: ON CONFLICT, RETURNING. What that returns is returned.
    """
    if not rows:
        return []
    statement = _insert(table, tuple(rows[0]), then, db.is_sqlite(conn))
    done = conn.exec_driver_sql(statement, (orjson.dumps(rows).decode(),))
    return done.all() if done.returns_rows else []


def known(conn: Connection, column: Column[str], values: Iterable[str], **equal: str) -> set[str]:
    """Which of these values the column holds, in rows where the named columns equal something."""
    wanted = list(values)
    if not wanted:
        return set()
    statement = _known(column, tuple(equal), db.is_sqlite(conn))
    parameters = (*equal.values(), orjson.dumps(wanted).decode())
    return set(conn.exec_driver_sql(statement, parameters).scalars())


@lru_cache(maxsize=256)
def _insert(table: Table, names: tuple[str, ...], then: str, is_sqlite: bool) -> str:
    columns = ", ".join(names)
    if is_sqlite:
        # WHERE keeps ON CONFLICT from being read as the condition of a join
        values = ", ".join(f"value ->> '{name}'" for name in names)
        source = f"SELECT {values} FROM json_each(?) WHERE true"
    else:
        kinds = ", ".join(f"{name} {_kind(table.c[name])}" for name in names)
        source = f"SELECT {columns} FROM jsonb_to_recordset(%s::text::jsonb) AS given({kinds})"
    return f'INSERT INTO "{table.name}" ({columns}) {source} {then}'


@lru_cache(maxsize=256)
def _known(column: Column[str], names: tuple[str, ...], is_sqlite: bool) -> str:
    mark = "?" if is_sqlite else "%s"
    where = "".join(f"{name} = {mark} AND " for name in names)
    among = (
        "IN (SELECT value FROM json_each(?))"
        if is_sqlite
        else "= ANY(ARRAY(SELECT jsonb_array_elements_text(%s::text::jsonb)))"
    )
    return f'SELECT {column.name} FROM "{column.table}" WHERE {where}{column.name} {among}'


def _kind(column: Column[object]) -> str:
    if isinstance(column.type, BigInteger):
        return "bigint"
    return "integer" if isinstance(column.type, Integer) else "text"
