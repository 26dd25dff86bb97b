"""Requests: decided once under their id, answered the same for ever."""

import hashlib
import json
from collections.abc import Callable
from typing import TypeAlias

import orjson
from sqlalchemy import ColumnElement, Connection, Row, select, update

from sync.central import db
from sync.central.auth import Caller
from sync.central.errors import Refusal
from sync.central.holds import coupons, orders, refunds, releasing, value
from sync.central.holds.asking import Asked, Verdict
from sync.central.holds.tables import command
from sync.central.identity import identity
from sync.wire_commands import CommandAnswer, CommandRequest

Decide: TypeAlias = Callable[[Connection, Asked], Verdict]

_DECIDE: dict[str, Decide] = {
    "refund.hold": refunds.hold_lines,
    "value.hold": value.hold_amount,
    "coupon.hold": coupons.hold_use,
    "hold.release": releasing.release,
    "order.claim": orders.claim,
    "order.transition": orders.transition,
    "custody.transfer": orders.transfer,
}


def put(
    conn: Connection, who: Caller, command_id: str, request: CommandRequest, at_ms: int
) -> CommandAnswer:
    """Decide a request, or repeat the answer it got.

    The verdict, what it reserves and the command's row are one transaction, which the caller
    commits before answering. An error leaves nothing behind, so it is never an answer.
    """
    digest = _digest(request)
    if not _is_new(conn, who, command_id, request, digest, at_ms):
        row = _locked(conn, who, command_id)
        if row.device_id != who.device_id or row.digest not in (digest, ""):
            raise Refusal(422, "other_parameters", "this id belongs to another request")
        if row.status != "pending":
            return _answer(conn, row.answer_json, at_ms)
    asked = Asked(who, command_id, request.args, request.expected_version, at_ms)
    verdict = _DECIDE[request.type](conn, asked)
    text = orjson.dumps(verdict.fields()).decode()
    answered = {"status": verdict.status, "answer_json": text, "answered_at_ms": at_ms}
    conn.execute(update(command).where(*_key(who, command_id)).values(answered))
    return _answer(conn, text, at_ms)


def get(conn: Connection, who: Caller, command_id: str, at_ms: int) -> CommandAnswer:
    """What was answered, or 404: never seen, so nothing was done."""
    own = command.c.device_id == who.device_id
    query = select(command.c.answer_json).where(*_key(who, command_id), own)
    text = conn.execute(query).scalar_one_or_none()
    if text is None:
        raise Refusal(404, "never_seen", "no such request was decided")
    return _answer(conn, text, at_ms)


def _digest(request: CommandRequest) -> str:
    """Of everything the till said; the standard library writes numbers of any size."""
    content = [request.type, request.args, request.expected_version]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    if "\\u0000" in text:
        raise Refusal(422, "bad_request", "a NUL character")
    return hashlib.sha256(text.encode()).hexdigest()


def _is_new(
    conn: Connection,
    who: Caller,
    command_id: str,
    request: CommandRequest,
    digest: str,
    at_ms: int,
) -> bool:
    """Claim the id; a twin of this request in another transaction is waited for."""
    row = {
        "store_id": who.store_id,
        "command_id": command_id,
        "device_id": who.device_id,
        "type": request.type,
        "digest": digest,
        "status": "pending",
        "asked_at_ms": at_ms,
    }
    claim = db.insert(conn, command).values(row).on_conflict_do_nothing()
    return conn.execute(claim.returning(command.c.command_id)).one_or_none() is not None


def _locked(conn: Connection, who: Caller, command_id: str) -> Row[tuple[object, ...]]:
    return conn.execute(select(command).where(*_key(who, command_id)).with_for_update()).one()


def _key(who: Caller, command_id: str) -> tuple[ColumnElement[bool], ...]:
    return command.c.store_id == who.store_id, command.c.command_id == command_id


def _answer(conn: Connection, text: str, at_ms: int) -> CommandAnswer:
    stamp = {"epoch": identity(conn).epoch, "server_time_ms": at_ms}
    return CommandAnswer.model_validate(orjson.loads(text) | stamp)
