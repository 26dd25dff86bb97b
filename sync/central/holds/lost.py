"""A machine that burned, drowned or was stolen: two people say so, and it blocks nobody any more."""

from sqlalchemy import Connection, select, union, update

from sync.central import db
from sync.central.errors import CommandError
from sync.central.holds import releasing
from sync.central.holds.tables import device_registry, hold, lost_till, recovery
from sync.central.schema import chain, device

_KNOWN = device, device_registry


def declare_lost(conn: Connection, device_id: str, by: str, approved_by: str, at_ms: int) -> int:
    """A machine will never report again: its silence stops blocking. Returns how many of its refund
    holds were released; two different people answer for that."""
    if not by or not approved_by or by == approved_by:
        raise CommandError("a lost till is declared by one person and approved by another")
    store_id = _store_of(conn, device_id)
    own = device.c.store_id == store_id, device.c.device_id == device_id
    conn.execute(update(device).where(*own).values(state="revoked"))
    note = {"declared_at_ms": at_ms, "declared_by": by, "approved_by": approved_by}
    conn.execute(db.upsert(conn, lost_till).values(store_id=store_id, device_id=device_id, **note))
    conn.execute(update(recovery).where(recovery.c.device_id == device_id).values(state="lost"))
    undelivered = update(chain).where(chain.c.store_id == store_id, chain.c.device_id == device_id)
    conn.execute(undelivered.values(journal_head=chain.c.seq))
    return _release_all(conn, store_id, device_id, at_ms)


def _store_of(conn: Connection, device_id: str) -> str:
    """Where it stands; one enrolled after the backup is known by the registry alone."""
    seen = (select(it.c.store_id).where(it.c.device_id == device_id) for it in _KNOWN)
    store_id: str | None = conn.execute(union(*seen)).scalar_one_or_none()
    if store_id is None:
        raise CommandError(f"there is no till with the id {device_id}")
    return store_id


def _release_all(conn: Connection, store_id: str, device_id: str, at_ms: int) -> int:
    query = select(hold).where(
        hold.c.store_id == store_id,
        hold.c.device_id == device_id,
        hold.c.state.in_(releasing.OPEN),
    )
    held = conn.execute(query.order_by(hold.c.hold_id)).all()
    return sum(releasing.resolve(conn, it, "released", "lost till", at_ms) for it in held)
