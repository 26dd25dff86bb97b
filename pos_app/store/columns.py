"""How columns and tables of the till's files are said in few words; all tables are STRICT."""

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text
from sqlalchemy import text as sql


def text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def whole(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def zero(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=sql("0"))


def maybe(name: str) -> Column[int]:
    return Column(name, Integer)


def key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def rowid(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def table(name: str, metadata: MetaData, *items: Column[int] | Column[str] | Index) -> Table:
    return Table(name, metadata, *items, sqlite_strict=True)


def clustered(name: str, metadata: MetaData, *items: Column[int] | Column[str]) -> Table:
    """A table that is its primary key's index."""
    return Table(name, metadata, *items, sqlite_strict=True, sqlite_with_rowid=False)
