"""Tables of the office, beside `sync.central.schema` and in the same metadata."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from sync.central.schema import metadata as metadata


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _must(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _int(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


office_user = Table(
    "office_user",
    metadata,
    _key("name"),
    _must("tenant_id"),
    Column("stores_json", Text, nullable=False, server_default="[]"),
    _must("password_hash"),
    _int("made_at_ms"),
    Column("blocked_at_ms", BigInteger, nullable=True),
)
"""A person of the office. `stores_json` lists the store ids that limit them; `[]` is no limit."""

office_attempt = Table(
    "office_attempt",
    metadata,
    _key("name"),
    Column("failed", Integer, nullable=False, server_default="0"),
    _int("locked_until_ms"),
    _int("at_ms"),
)
"""Wrong passwords in a row for a name, whether anybody has it or not."""

office_session = Table(
    "office_session",
    metadata,
    _key("token_hash"),
    _must("name"),
    _int("started_at_ms"),
    _int("seen_at_ms"),
)

office_log = Table(
    "office_log",
    metadata,
    _key("entry_id"),
    _int("at_ms"),
    _must("who"),
    _must("what"),
    _text("store_id"),
    _text("device_id"),
    Column("incarnation", Integer, nullable=False, server_default="0"),
    _int("seq"),
    _text("code"),
    _text("note"),
    Index(None, "store_id", "device_id", "incarnation", "seq"),
)
"""Who did what and when (UTC), about which fact if about one. Only ever added to."""
