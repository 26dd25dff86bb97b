"""Many rows in one statement: they travel column by column, which the database takes apart itself.

A statement for each row costs ten times as much on PostgreSQL, a list of bind parameters is planned
anew for every length, and JSON objects name every column again in every row.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import uuid4

import orjson
from sqlalchemy import BigInteger, Column, Connection, Integer, Row, Table

from sync.central import db
from sync.central.ahead import AHEAD

_BETWEEN = "\x1f"
"""Parts the values of a column, if none of them holds it."""


def insert(
    conn: Connection, table: Table, rows: Sequence[Mapping[str, object]], then: str = ""
) -> Sequence[Row[tuple[object, ...]]]:
    """Insert rows that all have the same columns, in their order.

    `then` is what follows in SQL: ON CONFLICT, RETURNING. What that returns is returned.
    """
    names = tuple(rows[0]) if rows else ()
    return add(conn, table, {}, names, [tuple(row[name] for name in names) for row in rows], then)


def add(
    conn: Connection,
    table: Table,
    same: Mapping[str, str | int],
    names: tuple[str, ...],
    rows: Sequence[tuple[object, ...]],
    then: str = "",
) -> Sequence[Row[tuple[object, ...]]]:
    """`insert` of rows whose values stand in the order of `names`; what is the `same` in all of them
    is stated once."""
    if not rows:
        return []
    is_sqlite = db.is_sqlite(conn)
    statement = _insert(table, tuple(same), names, then, is_sqlite)
    given = [orjson.dumps(rows).decode()] if is_sqlite else _arrays(table, names, rows)
    if "RETURNING" not in then:
        conn.exec_driver_sql(statement, (*same.values(), *given), AHEAD)
        return []
    return conn.exec_driver_sql(statement, (*same.values(), *given)).all()


class Asked(NamedTuple):
    """Which of these keys do rows of the table hold in these columns, of texts, two at most?

    In a table that grows with every sale each key is looked up by itself, whatever the planner thinks
    of it; how to read one that does not grow, such as the goods, it may choose.
    """

    table: Table
    names: tuple[str, ...]
    keys: Iterable[tuple[str, ...]]
    grows: bool = True


def answers(conn: Connection, questions: Sequence[Asked]) -> list[set[tuple[str, ...]]]:
    """The keys that are there, for each question; all are asked in one statement."""
    is_sqlite = db.is_sqlite(conn)
    parameters: list[str | None] = []
    for asked in questions:
        parameters += _given(asked.table, asked.names, list(asked.keys), conn)
    statement = _known(tuple((it.table, it.names, it.grows) for it in questions), is_sqlite)
    found: list[set[tuple[str, ...]]] = [set() for _ in questions]
    widths = [len(it.names) for it in questions]
    for at, *key in conn.exec_driver_sql(statement, tuple(parameters)):
        found[at].add(tuple(key[: widths[at]]))
    return found


def find(
    conn: Connection,
    table: Table,
    wanted: tuple[str, ...],
    key: tuple[str, ...],
    keys: Sequence[tuple[object, ...]],
    then: str = "",
) -> Sequence[Row[tuple[object, ...]]]:
    """The rows with these keys. In `then`, which follows in SQL, the table is `t`."""
    statement = _find(table, wanted, key, then, db.is_sqlite(conn))
    return conn.exec_driver_sql(statement, tuple(_given(table, key, keys, conn))).all()


def change(
    conn: Connection,
    table: Table,
    names: tuple[str, ...],
    rows: Sequence[tuple[object, ...]],
    setting: str,
    where: str,
) -> None:
    """Update a table from rows of values: in `setting` and `where` they are `given`."""
    source = _source(table, names, db.is_sqlite(conn))
    statement = f'UPDATE "{table.name}" SET {setting} FROM {source} WHERE {where}'
    conn.exec_driver_sql(statement, tuple(_given(table, names, rows, conn)), AHEAD)


@lru_cache(maxsize=256)
def _insert(
    table: Table, same: tuple[str, ...], names: tuple[str, ...], then: str, is_sqlite: bool
) -> str:
    if is_sqlite:
        values = [*("?" for _ in same), *(f"value ->> {at}" for at in range(len(names)))]
        # WHERE keeps ON CONFLICT from being read as the condition of a join
        source = f"SELECT {', '.join(values)} FROM json_each(?) WHERE true"
    else:
        kinds = _kinds(table, same + names)
        stated = "".join(f"%s::{kinds[name]}, " for name in same)
        arrays = [_TEXTS if kinds[it] == "text" else f"%s::{kinds[it]}[]" for it in names]
        source = f"SELECT {stated}given.* FROM unnest({', '.join(arrays)}) AS given"
    return f'INSERT INTO "{table.name}" ({", ".join(same + names)}) {source} {then}'


@lru_cache(maxsize=256)
def _known(questions: tuple[tuple[Table, tuple[str, ...], bool], ...], is_sqlite: bool) -> str:
    return " UNION ALL ".join(
        f"SELECT {at}, {_padded(names)} FROM {_source(table, names, is_sqlite)}"
        + (_LOOKED_UP if grows else _JOINED).format(table=table.name, same=_same(names))
        for at, (table, names, grows) in enumerate(questions)
    )


_LOOKED_UP = ' WHERE (SELECT 1 FROM "{table}" AS t WHERE {same} LIMIT 1) = 1'
_JOINED = ' CROSS JOIN "{table}" AS t WHERE {same}'


def _padded(names: tuple[str, ...]) -> str:
    return ", ".join([*(f"given.{it}" for it in names), "''"][:2])


@lru_cache(maxsize=256)
def _find(
    table: Table, wanted: tuple[str, ...], key: tuple[str, ...], then: str, is_sqlite: bool
) -> str:
    columns = ", ".join(f"t.{name}" for name in wanted)
    source = _source(table, key, is_sqlite)
    # SQLite keeps the order of a cross join: the keys first, then the index
    return (
        f'SELECT {columns} FROM {source} CROSS JOIN "{table.name}" AS t WHERE {_same(key)} {then}'
    )


def _same(key: tuple[str, ...]) -> str:
    return " AND ".join(f"t.{name} = given.{name}" for name in key)


@lru_cache(maxsize=256)
def _source(table: Table, names: tuple[str, ...], is_sqlite: bool) -> str:
    """Values to read from as `given`; `_given` makes the parameters."""
    if is_sqlite:
        values = ", ".join(f"value ->> {at} AS {name}" for at, name in enumerate(names))
        return f"(SELECT {values} FROM json_each(?)) AS given"
    kinds = _kinds(table, names)
    arrays = (_TEXTS if kinds[it] == "text" else f"%s::{kinds[it]}[]" for it in names)
    return f"unnest({', '.join(arrays)}) AS given({', '.join(names)})"


def _given(
    table: Table, names: tuple[str, ...], rows: Sequence[tuple[object, ...]], conn: Connection
) -> list[str | None]:
    if db.is_sqlite(conn):
        return [orjson.dumps(rows).decode()]
    return _arrays(table, names, rows)


_TEXTS = "(string_to_array(%s::text, %s::text, %s::text))[2:]"
"""The first value is a dummy: of an empty text PostgreSQL makes an array with no value, not with one."""


def _arrays(
    table: Table, names: tuple[str, ...], rows: Sequence[tuple[object, ...]]
) -> list[str | None]:
    """Rows as the columns that PostgreSQL unnests."""
    parameters: list[str | None] = []
    kinds = _kinds(table, names)
    for name, values in zip(names, _columns(names, rows), strict=True):
        if kinds[name] == "text":
            parameters += _texts(values)
        else:
            parameters.append("{" + orjson.dumps(values).decode()[1:-1] + "}")
    return parameters


def _columns(
    names: tuple[str, ...], rows: Sequence[tuple[object, ...]]
) -> Iterable[tuple[object, ...]]:
    return zip(*rows, strict=True) if rows else ((),) * len(names)


def _texts(values: Sequence[Any]) -> tuple[str, str, str | None]:
    """Values, what parts them, and what stands for NULL: none is escaped, which costs more."""
    null = None
    if None in values:
        null = uuid4().hex
        values = [null if it is None else it for it in values]
    between = _BETWEEN
    joined = between + between.join(values) if values else ""
    if joined.count(between) != len(values):
        between = uuid4().hex
        joined = between + between.join(values)
    return joined, between, null


@lru_cache(maxsize=256)
def _kinds(table: Table, names: tuple[str, ...]) -> dict[str, str]:
    return {name: _kind(table.c[name]) for name in names}


def _kind(column: Column[object]) -> str:
    if isinstance(column.type, BigInteger):
        return "bigint"
    return "integer" if isinstance(column.type, Integer) else "text"
