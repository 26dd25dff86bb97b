"""Reading new facts, applying their effects, keeping each in the inbox whatever becomes of it."""

import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, func, select, update
from sqlalchemy.exc import OperationalError

from sync.central import bulk, db, verdicts
from sync.central.auth import caller_of
from sync.central.effects import apply
from sync.central.facts import ReadFact, Unreadable, envelope, read
from sync.central.feed import Changes
from sync.central.origin import Origin
from sync.central.recompute import Finding, findings
from sync.central.schema import device, fact_exception, inbox, store
from sync.chain import GENESIS, FactHeader, fact_hash
from sync.seals import is_signed_by
from sync.wire import WireFact
from sync.wire_facts import SaleCompletedV1

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Incoming:
    """One fact on its way in. `fact` is set when it was understood, `quarantined` when not."""

    seq: int
    hash: str
    raw: object
    wire: WireFact | None = None
    fact: ReadFact | None = None
    quarantined: Finding | None = None

    @property
    def finding(self) -> Finding | None:
        """The first thing wrong with it, if anything is."""
        if self.quarantined or not self.fact:
            return self.quarantined
        return self.fact.findings[0] if self.fact.findings else None

    @property
    def status(self) -> str:
        if self.quarantined:
            return "quarantined"
        return "exception" if self.finding else "applied"


Batch: TypeAlias = tuple[Origin, Sequence[Incoming]]
"""Facts of one till's life, next in its chain."""


def understand(origin: Origin, facts: Sequence[Incoming], previous: str) -> None:
    """Everything about facts that follow the hash `previous` for which no database is needed."""
    for it in facts:
        _understand(it, origin, previous)
        previous = it.hash
        if it.fact and isinstance(it.fact.payload, SaleCompletedV1):
            # what breaks here breaks again inside the savepoint, where it costs the fact only
            with suppress(Exception):
                it.fact.figures = findings(it.fact.payload)


def take_in(conn: Connection, origin: Origin, new: Sequence[Incoming], changes: Changes) -> None:
    """Record new facts that are understood and next in the chain; none is ever refused."""
    _apply_all(conn, origin, new, changes)
    _keep(conn, [(origin, new)], changes)


def take_in_together(conn: Connection, batches: Sequence[Batch], changes: Changes) -> None:
    """As `take_in`, for tills of which none is there twice, received at the same moment.

    An effect that fails is raised: the caller rolls back and takes the tills one by one.
    """
    told = [(origin, it.fact) for origin, new in batches for it in new if it.fact]
    for _, fact in told:
        fact.findings.clear()
    apply(conn, told, changes)
    _keep(conn, batches, changes)


def _keep(conn: Connection, batches: Sequence[Batch], changes: Changes) -> None:
    rows = []
    for origin, new in batches:
        _look_for_signature(new)
        own = origin.who.store_id, origin.who.device_id, origin.incarnation
        rows += [(*own, *_kept(it)) for it in new]
    same = {"received_at_ms": batches[0][0].at_ms}
    bulk.add(conn, inbox, same, ("store_id", "device_id", "incarnation", *_KEPT), rows)
    _raise_exceptions(conn, batches)
    for origin, new in batches:
        verdicts.tell(origin, _found(new), changes)
        for it in new:
            if it.quarantined:
                where = origin.who.device_id, it.seq, it.quarantined.code
                log.error("fact %s/%s quarantined: %s. A person is needed at /office", *where)


def _look_for_signature(new: Sequence[Incoming]) -> None:
    """The last fact of a batch is signed for all of it. Without that the batch is booked, because it
    came with the till's token, but a person should know: nobody can prove later whose it was."""
    last = new[-1]
    if last.fact and last.fact.wire.sig is None:
        last.fact.findings.append(Finding("unsigned", "no signature for the batch that ends here"))


def quarantined(conn: Connection) -> int:
    """How many facts of the whole database are not booked; any at all is a reason to look."""
    stores = select(store.c.store_id)  # lets the index be used, which has the store first
    waiting = inbox.c.store_id.in_(stores), inbox.c.status == "quarantined"
    return conn.execute(select(func.count()).select_from(inbox).where(*waiting)).scalar_one()


def hash_at(conn: Connection, origin: Origin, seq: int) -> str | None:
    """The accepted hash at a position; the genesis hash at 0."""
    if seq == 0:
        return GENESIS.hex()
    query = select(inbox.c.hash).where(*inbox_key(origin), inbox.c.seq == seq)
    return conn.execute(query).scalar_one_or_none()


def inbox_key(origin: Origin) -> tuple[ColumnElement[bool], ...]:
    """Conditions that pick one incarnation's facts."""
    return (
        inbox.c.store_id == origin.who.store_id,
        inbox.c.device_id == origin.who.device_id,
        inbox.c.incarnation == origin.incarnation,
    )


def replay(
    conn: Connection, at_ms: int, *only: ColumnElement[bool]
) -> list[tuple[Origin, Incoming]]:
    """Try quarantined facts again, with the same ids, a till's in their order; returns those tried.

    `only` are conditions on the inbox. Lock order and heads are those of a push; what another replay
    has just applied is not tried again.
    """
    waiting = inbox.c.status == "quarantined", *only
    tills = select(inbox.c.store_id, inbox.c.device_id).where(*waiting).distinct()
    for till in conn.execute(tills.order_by(inbox.c.store_id, inbox.c.device_id)).all():
        own = device.c.store_id == till.store_id, device.c.device_id == till.device_id
        conn.execute(select(device.c.device_id).where(*own).with_for_update())
    order = inbox.c.store_id, inbox.c.device_id, inbox.c.incarnation, inbox.c.seq
    rows = conn.execute(select(inbox).where(*waiting).order_by(*order)).all()
    changes = Changes()
    tried = [_replay_one(conn, row, at_ms, changes) for row in rows]
    changes.write(conn)
    return tried


