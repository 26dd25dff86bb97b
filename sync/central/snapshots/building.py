"""Writing a snapshot: a SQLite file with a table for each entity, columns as on the wire.

The till's own tables have more to them (rowids, indexes, search) and change without asking central,
so the file holds plain rows and the till copies them with one statement for each table.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import pysqlite3.dbapi2 as sqlite
import zstandard
from sqlalchemy import Connection, func, select

from sync.central.feed import COLS, heads_of
from sync.central.identity import identity
from sync.central.schema import chain, feed

_LEVEL = 9
"""Level 19 saves a quarter of the bytes and takes two minutes for what this does in five seconds."""
_PAGE = 32768
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: rows up to these positions, and facts of these tills in its stock."""

    epoch: str
    positions: dict[str, int]
    own: dict[str, tuple[int, int]]
    """By device: its newest incarnation and how many facts of it are in."""
    rows: int


def build(conn: Connection, streams: Sequence[str], path: Path) -> Content:
    """Write the file as of this transaction's moment, which must be one."""
    positions = heads_of(conn, streams)
    rows = 0
    file = sqlite.connect(str(path), isolation_level=None)
    try:
        for pragma in (f"page_size = {_PAGE}", "journal_mode = OFF", "synchronous = OFF"):
            file.execute(f"PRAGMA {pragma}").close()
        file.execute("BEGIN")
        for entity, cols in COLS.items():
            file.execute(f"CREATE TABLE {entity} (seq INTEGER PRIMARY KEY, {', '.join(cols)})")
            insert = f"INSERT INTO {entity} VALUES ({', '.join('?' * (len(cols) + 1))})"
            for part in _rows(conn, streams, entity):
                file.executemany(insert, part)
                rows += len(part)
        file.execute("COMMIT")
    finally:
        file.close()
    return Content(identity(conn).epoch, positions, _accepted(conn), rows)


def pack(plain: Path, packed: Path) -> tuple[str, int]:
    """Compress; the SHA-256 and the size of what will be on the wire."""
    with plain.open("rb") as source, packed.open("wb") as target:
        zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).copy_stream(source, target)
    digest = hashlib.sha256()
    with packed.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest(), packed.stat().st_size


def _rows(
    conn: Connection, streams: Sequence[str], entity: str
) -> Iterable[list[tuple[object, ...]]]:
    """In the order of seq, which is that of arrival at a till that was sent page by page."""
    query = (
        select(feed.c.body)
        .where(feed.c.stream.in_(streams), feed.c.entity == entity)
        .order_by(feed.c.seq)
    )
    found = conn.execution_options(yield_per=5000).execute(query)
    for part in found.scalars().partitions():
        read = [orjson.loads(body) for body in part]
        yield [(row[0], *row[2:]) for row in read if row[1] == "put"]


def _accepted(conn: Connection) -> dict[str, tuple[int, int]]:
    newest = (
        select(chain.c.device_id, func.max(chain.c.incarnation).label("incarnation"))
        .group_by(chain.c.device_id)
        .subquery()
    )
    query = select(chain.c.device_id, chain.c.incarnation, chain.c.seq).join(
        newest,
        (newest.c.device_id == chain.c.device_id) & (newest.c.incarnation == chain.c.incarnation),
    )
    return {it.device_id: (it.incarnation, it.seq) for it in conn.execute(query)}
