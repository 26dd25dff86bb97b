"""After a restore: nothing is granted until every till has sent again what it has.

Holds granted since the backup are gone, and so are facts; a till that has not reported yet may have
refunded a line that looks untouched here.
"""

from sqlalchemy import Connection, bindparam, literal, select, update

from sync.central.ahead import AHEAD
from sync.central.holds.tables import recovery
from sync.central.origin import Origin
from sync.central.schema import server_state

_EPOCH = select(server_state.c.value).where(server_state.c.name == "epoch").scalar_subquery()
_WAITING = (
    select(literal(1))
    .where(
        recovery.c.epoch == _EPOCH,
        recovery.c.tenant_id == bindparam("tenant"),
        recovery.c.state == "waiting",
    )
    .limit(1)
)
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


def caught_up(conn: Connection, origin: Origin, epoch: str | None) -> None:
    """This life of a till has delivered its whole journal, as it said knowing of `epoch`.

    A message of before the restore that arrives late names another one, and proves nothing: since
    it was written the till may have sold, and paid back.
    """
    who = origin.who
    mine = {"tenant": who.tenant_id, "store": who.store_id, "device": who.device_id}
    conn.execute(_SENT, mine | {"life": origin.incarnation, "said": epoch})
