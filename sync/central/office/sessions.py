"""Who is signed in: sessions end when they are idle or long."""

import hashlib
import secrets

from sqlalchemy import Connection, delete, select, update

from sync.central.office import diary, people
from sync.central.office.people import Person
from sync.central.office.tables import office_session

IDLE_MS = 30 * 60_000
LONGEST_MS = 12 * 60 * 60_000
_TOUCH_MS = 60_000
"""How stale `seen_at_ms` may be: not every page is a write."""


def new_token() -> str:
    return secrets.token_urlsafe(32)


def form_token(token: str) -> str:
    """What every form of this cookie's owner carries; another site can neither read nor make it."""
    return hashlib.sha256(f"omnitill-office-form|{token}".encode()).hexdigest()


def begin(conn: Connection, name: str, at_ms: int) -> str:
    """A session for a person whose password was right; returns its token, of which the hash is kept."""
    token = new_token()
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
