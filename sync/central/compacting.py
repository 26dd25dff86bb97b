"""Tombstones that nobody can need any more go, once a day: by the server itself, or by
`omnitill-central compact`, which does no harm at any time.

Each run notes how far every stream is. What was there a horizon ago by an earlier note is old for
certain, so no writer needs a clock, and nothing goes in the first ninety days.
"""

import sys
from argparse import Namespace

from sqlalchemy import Connection, Engine, Text, cast, delete, func, literal, select, update

from sync.central import db
from sync.central.feed_tables import feed, stream_head, stream_mark
from sync.central.identity import now_ms
from sync.central.repeating import Repeating
from sync.central.schema import server_state

_HOUR_MS = 3600 * 1000
_DAY_MS = 24 * _HOUR_MS
HORIZON_MS = 90 * _DAY_MS
"""A till that was away for longer fetches the streams anew that something has gone from."""
_LOOK_EVERY_S = 600.0
_FIRST_LOOK_S = 60.0
_DUE = "compact_due_ms"


def command(engine: Engine, _: Namespace) -> None:
    """omnitill-central compact."""
    sys.stdout.write(f"{compact(engine, now_ms())} old tombstones are gone\n")


def compacting(engine: Engine) -> Repeating:
    """The server's own: not while it starts, and by one of its processes only."""
    return Repeating(
        "compacting", lambda _: compact_if_due(engine, now_ms()), _LOOK_EVERY_S, _FIRST_LOOK_S
    )


def compact_if_due(engine: Engine, at_ms: int) -> int | None:
    """As `compact`, None if it is not a day since. When it is due stands in the database: who takes
    it puts it off by an hour, within which nobody else does it, and by a day when it is done."""
    if not db.write(engine, lambda c: _take(c, at_ms)):
        return None
    gone = compact(engine, at_ms)
    db.write(engine, lambda c: _put_off(c, at_ms + _DAY_MS))
    return gone


def compact(engine: Engine, at_ms: int) -> int:
    """Remove the `del` rows that every till within the horizon has seen; how many. A transaction for
    each stream, which holds its head for as long as the deleting takes."""
    with db.reading(engine) as conn:
        streams = conn.execute(select(stream_head.c.stream, stream_head.c.seq)).all()
        old = {it.stream: _old(conn, it.stream, at_ms - HORIZON_MS) for it in streams}
    for it in streams:
        db.write(engine, lambda c: _remove(c, it.stream, old[it.stream]))  # noqa: B023 called at once
    db.write(engine, lambda c: _note(c, {it.stream: it.seq for it in streams}, at_ms))
    return sum(map(len, old.values()))


def _take(conn: Connection, at_ms: int) -> bool:
    fresh = db.insert(conn, server_state).values(name=_DUE, value="0")
    conn.execute(fresh.on_conflict_do_nothing())
    query = select(server_state.c.value).where(server_state.c.name == _DUE).with_for_update()
    if at_ms < int(conn.execute(query).scalar_one()):
        return False
    _put_off(conn, at_ms + _HOUR_MS)
    return True


def _put_off(conn: Connection, due_ms: int) -> None:
    own = server_state.c.name == _DUE
    conn.execute(update(server_state).where(own).values(value=str(due_ms)))


def _old(conn: Connection, stream: str, before_ms: int) -> list[int]:
    """Seqs of `del` rows that were there at that time."""
    then = select(func.max(stream_mark.c.seq)).where(
        stream_mark.c.stream == stream, stream_mark.c.at_ms <= before_ms
    )
    seq = conn.execute(then).scalar_one()
    if seq is None:
        return []
    is_gone = feed.c.body.like(literal("[") + cast(feed.c.seq, Text) + literal(',"del",%'))
    query = select(feed.c.seq).where(feed.c.stream == stream, feed.c.seq <= seq, is_gone)
    return list(conn.execute(query).scalars())


def _remove(conn: Connection, stream: str, seqs: list[int]) -> None:
    """The head first, as every writer does. A row that came back since has another seq and stays."""
    if not seqs:
        return
    mine = stream_head.c.stream == stream
    last = max(seqs)  # another run may be further already
    conn.execute(update(stream_head).where(mine, stream_head.c.min_seq < last).values(min_seq=last))
    for part in db.chunks(seqs):
        conn.execute(delete(feed).where(feed.c.stream == stream, feed.c.seq.in_(part)))


def _note(conn: Connection, heads: dict[str, int], at_ms: int) -> None:
    """Where streams are now; one that has not moved keeps its older note, which says more. Of notes
    beyond the horizon the newest says all."""
    for stream, seq in sorted(heads.items()):
        note = db.insert(conn, stream_mark).values(stream=stream, seq=seq, at_ms=at_ms)
        conn.execute(note.on_conflict_do_nothing())
        newest = select(func.max(stream_mark.c.seq)).where(
            stream_mark.c.stream == stream, stream_mark.c.at_ms <= at_ms - HORIZON_MS
        )
        older = stream_mark.c.stream == stream, stream_mark.c.seq < newest.scalar_subquery()
        conn.execute(delete(stream_mark).where(*older))
