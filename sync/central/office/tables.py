"""Tables of the office, beside `sync.central.schema` and in the same metadata."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from sync.central.columns import key, metadata, must, text, whole

office_user = Table(
    "office_user",
    metadata,
    key("name"),
    must("tenant_id"),
    Column("stores_json", Text, nullable=False, server_default="[]"),
    must("password_hash"),
    whole("made_at_ms"),
    Column("blocked_at_ms", BigInteger, nullable=True),
)
"""A person of the office. `stores_json` lists the store ids that limit them; `[]` is no limit."""

office_attempt = Table(
    "office_attempt",
    metadata,
    key("name"),
    Column("failed", Integer, nullable=False, server_default="0"),
    whole("locked_until_ms"),
    whole("at_ms"),
)
"""Wrong passwords in a row for a name, whether anybody has it or not; or from a browser that a person
has signed in with before."""

office_address = Table("office_address", metadata, key("bucket"), whole("busy_until_ms"))
"""Wrong passwords from an address, each as some time that it is busy; see `sync.central.office.tries`."""

office_session = Table(
    "office_session",
    metadata,
    key("token_hash"),
    must("name"),
    whole("started_at_ms"),
    whole("seen_at_ms"),
)

office_log = Table(
    "office_log",
    metadata,
    key("entry_id"),
    whole("at_ms"),
    must("who"),
    must("what"),
    text("store_id"),
    text("device_id"),
    Column("incarnation", Integer, nullable=False, server_default="0"),
    whole("seq"),
    text("code"),
    text("note"),
    Index(None, "store_id", "device_id", "incarnation", "seq"),
)
"""Who did what and when (UTC), about which fact if about one. Only ever added to."""
