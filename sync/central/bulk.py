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
    done = conn.exec_driver_sql(statement, (*same.values(), *given))
    return done.all() if done.returns_rows else []


class Asked(NamedTuple):
    """Which of these values does the column hold, in rows where the named columns equal something?"""

    column: Column[str]
    values: Iterable[str]
    equal: dict[str, str]


def known(conn: Connection, column: Column[str], values: Iterable[str], **equal: str) -> set[str]:
    """The answer to one question alone."""
    return answers(conn, [Asked(column, values, equal)])[0]


def answers(conn: Connection, questions: Sequence[Asked]) -> list[set[str]]:
    """The values that are there, for each question; all are asked in one statement."""
    is_sqlite = db.is_sqlite(conn)
    parameters: list[str | None] = []
    for asked in questions:
        values = list(asked.values)
        given = _texts(values) if not is_sqlite else (orjson.dumps(values).decode(),)
        parameters += [*asked.equal.values(), *given]
    statement = _known(tuple((it.column, tuple(it.equal)) for it in questions), is_sqlite)
    found: list[set[str]] = [set() for _ in questions]
    for at, value in conn.exec_driver_sql(statement, tuple(parameters)):
        found[at].add(value)
    return found


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
def _known(questions: tuple[tuple[Column[str], tuple[str, ...]], ...], is_sqlite: bool) -> str:
    mark = "?" if is_sqlite else "%s"
    # a list in a subquery is not looked into by the planner, value for value
    among = (
        "IN (SELECT value FROM json_each(?))"
        if is_sqlite
        else f"= ANY(ARRAY(SELECT unnest({_TEXTS})))"
    )
    return " UNION ALL ".join(
        f'SELECT {at}, {column.name} FROM "{column.table}" WHERE '
        + "".join(f"{name} = {mark} AND " for name in names)
        + f"{column.name} {among}"
        for at, (column, names) in enumerate(questions)
    )


_TEXTS = "(string_to_array(%s::text, %s::text, %s::text))[2:]"
"""The first value is a dummy: of an empty text alone PostgreSQL makes no array with one value."""


def _arrays(
    table: Table, names: tuple[str, ...], rows: Sequence[tuple[object, ...]]
) -> list[str | None]:
    """Rows as the columns that PostgreSQL unnests."""
    parameters: list[str | None] = []
    kinds = _kinds(table, names)
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        if kinds[name] == "text":
            parameters += _texts(values)
        else:
            parameters.append("{" + orjson.dumps(values).decode()[1:-1] + "}")
    return parameters


def _texts(values: Sequence[Any]) -> tuple[str, str, str | None]:
    """Values, what parts them, and what stands for NULL: none is escaped, which costs more."""
    null = None
    if None in values:
        null = uuid4().hex
        values = [null if it is None else it for it in values]
    between = _BETWEEN
    joined = between + between.join(values)
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
