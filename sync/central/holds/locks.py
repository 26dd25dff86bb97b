"""What facts spend is locked before any of it is changed, always in the same order."""

from collections.abc import Sequence

from sqlalchemy import Connection

from sync.central import bulk, db
from sync.central.facts import ReadFact
from sync.central.holds.tables import coupon, hold, value_account
from sync.central.origin import Origin
from sync.wire_facts import SaleCompletedV1, ValueIssuedV1


def take(conn: Connection, told: Sequence[tuple[Origin, ReadFact]]) -> None:
    """Holds, then what they reserve, as when holds end by time. Tills that name the same two in
    another order would otherwise wait for each other."""
    if db.is_sqlite(conn):
        return
    holds, accounts, codes = (set[tuple[str, str]]() for _ in range(3))
    for origin, fact in told:
        match fact.payload:
            case ValueIssuedV1():
                accounts.add((origin.who.tenant_id, fact.payload.account_id))
            case SaleCompletedV1():
                for used in fact.payload.holds:
                    holds.add((origin.who.store_id, used.hold_id))
                    named = accounts if used.kind == "value" else codes
                    named.add((origin.who.tenant_id, used.subject))
            case _:
                pass
    for table, key, keys in (
        (hold, ("store_id", "hold_id"), holds),
        (value_account, ("tenant_id", "account_id"), accounts),
        (coupon, ("tenant_id", "code"), codes),
    ):
        if keys:
            then = f"ORDER BY t.{key[0]}, t.{key[1]} FOR UPDATE OF t"
            bulk.find(conn, table, key[1:], key, sorted(keys), then)
