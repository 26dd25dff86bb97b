"""Who works in the office: made and blocked by an administrator, limited to a tenant and to stores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, delete, select, update

from sync.central import db
from sync.central.errors import CommandError
from sync.central.office import diary
from sync.central.office.tables import office_attempt, office_session, office_user
from sync.central.schema import setting, store, tenant

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 256
LONGEST_NAME = 64
COMMAND_LINE = "(command line)"
"""Who an administrator at the server is in the audit trail; nobody can be called so."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A store as the office names it."""

    store_id: str
    number: str
    name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, and the stores they may see: what is not in there does not exist for them."""

    name: str
    branches: Mapping[str, Branch]


def plain(name: str) -> str:
    """Names are typed by people: case and blanks around them do not count."""
    return " ".join(name.split()).casefold()


def add(
    conn: Connection,
    name: str,
    password_hash: str,
    store_nos: Sequence[str],
    tenant_id: str,
    at_ms: int,
) -> None:
    """Make a person, or give one a new password and other stores; their sessions end."""
    who = plain(name)
    if not who or len(who) > LONGEST_NAME or who == COMMAND_LINE:
        raise CommandError(f"a name has 1 to {LONGEST_NAME} letters")
    owner = tenant_id or _only_tenant(conn)
    row = {
        "name": who,
        "tenant_id": owner,
        "stores_json": orjson.dumps(_store_ids(conn, owner, store_nos)).decode(),
        "password_hash": password_hash,
        "made_at_ms": at_ms,
        "blocked_at_ms": None,
    }
    conn.execute(db.upsert(conn, office_user).values(row))
    conn.execute(delete(office_attempt).where(office_attempt.c.name == who))
    _end_sessions(conn, who)
    diary.note(conn, at_ms, COMMAND_LINE, "user added", words=who)


def block(conn: Connection, name: str, at_ms: int) -> None:
    """Shut somebody out at once; what they did stays written down."""
    who = plain(name)
    gone = update(office_user).where(office_user.c.name == who).values(blocked_at_ms=at_ms)
    if conn.execute(gone).rowcount != 1:
        raise CommandError(f"there is nobody called {name} in the office")
    _end_sessions(conn, who)
    diary.note(conn, at_ms, COMMAND_LINE, "user blocked", words=who)


def password_hash(conn: Connection, name: str) -> str | None:
    """None for nobody and for somebody blocked."""
    query = select(office_user.c.password_hash).where(
        office_user.c.name == name, office_user.c.blocked_at_ms.is_(None)
    )
    return conn.execute(query).scalar_one_or_none()


def person(conn: Connection, name: str) -> Person | None:
    """The person with their stores by id, in the order of the stores' numbers."""
    row = conn.execute(
        select(office_user).where(office_user.c.name == name, office_user.c.blocked_at_ms.is_(None))
    ).one_or_none()
    if row is None:
        return None
    limit = orjson.loads(row.stores_json)
    zone = (setting.c.store_id == store.c.store_id) & (setting.c.name == "time_zone")
    query = (
        select(store.c.store_id, store.c.store_no, store.c.name, setting.c.value_json)
        .outerjoin(setting, zone)
        .where(store.c.tenant_id == row.tenant_id)
        .order_by(store.c.store_no)
    )
    branches = {
        it.store_id: Branch(it.store_id, it.store_no, it.name, _text(it.value_json))
        for it in conn.execute(query)
        if not limit or it.store_id in limit
    }
    return Person(row.name, branches)


def _text(value_json: str | None) -> str:
    value = orjson.loads(value_json) if value_json else ""
    return value if isinstance(value, str) else ""


def _only_tenant(conn: Connection) -> str:
    query = select(tenant.c.tenant_id).order_by(tenant.c.tenant_id)
    every = [row.tenant_id for row in conn.execute(query)]
    if len(every) != 1:
        raise CommandError(f"say --tenant: there are {len(every)} ({', '.join(every)})")
    return str(every[0])


def _store_ids(conn: Connection, tenant_id: str, store_nos: Sequence[str]) -> list[str]:
    query = select(store.c.store_no, store.c.store_id).where(store.c.tenant_id == tenant_id)
    ids = {row.store_no: row.store_id for row in conn.execute(query)}
    if missing := sorted(set(store_nos) - ids.keys()):
        raise CommandError(f"there is no store with the number {missing[0]}")
    if not ids:
        raise CommandError(f"there is no store of {tenant_id}")
    return [ids[number] for number in dict.fromkeys(store_nos)]


def _end_sessions(conn: Connection, name: str) -> None:
    conn.execute(delete(office_session).where(office_session.c.name == name))
