"""What waits for a person: quarantined facts and the rules that booked facts broke."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

import orjson
from sqlalchemy import (
    Connection,
    Row,
    Select,
    Subquery,
    and_,
    exists,
    func,
    literal,
    select,
    tuple_,
    union_all,
)

from sync.central.office.diary import FactKey
from sync.central.schema import device, fact_exception, inbox

PAGE = 50
Kind: TypeAlias = Literal["quarantined", "exception"]


class Place(NamedTuple):
    """Where a case stands in the list; the newest is first."""

    at_ms: int
    store_id: str
    device_id: str
    incarnation: int
    seq: int
    code: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases to show. Empty texts filter nothing; `stores` is what the person may see."""

    stores: frozenset[str]
    till_no: str = ""
    kind: str = ""
    before: Place | None = None


@dataclass(frozen=True, slots=True)
class Case:
    place: Place
    kind: Kind
    detail: str
    till_no: str
    type: str
    actor: str
    receipt_no: str

    @property
    def key(self) -> FactKey:
        return FactKey(*self.place[1:5])


class Seal(NamedTuple):
    """A fact that carries a signature."""

    seq: int
    hash: str
    sig: str


@dataclass(frozen=True, slots=True)
class FactFile:
    """All that is known of one fact: its row, the till's key, and the rules it broke.

    `seal` is the first signed fact from this one on: its signature covers this one too.
    """

    key: FactKey
    row: Row[Any]
    exceptions: tuple[Row[Any], ...]
    seal: Seal | None

    @property
    def is_quarantined(self) -> bool:
        return bool(self.row.status == "quarantined")

    @property
    def open_codes(self) -> tuple[str, ...]:
        """What a person has not settled yet."""
        settled = {it.code for it in self.exceptions if it.resolved_at_ms is not None}
        raised = [it.code for it in self.exceptions]
        codes = [self.row.code, *raised] if self.is_quarantined else raised
        return tuple(code for code in dict.fromkeys(codes) if code not in settled)


def page(conn: Connection, wanted: Wanted) -> tuple[list[Case], Place | None]:
    """One page, and where the next one goes on."""
    chosen = _chosen(wanted).subquery()
    query = (
        select(chosen, inbox.c.type, inbox.c.actor, inbox.c.payload)
        .join(inbox, _same(inbox, chosen, _FACT))
        .order_by(*_newest_first(chosen))
    )
    found = [_case(row) for row in conn.execute(query)]
    return found[:PAGE], found[PAGE - 1].place if len(found) > PAGE else None


def counts(conn: Connection, stores: Iterable[str]) -> dict[str, int]:
    """How many of each kind are open in these stores."""
    cases = _open().subquery()
    query = select(cases.c.kind, func.count()).where(cases.c.store_id.in_(stores))
    return {row[0]: row[1] for row in conn.execute(query.group_by(cases.c.kind))}


def fact_file(conn: Connection, stores: Iterable[str], key: FactKey) -> FactFile | None:
    """One fact of the stores that may be seen; any other is not there."""
    query = (
        select(inbox, device.c.till_no, device.c.pubkey)
        .join(device, _same(device, inbox, _TILL))
        .where(*(inbox.c[name] == value for name, value in key._asdict().items()))
        .where(inbox.c.store_id.in_(stores))
    )
    row = conn.execute(query).one_or_none()
    if row is None:
        return None
    flags = select(fact_exception).where(
        *(fact_exception.c[name] == value for name, value in key._asdict().items())
    )
    raised = tuple(conn.execute(flags.order_by(fact_exception.c.code)).all())
    return FactFile(key, row, raised, _seal(conn, key))


def _seal(conn: Connection, key: FactKey) -> Seal | None:
    same = (inbox.c[name] == value for name, value in key._asdict().items() if name != "seq")
    query = select(inbox.c.seq, inbox.c.hash, inbox.c.sig).where(
        *same, inbox.c.seq >= key.seq, inbox.c.sig.is_not(None)
    )
    row = conn.execute(query.order_by(inbox.c.seq).limit(1)).one_or_none()
    return Seal(row.seq, row.hash, str(row.sig)) if row else None


def receipt_no(payload: str) -> str:
    """The number on the paper, if the payload is one that has it."""
    try:
        content = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return ""
    found = content.get("receipt_no", "") if isinstance(content, dict) else ""
    return found if isinstance(found, str) else ""


_TILL = ("store_id", "device_id")
_FACT = (*_TILL, "incarnation", "seq")


def _open() -> Any:
    """Quarantined facts that no settled exception of the same code stands beside, and exceptions
    nobody has settled."""
    settled = exists().where(
        _same(fact_exception, inbox, (*_FACT, "code")), fact_exception.c.resolved_at_ms.is_not(None)
    )
    unbooked = select(
        literal("quarantined").label("kind"),
        *(inbox.c[name] for name in (*_FACT, "code", "detail")),
        inbox.c.received_at_ms.label("at_ms"),
    ).where(inbox.c.status == "quarantined", ~settled)
    booked = select(
        literal("exception").label("kind"),
        *(fact_exception.c[name] for name in (*_FACT, "code", "detail")),
        fact_exception.c.raised_at_ms.label("at_ms"),
    ).where(fact_exception.c.resolved_at_ms.is_(None))
    return union_all(unbooked, booked)


def _chosen(wanted: Wanted) -> Select[Any]:
    """One case more than a page, before anything large is read."""
    cases = _open().subquery()
    query = (
        select(cases, device.c.till_no)
        .join(device, _same(device, cases, _TILL))
        .where(cases.c.store_id.in_(wanted.stores))
    )
    if wanted.till_no:
        query = query.where(device.c.till_no == wanted.till_no)
    if wanted.kind:
        query = query.where(cases.c.kind == wanted.kind)
    if wanted.before:
        place = tuple_(*(cases.c[name] for name in Place._fields))
        query = query.where(place < tuple_(*map(literal, wanted.before)))
    return query.order_by(*_newest_first(cases)).limit(PAGE + 1)


def _newest_first(cases: Subquery) -> list[Any]:
    return [cases.c[name].desc() for name in Place._fields]


def _same(one: Any, other: Any, names: Iterable[str]) -> Any:
    return and_(*(one.c[name] == other.c[name] for name in names))


def _case(row: Row[Any]) -> Case:
    place = Place(*(getattr(row, name) for name in Place._fields))
    number = receipt_no(row.payload)
    return Case(place, row.kind, row.detail, row.till_no, row.type, row.actor, number)
