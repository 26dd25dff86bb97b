"""Taking facts from a till: contiguous, deduped for ever, everything in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, ValidationError
from sqlalchemy import Connection, Integer, Row, bindparam, case, select, update

from sync.central import bulk
from sync.central.ahead import AHEAD
from sync.central.auth import Caller, check_own
from sync.central.errors import Refusal
from sync.central.feed import Changes, heads_of
from sync.central.history import check, counted, read_cursor
from sync.central.holds import recovery
from sync.central.identity import epoch_and_key, identity
from sync.central.intake import Incoming, hash_at, inbox_key, sent_as, take_in, understand
from sync.central.origin import Origin
from sync.central.schema import chain, device, inbox
from sync.chain import GENESIS
from sync.keys import DeviceKey
from sync.seals import countersign
from sync.wire import (
    MAX_FACTS,
    PROTO,
    Checkpoint,
    FactResult,
    ForkAnswer,
    HelloAnswer,
    HelloRequest,
    Hex32,
    Message,
    PushAnswer,
)

_CHAIN_END = select(chain.c.seq, chain.c.hash).where(
    chain.c.store_id == bindparam("store"),
    chain.c.device_id == bindparam("device"),
    chain.c.incarnation == bindparam("life"),
)
_LIFE = bindparam("life", type_=Integer)
_SEEN = (
    update(device)
    .where(device.c.store_id == bindparam("store"), device.c.device_id == bindparam("device"))
    .values(
        seen_at_ms=bindparam("at"),
        incarnation=case((device.c.incarnation < _LIFE, _LIFE), else_=device.c.incarnation),
    )
    .execution_options(**AHEAD)
)
_GREETED = _SEEN.values(app=bindparam("program"))
ADVANCED = """ON CONFLICT (store_id, device_id, incarnation) DO UPDATE
 SET seq = excluded.seq, hash = excluded.hash, journal_head = CASE
 WHEN chain.journal_head > excluded.journal_head THEN chain.journal_head
 ELSE excluded.journal_head END"""

HelloState: TypeAlias = Literal["ok", "behind", "fork", "revoked", "upgrade"]


class RawFact(Message):
    """As much of a fact as must be right for the chain to go on; the rest may be quarantined."""

    seq: Annotated[int, Field(ge=1, lt=2**63)]
    hash: Hex32


class Push(Message):
    """`sync.wire.PushRequest` with its facts not yet looked into."""

    device_id: str
    incarnation: Annotated[int, Field(ge=1, lt=2**31)]
    from_seq: Annotated[int, Field(ge=1, lt=2**63)]
    prev_hash: Hex32
    journal_head: Annotated[int, Field(ge=0, lt=2**63)]
    epoch: str | None = None
    events: Annotated[list[dict[str, object]], Field(min_length=1, max_length=MAX_FACTS)]


class Disagreement(Exception):
    """Central and till disagree about the till's past: answered with 409."""

    def __init__(self, answer: ForkAnswer) -> None:
        super().__init__(answer.error, answer.seq)
        self.answer = answer


def push(
    conn: Connection, who: Caller, request: Push, at_ms: int, ready: Sequence[Incoming] = ()
) -> tuple[PushAnswer, dict[str, int]]:
    """Record a batch; returns the answer and the stream heads it moved.

    `ready` is what `understood` made of it: done before, it holds no lock and no connection.

    The caller commits, and answers only then. Lock order: device, business rows, heads.
    """
    check_own(who, request.device_id)
    origin = Origin(who, request.incarnation, at_ms)
    _lock(conn, origin)
    seq, last_hash = chain_end(conn, origin)
    epoch, key = epoch_and_key(conn)
    if is_overtaken(request, epoch):
        raise _disagreement(conn, origin, "gap", request.from_seq, seq)
    # copies, because a transaction that is run again starts with facts nobody has judged
    facts = [replace(it) for it in ready or understood(who, request)]
    new, known = _sort_out(conn, origin, request, facts, seq, last_hash)
    changes = Changes()
    if new:
        take_in(conn, origin, new, changes)
        seq, last_hash = new[-1].seq, new[-1].hash
    _advance(conn, origin, seq, last_hash, request.journal_head)
    if request.journal_head <= seq:
        recovery.caught_up(conn, origin, request.epoch)
    heads = changes.write(conn)
    return answered(epoch, key, origin, (seq, last_hash), _known_results(known), new), heads


