"""After a restore: nothing is granted until every till has sent again what it has.

Holds granted since the backup are gone, and so are facts; a till that has not reported yet may have
refunded a line that looks untouched here.
"""

from sqlalchemy import Connection, ScalarSelect, literal, select, update

from sync.central.holds.tables import recovery
from sync.central.origin import Origin
from sync.central.schema import server_state


def is_on(conn: Connection, tenant_id: str) -> bool:
    """Somebody of this tenant is still waited for."""
    waiting = (
        select(literal(1))
        .where(
            recovery.c.epoch == _epoch(),
            recovery.c.tenant_id == tenant_id,
            recovery.c.state == "waiting",
        )
        .limit(1)
    )
    return conn.execute(waiting).one_or_none() is not None


def caught_up(conn: Connection, origin: Origin, epoch: str | None) -> None:
    """This life of a till has delivered its whole journal, as it said knowing of `epoch`.

    A message of before the restore that arrives late names another one, and proves nothing: since
    it was written the till may have sold, and paid back.
    """
    conn.execute(
        update(recovery)
        .where(
            recovery.c.epoch == _epoch(),
            recovery.c.epoch == epoch,
            recovery.c.tenant_id == origin.who.tenant_id,
            recovery.c.store_id == origin.who.store_id,
            recovery.c.device_id == origin.who.device_id,
            recovery.c.incarnation == origin.incarnation,
            recovery.c.state == "waiting",
        )
        .values(state="sent")
    )


def _epoch() -> ScalarSelect[str]:
    current = select(server_state.c.value).where(server_state.c.name == "epoch")
    return current.scalar_subquery()
