"""omnitill-central compact: tombstones nobody can need any more go; run it once a day.

Each run notes how far every stream is. What was there a horizon ago by an earlier note is old for
certain, so no writer needs a clock, and nothing goes in the first ninety days.
"""

import sys
from argparse import Namespace

from sqlalchemy import Connection, Engine, Text, cast, delete, func, literal, select, update

from sync.central import db
from sync.central.feed_tables import feed, stream_head, stream_mark
from sync.central.identity import now_ms

HORIZON_MS = 90 * 24 * 3600 * 1000
"""A till that was away for longer fetches the streams anew that something has gone from."""


def command(engine: Engine, _: Namespace) -> None:
    """omnitill-central compact."""
    sys.stdout.write(f"{compact(engine, now_ms())} old tombstones are gone\n")


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
    conn.execute(update(stream_head).where(mine).values(min_seq=max(seqs)))
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