def is_overtaken(request: Push, epoch: str) -> bool:
    """Written before a restore by a life that is not a till's first: the earlier ones may lack facts
    now, and the till sends those first once it has greeted."""
    return request.incarnation > 1 and request.epoch not in (None, epoch)


def answered(
    epoch: str,
    key: DeviceKey,
    origin: Origin,
    end: tuple[int, str],
    known: Sequence[FactResult],
    new: Sequence[Incoming],
) -> PushAnswer:
    """What a till is told once its facts up to `end` are there."""
    seq, last_hash = end
    return PushAnswer(
        epoch=epoch,
        server_time_ms=origin.at_ms,
        accepted_through=seq,
        durable_through=seq,
        next_expected=seq + 1,
        results=[*known, *_new_results(new)],
        checkpoint=_checkpoint(key, origin, seq, last_hash),
    )


def understood(who: Caller, request: Push) -> list[Incoming]:
    """The facts of a batch read, their hashes and signatures proved, their sums computed again."""
    check_own(who, request.device_id)
    facts = [_incoming(event) for event in request.events]
    understand(Origin(who, request.incarnation, 0), facts, request.prev_hash)
    return facts


def hello(conn: Connection, who: Caller, request: HelloRequest, at_ms: int) -> HelloAnswer:
    """Compare histories before anything is sent; HistoryLost if the till proves that central's is over."""
    check_own(who, request.device_id)
    origin = Origin(who, request.incarnation, at_ms)
    _lock(conn, origin, app=request.app)
    seq, last_hash = chain_end(conn, origin)
    epoch, key = epoch_and_key(conn)
    state = _state(conn, origin, request, seq)
    known = max(request.last_seq, request.known_through)
    if known <= seq and (state == "ok" or _has_ended(conn, origin, state)):
        recovery.caught_up(conn, origin, request.epoch)
    heads = heads_of(conn, who.streams)
    if request.cursor:
        cursor = read_cursor(identity(conn), request.cursor)
        check(epoch, cursor, heads, who, counted(conn, who))
    return HelloAnswer(
        epoch=epoch,
        server_time_ms=at_ms,
        state=state,
        recovering=recovery.is_on(conn, who.tenant_id),
        next_expected=seq + 1,
        accepted_through=seq,
        durable_through=seq,
        heads=heads,
        checkpoint=_checkpoint(key, origin, seq, last_hash),
        central_key=key.public,
    )


def chain_end(conn: Connection, origin: Origin) -> tuple[int, str]:
    """How far this incarnation has been accepted."""
    row = conn.execute(_CHAIN_END, _own(origin)).one_or_none()
    return (row.seq, row.hash) if row else (0, GENESIS.hex())


def own_facts(conn: Connection, origin: Origin, from_seq: int, limit: int) -> list[object]:
    """A till's own facts, exactly as it sent them, for a till that lost its journal."""
    query = select(inbox).where(*inbox_key(origin), inbox.c.seq >= from_seq)
    return [sent_as(row) for row in conn.execute(query.order_by(inbox.c.seq).limit(limit))]


def _checkpoint(key: DeviceKey, origin: Origin, seq: int, last_hash: str) -> Checkpoint | None:
    """Central can never again say that this till's facts were others."""
    if seq == 0:
        return None
    return countersign(key, origin.who.device_id, origin.incarnation, seq, last_hash)


def _state(conn: Connection, origin: Origin, request: HelloRequest, seq: int) -> HelloState:
    if PROTO not in request.proto:
        return "upgrade"
    if request.last_seq > seq:
        return "ok"  # its next batch proves that the histories meet
    if request.last_hash != hash_at(conn, origin, request.last_seq):
        return "fork"
    return "ok" if request.last_seq == seq else "behind"


