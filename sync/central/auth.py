"""Enrolment of tills, their tokens, and who is asking."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import uuid_utils
from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from sync.central import bulk, db
from sync.central.errors import CommandError, Refusal, unauthorised
from sync.central.feed import (
    catalog_stream,
    customers_stream,
    device_stream,
    prices_stream,
    stock_stream,
    store_stream,
)
from sync.central.identity import Identity, identity, signing_key
from sync.central.schema import device, enrolment, nonce, store, tenant
from sync.keys import is_public_key, token_message, verify
from sync.wire import SCHEMA, EnrolAnswer, EnrolRequest, TokenAnswer, TokenRequest

CODE_MS = 10 * 60_000
TOKEN_MS = 30 * 60_000
SKEW_MS = 10 * 60_000
"""A till whose clock is further off asks for the time first (GET /v1/time)."""
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LENGTH = 8
_DEVICE = (
    select(device.c.device_id, device.c.state, device.c.till_no, device.c.pubkey, store)
    .join(store, store.c.store_id == device.c.store_id)
    .where(device.c.store_id == bindparam("store"), device.c.device_id == bindparam("device"))
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The till behind a request and everything its token lets it see."""

    device_id: str
    store_id: str
    tenant_id: str
    till_no: str
    price_list: str
    area: str
    pubkey: str
    expires_at_ms: int
    schema: int = 1
    """`sync.wire.SCHEMA` of its program: what that cannot keep, it is not sent."""

    @property
    def turns(self) -> tuple[tuple[str, ...], ...]:
        """Its scope in the order it is filled: the small and urgent, what it sells, and last whom to."""
        own = store_stream(self.store_id)
        goods = (
            catalog_stream(self.tenant_id),
            prices_stream(self.price_list),
            stock_stream(self.area),
        )
        if self.schema < 2:
            return (own,), goods
        people = customers_stream(self.tenant_id, self.area)
        return (own, device_stream(self.device_id)), goods, (people,)

    @property
    def streams(self) -> tuple[str, ...]:
        """Its whole scope."""
        return tuple(chain.from_iterable(self.turns))

    @property
    def shared(self) -> tuple[str, ...]:
        """What other tills have too: the content of a ready-made first load."""
        return tuple(chain.from_iterable(self.turns[1:]))


class Token(NamedTuple):
    """Whom a token was given to."""

    store_id: str
    device_id: str
    expires_at_ms: int


def new_code(conn: Connection, store_no: str, till_no: str, at_ms: int) -> str:
    """A one-time code for one till; only its hash is kept."""
    found = conn.execute(select(store.c.store_id).where(store.c.store_no == store_no)).all()
    if len(found) != 1:
        raise CommandError(f"there are {len(found)} stores with the number {store_no}")
    code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    conn.execute(
        enrolment.insert().values(
            code_hash=_code_hash(code),
            store_id=found[0].store_id,
            till_no=till_no,
            expires_at_ms=at_ms + CODE_MS,
        )
    )
    return code


def enrol(conn: Connection, request: EnrolRequest, at_ms: int) -> EnrolAnswer:
    """Spend a code and register the till's public key.

    The same key may spend it again while it is valid: its first answer was lost on the way.
    """
    if not is_public_key(request.pubkey):
        raise Refusal(400, "bad_key", "pubkey is not a raw Ed25519 key in base64")
    code = _usable_code(conn, request, at_ms)
    if code.used_at_ms is None:
        device_id, incarnation = _register(conn, code, request, at_ms)
    else:
        device_id = code.device_id
        own = device.c.store_id == code.store_id, device.c.device_id == device_id
        incarnation = conn.execute(select(device.c.incarnation).where(*own)).scalar_one()
    place = conn.execute(
        select(store, tenant.c.pin_pepper)
        .join(tenant, tenant.c.tenant_id == store.c.tenant_id)
        .where(store.c.store_id == code.store_id)
    ).one()
    return EnrolAnswer(
        epoch=identity(conn).epoch,
        server_time_ms=at_ms,
        device_id=device_id,
        store_id=place.store_id,
        store_no=place.store_no,
        store_name=place.name,
        till_no=code.till_no,
        pin_pepper=place.pin_pepper,
        incarnation=incarnation,
        central_key=signing_key(conn).public,
    )


def token(conn: Connection, request: TokenRequest, at_ms: int) -> TokenAnswer:
    """A short-lived token for a till that proves its key; each proof works once."""
    row = conn.execute(select(device).where(device.c.device_id == request.device_id)).one_or_none()
    message = token_message(request.device_id, request.nonce, request.ts_ms)
    if row is None or not verify(row.pubkey, message, request.sig):
        raise unauthorised("bad_proof")
    if row.state != "active":
        raise unauthorised("revoked")
    if abs(request.ts_ms - at_ms) > SKEW_MS:
        raise unauthorised("clock_skew", "the till's clock is too far from central's")
    _spend(conn, request.device_id, request.nonce, at_ms)
    own = identity(conn)
    content = [row.device_id, row.store_id, at_ms + TOKEN_MS]
    return TokenAnswer(
        epoch=own.epoch,
        server_time_ms=at_ms,
        token=own.seal("token", content),
        expires_in_s=TOKEN_MS // 1000,
    )


def caller(
    conn: Connection, own: Identity, bearer: str | None, at_ms: int, schema: int = 1
) -> Caller:
    """Who is asking, or a 401. Revocation counts at once, not when the token expires."""
    shown = token_of(own, bearer, at_ms)
    row = _device(conn, shown.store_id, shown.device_id)
    if row is None or row.state != "active":
        raise unauthorised("revoked")
    return _caller(row, shown.expires_at_ms, schema)


