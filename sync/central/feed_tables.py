"""Tables of the streams to the tills, beside `sync.central.schema` and in the same metadata."""

from sqlalchemy import BigInteger, Column, Table, UniqueConstraint

from sync.central.columns import key, metadata, must, whole

stream_head = Table("stream_head", metadata, key("stream"), whole("seq"), whole("min_seq"))
"""Bumped last in a writer's transaction and locked until its commit: seq order is visibility order.
A till that is behind `min_seq` may have missed a row that went: its tombstone is not kept for ever."""

stream_mark = Table(
    "stream_mark",
    metadata,
    key("stream"),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    whole("at_ms"),
)
"""Where a stream was at which time, noted by `compact`: how old a row of the feed is at least."""

feed = Table(
    "feed",
    metadata,
    key("stream"),
    key("entity"),
    key("entity_id"),
    whole("seq"),
    must("body"),
    UniqueConstraint("stream", "seq"),
)
"""The newest row of every entity as the tills will read it: `body` is the JSON text `[seq, op, *cols]`."""