def _has_ended(conn: Connection, origin: Origin, state: HelloState) -> bool:
    """A life that is over lacks nothing any more: where central has more of it, nobody else has."""
    own = device.c.store_id == origin.who.store_id, device.c.device_id == origin.who.device_id
    newest = conn.execute(select(device.c.incarnation).where(*own)).scalar_one()
    return state == "behind" and origin.incarnation < newest


def _lock(conn: Connection, origin: Origin, app: str | None = None) -> None:
    """Only one batch of a till at a time, whichever process it reaches; notes its newest life."""
    seen = _own(origin) | {"at": origin.at_ms}
    if app is None:
        conn.execute(_SEEN, seen)
    else:
        conn.execute(_GREETED, seen | {"program": app})


def _own(origin: Origin) -> dict[str, str | int]:
    who = origin.who
    return {"store": who.store_id, "device": who.device_id, "life": origin.incarnation}


def _sort_out(
    conn: Connection,
    origin: Origin,
    request: Push,
    facts: list[Incoming],
    seq: int,
    last_hash: str,
) -> tuple[list[Incoming], list[Row[tuple[object, ...]]]]:
    """Which facts are new and which are known, or Disagreement."""
    for expected, fact in enumerate(facts, request.from_seq):
        if fact.seq != expected:
            raise _disagreement(conn, origin, "gap", expected, seq)
    before = request.from_seq - 1
    if before > seq:
        raise _disagreement(conn, origin, "gap", request.from_seq, seq)
    if request.prev_hash != (last_hash if before == seq else hash_at(conn, origin, before)):
        raise _disagreement(conn, origin, "fork", before, seq)
    known = _known(conn, origin, request.from_seq, min(seq, facts[-1].seq))
    for row, fact in zip(known, facts, strict=False):
        if row.hash != fact.hash:
            raise _disagreement(conn, origin, "fork", fact.seq, seq)
    return facts[len(known) :], known


def _incoming(event: dict[str, object]) -> Incoming:
    try:
        raw = RawFact.model_validate(event)
    except ValidationError:
        raise Refusal(422, "bad_request", "a fact without a number and a hash") from None
    return Incoming(raw.seq, raw.hash, event)


def _known(
    conn: Connection, origin: Origin, first: int, last: int
) -> list[Row[tuple[object, ...]]]:
    if last < first:
        return []
    query = (
        select(inbox.c.seq, inbox.c.hash, inbox.c.status, inbox.c.code, inbox.c.detail)
        .where(*inbox_key(origin), inbox.c.seq.between(first, last))
        .order_by(inbox.c.seq)
    )
    return list(conn.execute(query))


def _disagreement(conn: Connection, origin: Origin, error: str, at: int, seq: int) -> Disagreement:
    return Disagreement(
        ForkAnswer(
            epoch=identity(conn).epoch,
            server_time_ms=origin.at_ms,
            error="fork" if error == "fork" else "gap",
            seq=at,
            next_expected=seq + 1,
        )
    )


def _advance(conn: Connection, origin: Origin, seq: int, last_hash: str, journal_head: int) -> None:
    """A batch that arrives a second time does not take back what a later one has declared."""
    row = {
        "store_id": origin.who.store_id,
        "device_id": origin.who.device_id,
        "incarnation": origin.incarnation,
        "seq": seq,
        "hash": last_hash,
        "journal_head": max(journal_head, seq),
    }
    bulk.insert(conn, chain, [row], ADVANCED)


def _known_results(rows: list[Row[tuple[object, ...]]]) -> list[FactResult]:
    """A repeated batch gets the answer the first one got."""
    return [
        FactResult(seq=row.seq, status=row.status, code=row.code, detail=row.detail)
        for row in rows
        if row.status != "applied"
    ]


def _new_results(new: Sequence[Incoming]) -> list[FactResult]:
    return [
        FactResult(
            seq=it.seq,
            status="quarantined" if it.quarantined else "exception",
            code=it.finding.code,
            detail=it.finding.detail,
        )
        for it in new
        if it.finding
    ]
