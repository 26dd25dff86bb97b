"""How columns of central's tables are said in few words, and the metadata that all tables are in."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def must(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def whole(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


def flag(name: str, default: int) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=str(default))
