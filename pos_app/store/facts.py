"""Writing facts: one chain, in order, inside the transaction of what they tell (protocol.md 2, 5, 6)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
import uuid_utils
from sqlalchemy import Connection

from pos_app.domain.clock import Now
from pos_app.store.connect import fetch
from pos_app.store.identity import Identity
from sync.chain import GENESIS, FactHeader, fact_hash

_CLOCK_SLACK_MS = 2000
"""A wall clock this far behind the last fact is corrected by hand or wrong."""

_LAST = (
    "SELECT position, hash, occurred_at_ms, mono_ms, boot_id,"
    " (SELECT clock_suspect FROM device) FROM fact ORDER BY position DESC LIMIT 1"
)
_INSERT = "INSERT INTO fact VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"


class NotEnrolled(LookupError):
    """Nothing can be recorded by a till that central has not given a name."""


class Recorded(NamedTuple):
    """Where a fact went."""

    position: int
    seq: int
    hash: bytes
    occurred_at_ms: int


class _Last(NamedTuple):
    position: int
    hash: bytes
    occurred_at_ms: int
    mono_ms: int
    boot_id: str
    clock_suspect: int


def append(
    conn: Connection,
    identity: Identity | None,
    fact_type: str,
    actor: str,
    payload: Mapping[str, Any],
    now: Now,
    fact_id: str = "",
) -> Recorded:
    """Append a fact inside the caller's transaction.

    A wall clock behind the last fact is not believed: the fact's time is then the last one's plus
    the monotonic difference, and the first such fact is preceded by `clock.event.v1`.
    """
    if identity is None:
        raise NotEnrolled(fact_type)
    rows = fetch(conn, _LAST)
    last = _Last(*rows[0]) if rows else None
    if last is None:
        return _write(conn, identity, None, fact_type, actor, payload, now, now.wall_ms, fact_id)
    behind = last.occurred_at_ms - now.wall_ms
    suspect = behind > _CLOCK_SLACK_MS
    at = _carried_on(last, now) if suspect else now.wall_ms
    if suspect and not last.clock_suspect:
        event = {"back_ms": behind, "last_fact_ms": last.occurred_at_ms}
        said = _write(conn, identity, last, "clock.event.v1", actor, event, now, at, "")
        last = last._replace(position=said.position, hash=said.hash)
    if suspect != bool(last.clock_suspect):
        conn.exec_driver_sql("UPDATE device SET clock_suspect = ?", (int(suspect),))
    return _write(conn, identity, last, fact_type, actor, payload, now, at, fact_id)


def _carried_on(last: _Last, now: Now) -> int:
    passed = now.mono_ms - last.mono_ms if now.boot_id == last.boot_id else 0
    return last.occurred_at_ms + max(passed, 0)


def _write(
    conn: Connection,
    identity: Identity,
    last: _Last | None,
    fact_type: str,
    actor: str,
    payload: Mapping[str, Any],
    now: Now,
    at_ms: int,
    fact_id: str,
) -> Recorded:
    position = last.position + 1 if last else 1
    device, seq = identity.device, position - identity.base
    header = FactHeader(
        device.device_id,
        device.incarnation,
        seq,
        fact_id or str(uuid_utils.uuid7()),
        fact_type,
        at_ms,
        now.mono_ms,
        now.boot_id,
        now.clock_offset_ms,
        actor,
    )
    body = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    # the first fact of an incarnation hangs on nothing
    previous = last.hash if last and seq > 1 else GENESIS
    digest = fact_hash(previous, header, body)
    conn.exec_driver_sql(_INSERT, (position, *header[1:], body.decode(), digest))
    return Recorded(position, seq, digest, at_ms)
