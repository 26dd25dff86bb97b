"""After a restore: nothing is granted until every till has sent again what it has.

Holds granted since the backup are gone, and so are facts; a till that has not reported yet may have
refunded a line that looks untouched here. A revoked till may have done so too before it was revoked,
and cannot say so any more: it is waited for until `lost.declare_lost` names it.
"""

from collections.abc import Collection

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    update,
)

from sync.central.ahead import AHEAD
from sync.central.holds.tables import recovery
from sync.central.origin import Origin
from sync.central.schema import device, server_state, store

_NAMED = 3
"""Tills that an answer names; of the others it says how many they are."""

_EPOCH = select(server_state.c.value).where(server_state.c.name == "epoch").scalar_subquery()
_IS_AWAITED = and_(recovery.c.epoch == _EPOCH, recovery.c.state == "waiting")
_WAITING = (
    select(literal(1)).where(_IS_AWAITED, recovery.c.tenant_id == bindparam("tenant")).limit(1)
)
# a till enrolled after the backup, in a store opened after it, has neither here
_WITH_NAMES = recovery.outerjoin(store, store.c.store_id == recovery.c.store_id).outerjoin(
    device,
    and_(device.c.store_id == recovery.c.store_id, device.c.device_id == recovery.c.device_id),
)
_STORE_NO = func.coalesce(store.c.store_no, recovery.c.store_id).label("store_no")
_TILL_NO = func.coalesce(device.c.till_no, literal_column("'?'")).label("till_no")
_SENT = (
    update(recovery)
    .where(
        recovery.c.epoch == _EPOCH,
        recovery.c.epoch == bindparam("said"),
        recovery.c.tenant_id == bindparam("tenant"),
        recovery.c.store_id == bindparam("store"),
        recovery.c.device_id == bindparam("device"),
        recovery.c.incarnation == bindparam("life"),
        recovery.c.state == "waiting",
    )
    .values(state="sent")
    .execution_options(**AHEAD)
)


def is_on(conn: Connection, tenant_id: str) -> bool:
    """Somebody of this tenant is still waited for."""
    return conn.execute(_WAITING, {"tenant": tenant_id}).one_or_none() is not None


def waits_for(conn: Connection, tenant_id: str) -> str:
    """Who of this tenant is still waited for, in words; empty when nobody is."""
    if not is_on(conn, tenant_id):
        return ""
    return _in_words(conn, recovery.c.tenant_id == tenant_id)


def waits_for_stores(conn: Connection, stores: Collection[str]) -> str:
    """The same of these stores."""
    return _in_words(conn, recovery.c.store_id.in_(stores))


def awaited(conn: Connection) -> list[Row[tuple[str, str, str, int, str | None]]]:
    """Every life that is waited for: number of the store and the till, device, life, and the state
    of the device, which is None when this database has never heard of it."""
    row = _STORE_NO, _TILL_NO, recovery.c.device_id, recovery.c.incarnation
    query = select(*row, device.c.state).select_from(_WITH_NAMES).where(_IS_AWAITED)
    return list(conn.execute(query.order_by(*row)))


def _in_words(conn: Connection, which: ColumnElement[bool]) -> str:
    name = _STORE_NO, _TILL_NO
    query = select(*name, func.count().over().label("every")).select_from(_WITH_NAMES)
    tills = query.where(_IS_AWAITED, which).group_by(*name).order_by(*name).limit(_NAMED)
    found = conn.execute(tills).all()
    words = ", ".join(f"till {it.till_no} of {it.store_no}" for it in found)
    more = found[0].every - len(found) if found else 0
    return f"{words} and {more} more" if more else words


def caught_up(conn: Connection, origin: Origin, epoch: str | None) -> None:
    """This life of a till has delivered its whole journal, as it said knowing of `epoch`.

    A message of before the restore that arrives late names another one, and proves nothing: since
    it was written the till may have sold, and paid back.
    """
    who = origin.who
    mine = {"tenant": who.tenant_id, "store": who.store_id, "device": who.device_id}
    conn.execute(_SENT, mine | {"life": origin.incarnation, "said": epoch})