def _replay_one(
    conn: Connection, row: Row[tuple[object, ...]], at_ms: int, changes: Changes
) -> tuple[Origin, Incoming]:
    origin = Origin(caller_of(conn, row.store_id, row.device_id), row.incarnation, at_ms)
    it = Incoming(row.seq, row.hash, sent_as(row))
    understand(origin, [it], hash_at(conn, origin, row.seq - 1) or "")
    _apply_all(conn, origin, [it], changes)
    if not it.quarantined:
        fields = dict(zip(_KEPT, _kept(it), strict=True))
        conn.execute(update(inbox).where(*inbox_key(origin), inbox.c.seq == row.seq).values(fields))
        _raise_exceptions(conn, [(origin, [it])])
        verdicts.settle(origin.who.device_id, origin.incarnation, [it.seq], changes)
        verdicts.tell(origin, _found([it]), changes)
    return origin, it


def _found(facts: Sequence[Incoming]) -> list[tuple[int, str, Finding]]:
    """Facts that are not plain right."""
    return [(it.seq, it.status, it.finding) for it in facts if it.finding]


def sent_as(row: Row[tuple[object, ...]]) -> object:
    """The fact as the till sent it."""
    if not row.type:  # its header could not be read, so it was kept whole
        return json.loads(row.payload)
    return {name: getattr(row, name) for name in WireFact.model_fields}


def _understand(it: Incoming, origin: Origin, previous: str) -> None:
    """Read the fact and prove its hash; what fails is quarantined and the chain goes on."""
    try:
        it.wire = envelope(it.raw)
        it.fact = read(it.wire)
    except Unreadable as reason:
        it.quarantined = reason.finding
    if it.wire and _hash(origin, it.wire, previous) != it.hash:
        it.fact, it.quarantined = None, Finding("hash", "the hash does not belong to these bytes")
    elif it.wire and it.wire.sig is not None and not _is_own(origin, it.wire):
        it.fact, it.quarantined = None, Finding("signature", "not signed by this till's key")


def _is_own(origin: Origin, wire: WireFact) -> bool:
    return is_signed_by(origin.who.pubkey, wire.hash, wire.sig or "")


def _hash(origin: Origin, wire: WireFact, previous: str) -> str:
    header = FactHeader(
        origin.who.device_id,
        origin.incarnation,
        wire.seq,
        wire.id,
        wire.type,
        wire.occurred_at_ms,
        wire.mono_ms,
        wire.boot_id,
        wire.clock_offset_ms,
        wire.actor,
    )
    return fact_hash(bytes.fromhex(previous), header, wire.payload.encode()).hex()


def _apply_all(conn: Connection, origin: Origin, new: Sequence[Incoming], changes: Changes) -> None:
    """All together, which is fast; one by one if that fails, to find the one that cannot."""
    facts = [it.fact for it in new if it.fact]
    if not facts or _applied(conn, origin, facts, changes):
        return
    for it in new:
        if it.fact and not _applied(conn, origin, [it.fact], changes):
            it.fact, it.quarantined = None, Finding("effects")


def _applied(conn: Connection, origin: Origin, facts: Sequence[ReadFact], changes: Changes) -> bool:
    """Effects in a savepoint; False when they could not be, and then nothing of them is left."""
    for fact in facts:
        fact.findings.clear()
    mine = Changes()
    try:
        with db.savepoint(conn):
            apply(conn, [(origin, fact) for fact in facts], mine)
    except OperationalError:
        raise  # the database, not the fact: the till sends the batch again
    except Exception:  # a bug in an effect must not block a till; the fact is kept
        log.exception("effects of facts from till %s failed", origin.who.device_id)
        return False
    changes.merge(mine)
    return True


_WIRE = tuple(WireFact.model_fields)
_KEPT = (*_WIRE, "status", "code", "detail")
_wire_values = attrgetter(*_WIRE)


def _kept(it: Incoming) -> tuple[object, ...]:
    """The inbox columns `_KEPT`; what is unreadable is kept as the JSON it came as."""
    code, detail = it.finding or ("", "")
    if it.wire:
        return *_wire_values(it.wire), it.status, code, detail
    fields = _UNREADABLE | _as_it_came(it)
    return *(fields[name] for name in _WIRE), it.status, code, detail


_UNREADABLE: dict[str, object] = {
    "id": "",
    "type": "",
    "occurred_at_ms": 0,
    "mono_ms": 0,
    "boot_id": "",
    "clock_offset_ms": 0,
    "actor": "",
    "sig": None,
}


def _as_it_came(it: Incoming) -> dict[str, object]:
    # the standard library's JSON writes every number that it reads, however large
    return {"seq": it.seq, "hash": it.hash, "payload": json.dumps(it.raw)}


def _raise_exceptions(conn: Connection, batches: Sequence[Batch]) -> None:
    """One row for each rule; a fact that breaks one rule twice shows the first place."""
    rows = [
        {
            "store_id": origin.who.store_id,
            "device_id": origin.who.device_id,
            "incarnation": origin.incarnation,
            "seq": it.seq,
            "code": code,
            "detail": detail,
            "raised_at_ms": origin.at_ms,
        }
        for origin, new in batches
        for it in new
        if it.fact
        for code, detail in dict(reversed(it.fact.findings)).items()
    ]
    if rows:
        conn.execute(fact_exception.insert(), rows)
