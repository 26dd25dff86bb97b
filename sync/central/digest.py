"""Digests of streams as central has them, made from the feed and kept until the stream moves."""

import threading
from collections import OrderedDict

from sqlalchemy import Connection, select

from sync.central.auth import Caller
from sync.central.errors import Refusal
from sync.central.feed import heads_of
from sync.central.history import read_cursor
from sync.central.identity import identity
from sync.central.schema import feed
from sync.digests import Digests, Summing
from sync.wire import DigestAnswer, EntityDigest, StreamDigest

_KEPT = 64
"""Digests in memory: a few streams of each store class; the oldest go."""


class Kept:
    """Digests by stream and position, shared by the threads of one process.

    What a position of one epoch holds never changes, so an entry is right for ever.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, int], Digests] = OrderedDict()

    def of(self, conn: Connection, epoch: str, stream: str, head: int) -> Digests:
        """The digest of a stream whose head, in this transaction, is `head`."""
        key = epoch, stream, head
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = of_stream(conn, stream)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found


def answer(
    conn: Connection, who: Caller, kept: Kept, streams: str, cursor: str, at_ms: int
) -> DigestAnswer:
    """Of the streams asked for, all of the till's if none is named; with a cursor only of those
    the till has whole, because others differ anyway. Needs a transaction with one view."""
    wanted = [it for it in streams.split(",") if it] or list(who.streams)
    if not set(wanted) <= set(who.streams):
        raise Refusal(403, "other_stream", "a till compares its own streams only")
    own = identity(conn)
    heads = heads_of(conn, wanted)
    old = read_cursor(own, cursor)
    if cursor and (old is None or old.epoch != own.epoch):
        heads = {}
    elif old:
        heads = {it: seq for it, seq in heads.items() if old.positions.get(it) == seq}
    found = {it: _wire(seq, kept.of(conn, own.epoch, it, seq)) for it, seq in heads.items()}
    return DigestAnswer(epoch=own.epoch, server_time_ms=at_ms, digests=found)


def of_stream(conn: Connection, stream: str) -> Digests:
    """Read from the feed, row by row; rows that are gone do not count."""
    query = select(feed.c.entity, feed.c.seq, feed.c.body).where(feed.c.stream == stream)
    sums: dict[str, Summing] = {}
    for part in conn.execution_options(yield_per=2000).execute(query).partitions():
        rows: dict[str, list[bytes]] = {}
        for entity, seq, body in part:
            if not body.startswith(f'[{seq},"del"'):
                rows.setdefault(entity, []).append(body.encode())
        for entity, texts in rows.items():
            sums.setdefault(entity, Summing()).add(texts)
    return {entity: it.digest for entity, it in sums.items()}


def _wire(head: int, digests: Digests) -> StreamDigest:
    entities = {it: EntityDigest(count=d.count, sum=d.sum) for it, d in digests.items()}
    return StreamDigest(at=head, entities=entities)
