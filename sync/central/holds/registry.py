"""Every life of every till that may hold facts, and who of them is waited for in a new epoch."""

from collections.abc import Iterable, Iterator

import orjson
from sqlalchemy import Connection, Select, Table, and_, exists, select

from sync.central import db
from sync.central.holds.tables import device_registry, lost_till, recovery
from sync.central.schema import chain, device, store


def begin_recovery(conn: Connection, epoch: str) -> None:
    """A new history starts: everybody who may know more than this database is waited for."""
    rows = [{**life, "epoch": epoch, "state": "waiting"} for life in lives(conn)]
    if rows:
        conn.execute(recovery.insert(), rows)


def lives(conn: Connection) -> Iterator[dict[str, object]]:
    """All that are known, machines declared lost left out."""
    for row in conn.execute(_everybody()).mappings():
        yield {name: row[name] for name in _LIFE}


def export(conn: Connection) -> bytes:
    """One line of JSON for each life, to be kept outside this database's backups."""
    return b"".join(orjson.dumps(life) + b"\n" for life in lives(conn))


def learn(conn: Connection, lines: Iterable[bytes]) -> int:
    """Take over what was exported before a restore; returns how many lives it names."""
    rows = [orjson.loads(line) for line in lines if line.strip()]
    if rows:
        conn.execute(db.insert(conn, device_registry).on_conflict_do_nothing(), rows)
    return len(rows)


def _everybody() -> Select[tuple[object, ...]]:
    seen = [_of_store(device), _of_store(chain)]
    told = select(*(device_registry.c[name] for name in _LIFE))
    every = told.union(*seen).subquery()
    is_lost = exists().where(
        and_(lost_till.c.store_id == every.c.store_id, lost_till.c.device_id == every.c.device_id)
    )
    return select(every).where(~is_lost)


_LIFE = ("tenant_id", "store_id", "device_id", "incarnation")


def _of_store(table: Table) -> Select[tuple[object, ...]]:
    own = (table.c[name] for name in _LIFE[1:])
    return select(store.c.tenant_id, *own).join(store, store.c.store_id == table.c.store_id)