def callers(conn: Connection, shown: Sequence[Token]) -> dict[tuple[str, str], Caller]:
    """Who stands behind tokens, by store and device, in two statements; who is revoked is not there."""
    keys = sorted({(it.store_id, it.device_id) for it in shown})
    names = ("store_id", "device_id", "till_no", "pubkey", "state")
    tills = bulk.find(conn, device, names, ("store_id", "device_id"), keys)
    stores = sorted({(it.store_id,) for it in shown})
    scope = ("store_id", "tenant_id", "price_list", "area")
    found = {it.store_id: it for it in bulk.find(conn, store, scope, ("store_id",), stores)}
    until = {(it.store_id, it.device_id): it.expires_at_ms for it in shown}
    return {
        (it.store_id, it.device_id): Caller(
            it.device_id,
            it.store_id,
            found[it.store_id].tenant_id,
            it.till_no,
            found[it.store_id].price_list,
            found[it.store_id].area,
            it.pubkey,
            until[it.store_id, it.device_id],
        )
        for it in tills
        if it.state == "active"
    }


def token_of(own: Identity, bearer: str | None, at_ms: int) -> Token:
    """What a token of this server says, or a 401. Whether the till is still welcome, it cannot say."""
    scheme, _, text = (bearer or "").partition(" ")
    content = own.unseal("token", text) if scheme.lower() == "bearer" else None
    if content is None:
        raise unauthorised("bad_token")
    device_id, store_id, expires_at_ms = content
    if at_ms >= expires_at_ms:
        raise unauthorised("token_expired")
    return Token(store_id, device_id, expires_at_ms)


def caller_of(conn: Connection, store_id: str, device_id: str) -> Caller:
    """The till behind facts that are already in; revoked or not, they are its own."""
    row = _device(conn, store_id, device_id)
    if row is None:
        raise CommandError(f"there is no till with the id {device_id}")
    return _caller(row, 0, SCHEMA)


def revoke(conn: Connection, device_id: str) -> None:
    """Take a till's access away; the facts it has sent stay."""
    done = conn.execute(
        update(device).where(device.c.device_id == device_id).values(state="revoked")
    )
    if done.rowcount != 1:
        raise CommandError(f"there is no till with the id {device_id}")


def check_own(who: Caller, device_id: str) -> None:
    """A till speaks for itself only."""
    if device_id != who.device_id:
        raise Refusal(403, "other_device", "the token belongs to another till")


def _device(conn: Connection, store_id: str, device_id: str) -> Row[tuple[object, ...]] | None:
    return conn.execute(_DEVICE, {"store": store_id, "device": device_id}).one_or_none()


def _caller(row: Row[tuple[object, ...]], expires_at_ms: int, schema: int) -> Caller:
    return Caller(
        row.device_id,
        row.store_id,
        row.tenant_id,
        row.till_no,
        row.price_list,
        row.area,
        row.pubkey,
        expires_at_ms,
        schema,
    )


def _usable_code(conn: Connection, request: EnrolRequest, at_ms: int) -> Row[tuple[object, ...]]:
    query = (
        select(enrolment, device.c.pubkey)
        .outerjoin(device, device.c.device_id == enrolment.c.device_id)
        .where(enrolment.c.code_hash == _code_hash(request.code))
    )
    code = conn.execute(query.with_for_update(of=enrolment)).one_or_none()
    if code is None:
        raise Refusal(403, "unknown_code")
    if code.used_at_ms is not None and code.pubkey != request.pubkey:
        raise Refusal(403, "used_code")
    if at_ms >= code.expires_at_ms:
        raise Refusal(403, "expired_code")
    return code


def _register(
    conn: Connection, code: Row[tuple[object, ...]], request: EnrolRequest, at_ms: int
) -> tuple[str, int]:
    """Add the till; an earlier one of the same number keeps its right to send what it has.

    The store is held until the commit: two codes for one till, spent at the same instant, are two lives.
    """
    conn.execute(
        select(store.c.store_id).where(store.c.store_id == code.store_id).with_for_update()
    )
    earlier = conn.execute(
        select(func.coalesce(func.max(device.c.incarnation), 0)).where(
            device.c.store_id == code.store_id, device.c.till_no == code.till_no
        )
    ).scalar_one()
    device_id, incarnation = str(uuid_utils.uuid7()), int(earlier) + 1
    conn.execute(
        device.insert().values(
            store_id=code.store_id,
            device_id=device_id,
            till_no=code.till_no,
            pubkey=request.pubkey,
            state="active",
            incarnation=incarnation,
            app=request.app,
            hw=request.hw,
            enrolled_at_ms=at_ms,
        )
    )
    conn.execute(
        update(enrolment)
        .where(enrolment.c.code_hash == code.code_hash)
        .values(used_at_ms=at_ms, device_id=device_id)
    )
    return device_id, incarnation


def _spend(conn: Connection, device_id: str, value: str, at_ms: int) -> None:
    conn.execute(delete(nonce).where(nonce.c.expires_at_ms < at_ms))
    fresh = (
        db.insert(conn, nonce)
        .values(device_id=device_id, nonce=value, expires_at_ms=at_ms + 2 * SKEW_MS + 1)
        .on_conflict_do_nothing()
        .returning(nonce.c.nonce)
    )
    if conn.execute(fresh).one_or_none() is None:
        raise unauthorised("replayed_nonce")


def _code_hash(code: str) -> str:
    """Codes are typed by people: spaces, dashes and case do not count."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
