"""Facts of many tills in one transaction: what costs the same for one fact and for fifty is paid once.

Only what is plainly next in its till's chain is taken here. All else (a repeat, a gap, a fork, a till
that is there twice, one whose access is gone) is left to `push.push`, which knows what to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from sync.central import bulk, db
from sync.central.auth import Caller
from sync.central.feed import Changes
from sync.central.holds import recovery
from sync.central.identity import epoch_and_key
from sync.central.intake import Incoming, take_in_together
from sync.central.origin import Origin
from sync.central.push import ADVANCED, Push, answered, is_overtaken
from sync.central.schema import chain, device
from sync.chain import GENESIS
from sync.keys import DeviceKey
from sync.wire import PushAnswer

_KEY = ("store_id", "device_id")
_LIFE = (*_KEY, "incarnation")
_IN_ORDER = "ORDER BY t.store_id, t.device_id"
_SEEN = """seen_at_ms = given.seen_at_ms, incarnation = CASE
 WHEN device.incarnation < given.incarnation THEN given.incarnation ELSE device.incarnation END"""
_SAME = "device.store_id = given.store_id AND device.device_id = given.device_id"


@dataclass(frozen=True, slots=True)
class Batch:
    """One till's push; `facts` is what `push.understood` made of it."""

    who: Caller
    request: Push
    facts: Sequence[Incoming]

    @property
    def key(self) -> tuple[str, str]:
        return self.who.store_id, self.who.device_id

    @property
    def life(self) -> tuple[str, str, int]:
        return *self.key, self.request.incarnation

    def follows(self, seq: int, last_hash: str) -> bool:
        """Plainly next: nothing of it is known, nothing lacks before it or inside."""
        numbers = [it.seq for it in self.facts]
        first = self.request.from_seq
        is_next = first == seq + 1 and self.request.prev_hash == last_hash
        return is_next and numbers == list(range(first, first + len(numbers)))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a joint transaction has recorded; to be told after its commit."""

    epoch: str
    key: DeviceKey
    new: dict[tuple[str, str], tuple[Batch, Origin, list[Incoming]]]
    heads: dict[str, int]

    def answer(self, batch: Batch) -> PushAnswer | None:
        """None for a batch that was not plainly next: it is pushed alone."""
        found = self.new.get(batch.key)
        if found is None or found[0] is not batch:
            return None
        _, origin, new = found
        return answered(self.epoch, self.key, origin, (new[-1].seq, new[-1].hash), [], new)


def push_jointly(conn: Connection, batches: Sequence[Batch], at_ms: int) -> Taken:
    """Record what is plainly next, each till once; all of it or, when this raises, nothing.

    The caller commits, and answers only then. Lock order: devices by key, business rows by key, heads.
    """
    epoch, key = epoch_and_key(conn)
    plain = _plainly_next(conn, [it for it in batches if not is_overtaken(it.request, epoch)])
    told = [
        # copies, because a transaction that is run again starts with facts nobody has judged
        (Origin(it.who, it.request.incarnation, at_ms), [replace(fact) for fact in it.facts])
        for it in plain
    ]
    changes = Changes()
    if plain:
        seen = [(*it.life, at_ms) for it in plain]
        bulk.change(conn, device, (*_LIFE, "seen_at_ms"), seen, _SEEN, _SAME)
        take_in_together(conn, told, changes)
        _advance(conn, plain)
        _catch_up(conn, plain, told)
    return Taken(
        epoch,
        key,
        {it.key: (it, *one) for it, one in zip(plain, told, strict=True)},
        changes.write(conn),
    )


def _plainly_next(conn: Connection, batches: Sequence[Batch]) -> list[Batch]:
    """Locks all tills in the order of their keys, and then looks where they are."""
    first: dict[tuple[str, str], Batch] = {}
    for it in batches:
        first.setdefault(it.key, it)
    mine = [first[key] for key in sorted(first)]
    then = _IN_ORDER if db.is_sqlite(conn) else _IN_ORDER + " FOR UPDATE OF t"
    keys = [it.key for it in mine]
    rows = bulk.find(conn, device, (*_KEY, "state"), _KEY, keys, then)
    welcome = {(row.store_id, row.device_id) for row in rows if row.state == "active"}
    ends = bulk.find(conn, chain, (*_LIFE, "seq", "hash"), _LIFE, [it.life for it in mine])
    known = {(it.store_id, it.device_id, it.incarnation): (it.seq, it.hash) for it in ends}
    start = 0, GENESIS.hex()
    return [it for it in mine if it.key in welcome and it.follows(*known.get(it.life, start))]


def _advance(conn: Connection, batches: Sequence[Batch]) -> None:
    rows = [
        (*it.life, last.seq, last.hash, max(it.request.journal_head, last.seq))
        for it, last in ((it, it.facts[-1]) for it in batches)
    ]
    bulk.add(conn, chain, {}, (*_LIFE, "seq", "hash", "journal_head"), rows, ADVANCED)


def _catch_up(
    conn: Connection, batches: Sequence[Batch], told: Sequence[tuple[Origin, list[Incoming]]]
) -> None:
    tenants = {it.who.tenant_id for it in batches}
    waiting = {it for it in sorted(tenants) if recovery.is_on(conn, it)}
    for it, (origin, new) in zip(batches, told, strict=True):
        if it.who.tenant_id in waiting and it.request.journal_head <= new[-1].seq:
            recovery.caught_up(conn, origin, it.request.epoch)
