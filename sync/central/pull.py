"""Pages of changes. Rows lie in the feed as JSON text already, so a page is bytes joined together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import orjson
from sqlalchemy import Connection, Integer, bindparam, func, select

from sync.central.auth import Caller
from sync.central.feed import COLS, floors_of, heads_of, stock_stream
from sync.central.history import Cursor, check, counted, read_cursor, write_cursor
from sync.central.identity import Identity, identity
from sync.central.schema import chain, device, feed

MAX_ROWS = 20_000

_CHOSEN = (
    select(feed.c.entity, feed.c.seq, feed.c.body)
    .where(feed.c.stream == bindparam("stream"), feed.c.seq > bindparam("after"))
    .order_by(feed.c.seq)
    .limit(bindparam("count", type_=Integer))
    .subquery()
)
_ROWS = select(
    _CHOSEN.c.entity,
    func.count().label("amount"),
    func.max(_CHOSEN.c.seq).label("last"),
    func.aggregate_strings(_CHOSEN.c.body, ",").label("rows"),
).group_by(_CHOSEN.c.entity)
_ACCEPTED = (
    select(chain.c.seq)
    .join(
        device,
        (device.c.store_id == chain.c.store_id) & (device.c.device_id == chain.c.device_id),
    )
    .where(
        chain.c.store_id == bindparam("store"),
        chain.c.device_id == bindparam("device"),
        chain.c.incarnation == device.c.incarnation,
    )
)


@dataclass(slots=True)
class _Page:
    """A page in the making: for each stream and entity its rows' JSON texts, parted by commas."""

    rows: dict[tuple[str, str], str] = field(default_factory=dict)
    count: int = 0


def page(
    conn: Connection,
    who: Caller,
    text: str,
    limit: int,
    at_ms: int,
    again: Collection[str] = (),
) -> bytes:
    """The JSON of a `sync.wire.ChangesAnswer`. Needs a transaction with one view of the data.

    Streams in `again` start from nothing: the till found that what it has of them is wrong.
    """
    own = identity(conn)
    heads, floors = heads_of(conn, who.streams), floors_of(conn, who.streams)
    old = read_cursor(own, text)
    mine = counted(conn, who)
    check(own.epoch, old, heads, who, mine)
    if old and old.epoch == own.epoch:
        kept = {
            stream: at
            for stream, at in old.positions.items()
            if stream not in again and not old.is_outdated(stream, floors.get(stream, 0))
        }
        old = Cursor(old.epoch, kept, old.own)
        resnapshot = sorted(set(old.positions) ^ set(heads))
    else:
        old, resnapshot = Cursor(own.epoch, {}, _accepted(conn, who)), list(who.streams)
    new = _Page()
    positions = {stream: old.positions.get(stream, 0) for stream in who.streams}
    for stream, count in _shares(limit, who.turns, positions, heads).items():
        positions[stream] = _read(conn, new, stream, positions[stream], heads[stream], count)
    below = {stream: floor for stream, floor in floors.items() if positions[stream] < floor}
    is_whole = positions[stock_stream(who.area)] == heads[stock_stream(who.area)]
    included = _accepted(conn, who) if is_whole else old.own
    cursor = Cursor(own.epoch, positions, included, below, who.device_id, mine)
    return _json(own, text, cursor, new, heads, resnapshot, at_ms)


def block_json(stream: str, entity: str, rows: str, own: Sequence[int] = ()) -> str:
    """A `sync.wire.Block` of rows that are JSON already, parted by commas."""
    content = {"stream": stream, "entity": entity, "cols": COLS[entity]}
    start = orjson.dumps(content | {"counted": own} if own else content).decode()
    return f'{start[:-1]},"rows":[{rows}]}}'


def _json(
    own: Identity,
    from_cursor: str,
    cursor: Cursor,
    new: _Page,
    heads: dict[str, int],
    resnapshot: list[str],
    at_ms: int,
) -> bytes:
    blocks = ",".join(block_json(*key, rows) for key, rows in new.rows.items())
    rest = orjson.dumps(
        {
            "epoch": own.epoch,
            "server_time_ms": at_ms,
            "from_cursor": from_cursor,
            "next_cursor": write_cursor(own, cursor),
            "row_count": new.count,
            "has_more": cursor.positions != heads,
            "includes_own_through": cursor.own,
            "counted": cursor.counted,
            "resnapshot": resnapshot,
            "positions": cursor.positions,
            "heads": heads,
        }
    )
    return rest[:-1] + b',"blocks":[' + blocks.encode() + b"]}"


def _shares(
    limit: int,
    turns: Sequence[Sequence[str]],
    positions: dict[str, int],
    heads: dict[str, int],
) -> dict[str, int]:
    """How many rows of each stream go into one page.

    All of one turn before anything of the next. Streams of a turn advance side by side, so that an
    article, its price and its stock arrive at about the same time.
    """
    shares: dict[str, int] = {}
    for turn in turns:
        left = limit - sum(shares.values())
        gaps = {it: heads[it] - positions[it] for it in turn if heads[it] > positions[it]}
        total = sum(gaps.values())
        if left > 0:
            shares |= {
                s: gap if total <= left else max(1, left * gap // total) for s, gap in gaps.items()
            }
    return shares


def _read(conn: Connection, new: _Page, stream: str, after: int, head: int, count: int) -> int:
    """Add up to `count` rows; returns the position reached.

    The database joins the rows of an entity: 4000 rows cross into Python as one text.
    """
    found = conn.execute(_ROWS, {"stream": stream, "after": after, "count": count}).all()
    for row in found:
        new.rows[stream, row.entity] = row.rows
    read = sum(row.amount for row in found)
    new.count += read
    # compaction leaves gaps, so fewer rows than asked for means that there are no more
    return max(row.last for row in found) if read == count else head


def _accepted(conn: Connection, who: Caller) -> int:
    """How many facts of the till's life of today are in: none before the first, whatever an
    earlier life has sent, since a till counts its facts from 1 again."""
    own = {"store": who.store_id, "device": who.device_id}
    return conn.execute(_ACCEPTED, own).scalar_one_or_none() or 0
