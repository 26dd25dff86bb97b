"""Which history this database is, and the secret it signs with."""

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, select

from sync.central import db
from sync.central.holds.registry import begin_recovery
from sync.central.schema import server_state
from sync.keys import DeviceKey, key_of

_MAC_BYTES = 16
_SIGNING_KEY = "signing_key"
_STATE = select(server_state.c.name, server_state.c.value)
_OWN_KEY = select(server_state.c.value).where(server_state.c.name == _SIGNING_KEY)


@dataclass(frozen=True, slots=True)
class Identity:
    """`epoch` changes when history does (a restored backup); `secret` never leaves the server."""

    epoch: str
    secret: bytes

    def seal(self, purpose: str, content: object) -> str:
        """Content that only this server can have written, as URL-safe text."""
        body = orjson.dumps(content)
        return urlsafe_b64encode(self._mac(purpose, body) + body).decode("ascii")

    def unseal(self, purpose: str, text: str) -> Any | None:
        """What was sealed for the same purpose, or None."""
        try:
            raw = urlsafe_b64decode(text.encode("ascii"))
        except (NotBase64, ValueError):
            return None
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(purpose, body)):
            return None
        return orjson.loads(body)

    def _mac(self, purpose: str, body: bytes) -> bytes:
        message = purpose.encode() + b"\0" + body
        return hmac.new(self.secret, message, hashlib.sha256).digest()[:_MAC_BYTES]


def identity(conn: Connection) -> Identity:
    """Read inside the caller's transaction: another process may have started a new epoch."""
    rows = {row.name: row.value for row in conn.execute(_STATE)}
    return Identity(rows["epoch"], bytes.fromhex(rows["secret"]))


def ensure(conn: Connection) -> None:
    """Give a new database its identity; an old one keeps its own."""
    fresh = {"epoch": secrets.token_hex(8), "secret": secrets.token_hex(32)}
    conn.execute(
        db.insert(conn, server_state).on_conflict_do_nothing(index_elements=["name"]),
        [{"name": name, "value": value} for name, value in fresh.items()],
    )


def epoch_and_key(conn: Connection) -> tuple[str, DeviceKey]:
    """What answers to a till are stamped and signed with, in one statement once there is a key."""
    rows = {row.name: row.value for row in conn.execute(_STATE)}
    found = rows.get(_SIGNING_KEY)
    return rows["epoch"], _key(found) if found else signing_key(conn)


def signing_key(conn: Connection) -> DeviceKey:
    """Central's own Ed25519 key, made once for each database; inside a write transaction."""
    found = conn.execute(_OWN_KEY).scalar_one_or_none()
    if found is None:
        fresh = {"name": _SIGNING_KEY, "value": secrets.token_hex(32)}
        statement = db.insert(conn, server_state).values(fresh)
        conn.execute(statement.on_conflict_do_nothing(index_elements=["name"]))
        found = conn.execute(_OWN_KEY).scalar_one()
    return _key(found)


@lru_cache(maxsize=8)
def _key(text: str) -> DeviceKey:
    """Read once: every answer to a till is signed."""
    return key_of(bytes.fromhex(text))


def new_epoch(conn: Connection, after: str = "") -> str:
    """Start a new history: every till asks again for what it should have and sends what is missing.

    With `after`, the epoch that has turned out to be over, only if nobody else has started one since.
    """
    c, epoch = server_state.c, secrets.token_hex(8)
    statement = server_state.update().where(c.name == "epoch", (c.value == after) | (after == ""))
    if conn.execute(statement.values(value=epoch)).rowcount == 0:
        return identity(conn).epoch
    begin_recovery(conn, epoch)
    return epoch


def now_ms() -> int:
    """The server's wall clock, UTC milliseconds."""
    return time.time_ns() // 1_000_000
