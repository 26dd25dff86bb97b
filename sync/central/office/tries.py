"""Tries at a password, counted before it is looked at, so that a hundred at once are not free.

They are counted for the name, which stops guessing one password from many places, and for the
address, which stops trying many names from one. A browser in which somebody has signed in before is
counted by itself instead: strangers can lock strangers out, never people where they work. All of it
are rows, so that it does not matter which process answers; of addresses never more than 65,536.
"""

import hashlib
import hmac
import ipaddress
import logging
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, select, update

from sync.central import db
from sync.central.identity import Identity, identity
from sync.central.office import diary, people
from sync.central.office.tables import office_address, office_attempt

TRIES = 5
FIRST_WAIT_MS = 30_000
LONGEST_WAIT_MS = 60 * 60_000
ADDRESS_TRIES = 20
ADDRESS_EVERY_MS = 3 * 60_000
"""After its first tries an address has one more each three minutes, as long as they are wrong."""
_FORGET_MS = 24 * 60 * 60_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody at `address` says to be `name`; `seal` is what their browser was given, or empty."""

    name: str
    address: str
    seal: str = ""


def cookie_of(name: str) -> str:
    """Each person has a cookie of their own in a browser that several share."""
    return f"omnitill_office_{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def new_seal(conn: Connection, name: str) -> str:
    """For the browser in which this person has just signed in."""
    browser = secrets.token_hex(16)
    return f"{browser}.{_proof(identity(conn), name, browser)}"


def begin_try(conn: Connection, it: Try, at_ms: int) -> int:
    """Count a try as failed; returns for how long there is none, 0 if the password may be looked at."""
    own = identity(conn)
    if browser := _browser(own, it):
        return _count(conn, browser, at_ms)
    bucket = _bucket(own, it.address)
    busy_until = _locked(conn, office_address, bucket).busy_until_ms
    wait_ms = busy_until - at_ms - (ADDRESS_TRIES - 1) * ADDRESS_EVERY_MS
    if wait_ms > 0:
        return int(wait_ms)
    wait_ms = _count(conn, it.name, at_ms)
    if not wait_ms:
        _set_busy(conn, bucket, max(busy_until, at_ms) + ADDRESS_EVERY_MS)
    return wait_ms


def refused(conn: Connection, it: Try, at_ms: int) -> int:
    """The password was wrong: for how long there is no further try at it, and says so in the log."""
    key = _browser(identity(conn), it) or it.name
    query = select(office_attempt.c.failed, office_attempt.c.locked_until_ms)
    row = conn.execute(query.where(office_attempt.c.name == key)).one_or_none()
    if row is None or row.locked_until_ms <= at_ms:
        return 0
    wait_ms = int(row.locked_until_ms) - at_ms
    if people.password_hash(conn, it.name) is not None:  # what is typed may be somebody's password
        words = f"{row.failed} wrong passwords, for {wait_ms // 1000} s"
        diary.note(conn, at_ms, it.name, "locked out", words=words)
        log.warning("office: an account is locked out: %s", words)
    else:
        log.warning("office: a name nobody has is locked out for %s s", wait_ms // 1000)
    return wait_ms


def forgive(conn: Connection, it: Try) -> None:
    """The password was right. An address gets this try back and no other: its owner may have an
    account and guess at those of others in between."""
    own = identity(conn)
    browser = _browser(own, it)
    if not browser:
        bucket = _bucket(own, it.address)
        busy_until = _locked(conn, office_address, bucket).busy_until_ms
        _set_busy(conn, bucket, busy_until - ADDRESS_EVERY_MS)
    conn.execute(delete(office_attempt).where(office_attempt.c.name == (browser or it.name)))


def _count(conn: Connection, key: str, at_ms: int) -> int:
    """One more for this key, or how long it is locked."""
    conn.execute(delete(office_attempt).where(office_attempt.c.at_ms < at_ms - _FORGET_MS))
    row = _locked(conn, office_attempt, key)
    if at_ms < row.locked_until_ms:
        return int(row.locked_until_ms) - at_ms
    failed = row.failed + 1
    until = at_ms + _wait_ms(failed) if failed >= TRIES else 0
    changed = {"failed": failed, "locked_until_ms": until, "at_ms": at_ms}
    conn.execute(update(office_attempt).where(office_attempt.c.name == key).values(changed))
    return 0


def _locked(conn: Connection, table: Table, key: str) -> Row[Any]:
    """The row of this key, made if there is none; nobody else changes it before the commit."""
    (column,) = table.primary_key.columns
    conn.execute(db.insert(conn, table).values({column.name: key}).on_conflict_do_nothing())
    return conn.execute(select(table).where(column == key).with_for_update()).one()


def _set_busy(conn: Connection, bucket: str, until_ms: int) -> None:
    own = office_address.c.bucket == bucket
    conn.execute(update(office_address).where(own).values(busy_until_ms=until_ms))


def _wait_ms(failed: int) -> int:
    """30 s after the fifth, twice as much after each further one, up to an hour."""
    return min(FIRST_WAIT_MS << min(failed - TRIES, 20), LONGEST_WAIT_MS)


def _bucket(own: Identity, address: str) -> str:
    """Which of 65,536 this address is counted in; nobody outside can tell who else is. Of IPv6 a
    household has 2^64 addresses: they count as one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        network = address
    else:
        ip = getattr(ip, "ipv4_mapped", None) or ip
        network = str(ipaddress.ip_network((ip, 32 if ip.version == 4 else 64), strict=False))
    return _mac(own, "address", network)[:4]


def _browser(own: Identity, it: Try) -> str:
    """The key under which tries from a browser of this person's are counted; empty for any other.
    No name is in capitals."""
    browser, _, proof = it.seal.partition(".")
    is_known = hmac.compare_digest(proof.encode(), _proof(own, it.name, browser).encode())
    return f"BROWSER {browser}" if is_known else ""


def _proof(own: Identity, name: str, browser: str) -> str:
    return _mac(own, "browser", f"{browser}|{name}")


def _mac(own: Identity, purpose: str, text: str) -> str:
    message = f"omnitill-office-{purpose}|{text}".encode()
    return hmac.new(own.secret, message, hashlib.sha256).hexdigest()
