"""Signing in and staying so: tries are counted before a password is looked at, idle sessions end."""

import hashlib
import logging
import secrets

from sqlalchemy import Connection, delete, select, update

from sync.central import db
from sync.central.office import diary, people
from sync.central.office.people import Person
from sync.central.office.tables import office_attempt, office_session

TRIES = 5
FIRST_WAIT_MS = 30_000
LONGEST_WAIT_MS = 60 * 60_000
IDLE_MS = 30 * 60_000
LONGEST_MS = 12 * 60 * 60_000
_TOUCH_MS = 60_000
"""How stale `seen_at_ms` may be: not every page is a write."""
_FORGET_MS = 24 * 60 * 60_000

log = logging.getLogger(__name__)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def form_token(token: str) -> str:
    """What every form of this cookie's owner carries; another site can neither read nor make it."""
    return hashlib.sha256(f"omnitill-office-form|{token}".encode()).hexdigest()


def begin_try(conn: Connection, name: str, at_ms: int) -> int:
    """Count a try as failed before it is judged, so that a hundred at once are not free.

    Returns for how long the name is locked, 0 if its password may be looked at.
    """
    conn.execute(delete(office_attempt).where(office_attempt.c.at_ms < at_ms - _FORGET_MS))
    fresh = db.insert(conn, office_attempt).values(name=name, at_ms=at_ms)
    conn.execute(fresh.on_conflict_do_nothing())
    own = office_attempt.c.name == name
    row = conn.execute(select(office_attempt).where(own).with_for_update()).one()
    if at_ms < row.locked_until_ms:
        return int(row.locked_until_ms) - at_ms
    failed = row.failed + 1
    until = at_ms + _wait_ms(failed) if failed >= TRIES else 0
    conn.execute(
        update(office_attempt).where(own).values(failed=failed, locked_until_ms=until, at_ms=at_ms)
    )
    return 0


def refused(conn: Connection, name: str, at_ms: int) -> int:
    """The password was wrong: returns for how long the name is locked now, and says so in the log."""
    query = select(office_attempt.c.failed, office_attempt.c.locked_until_ms)
    row = conn.execute(query.where(office_attempt.c.name == name)).one_or_none()
    if row is None or row.locked_until_ms <= at_ms:
        return 0
    wait_ms = int(row.locked_until_ms) - at_ms
    if people.password_hash(conn, name) is not None:  # what is typed may be somebody's password
        words = f"{row.failed} wrong passwords, for {wait_ms // 1000} s"
        diary.note(conn, at_ms, name, "locked out", words=words)
        log.warning("office: an account is locked out: %s", words)
    else:
        log.warning("office: a name nobody has is locked out for %s s", wait_ms // 1000)
    return wait_ms


def begin(conn: Connection, name: str, at_ms: int) -> str:
    """A session for a person whose password was right; returns its token, of which the hash is kept."""
    token = new_token()
    conn.execute(delete(office_attempt).where(office_attempt.c.name == name))
    conn.execute(delete(office_session).where(office_session.c.seen_at_ms < at_ms - IDLE_MS))
    row = {"name": name, "started_at_ms": at_ms, "seen_at_ms": at_ms}
    conn.execute(office_session.insert().values(token_hash=_hash(token), **row))
    diary.note(conn, at_ms, name, "signed in")
    return token


def find(conn: Connection, token: str, at_ms: int) -> tuple[Person, bool] | None:
    """Whose session it is while it lasts, and whether `touch` is due."""
    query = select(office_session).where(office_session.c.token_hash == _hash(token))
    row = conn.execute(query).one_or_none()
    if row is None or at_ms >= min(row.seen_at_ms + IDLE_MS, row.started_at_ms + LONGEST_MS):
        return None
    person = people.person(conn, row.name)
    return (person, at_ms - row.seen_at_ms >= _TOUCH_MS) if person else None


def touch(conn: Connection, token: str, at_ms: int) -> None:
    own = office_session.c.token_hash == _hash(token)
    conn.execute(update(office_session).where(own).values(seen_at_ms=at_ms))


def end(conn: Connection, token: str, name: str, at_ms: int) -> None:
    conn.execute(delete(office_session).where(office_session.c.token_hash == _hash(token)))
    diary.note(conn, at_ms, name, "signed out")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _wait_ms(failed: int) -> int:
    """30 s after the fifth, twice as much after each further one, up to an hour."""
    return min(FIRST_WAIT_MS << min(failed - TRIES, 20), LONGEST_WAIT_MS)
