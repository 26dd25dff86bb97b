"""The customers of a shop: central keeps them, the tills of an area are told of those in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, delete, select

from sync.central import bulk, db
from sync.central.feed import Changes, Row, customers_stream
from sync.central.schema import customer


@dataclass(frozen=True, slots=True)
class Customer:
    """A person who buys. `consents` is what they have allowed, such as `marketing.email`."""

    customer_id: str
    area: str
    name: str
    email: str = ""
    phone: str = ""
    loyalty_no: str = ""
    consents: tuple[str, ...] = ()
    points: int = 0
    tier: str = ""
    city: str = ""
    locale: str = ""
    created_at_ms: int = 0


_REPLACING = "ON CONFLICT (tenant_id, customer_id) DO UPDATE SET " + ", ".join(
    f"{it.name} = excluded.{it.name}" for it in customer.columns if not it.primary_key
)


def put(conn: Connection, tenant_id: str, people: Iterable[Customer], changes: Changes) -> None:
    """Write who is new or different, one version up, and tell the tills of their area.

    Who has moved to another area is gone from the tills of the old one.
    """
    wanted = {it.customer_id: row_of(tenant_id, it) for it in people}
    had = _had(conn, tenant_id, list(wanted))
    fresh = []
    for key, row in sorted(wanted.items()):
        old = had.get(key)
        if old and row | {"version": old["version"]} == old:
            continue
        fresh.append(row | {"version": old["version"] + 1 if old else 1})
        if old and old["area"] != row["area"]:
            changes.delete(customers_stream(tenant_id, old["area"]), "customer", [key])
    bulk.insert(conn, customer, fresh, _REPLACING)
    for row in fresh:
        changes.put(customers_stream(tenant_id, row["area"]), "customer", [on_the_wire(row)])


def forget(conn: Connection, tenant_id: str, ids: Sequence[str], changes: Changes) -> None:
    """Somebody wants to be forgotten: the row goes here, and with the next pull at every till.

    A ready-made first load is made anew within a day.
    """
    for key, row in _had(conn, tenant_id, ids).items():
        changes.delete(customers_stream(tenant_id, row["area"]), "customer", [key])
        mine = customer.c.tenant_id == tenant_id, customer.c.customer_id == key
        conn.execute(delete(customer).where(*mine))


def _had(conn: Connection, tenant_id: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for part in db.chunks(ids):
        query = select(customer).where(
            customer.c.tenant_id == tenant_id, customer.c.customer_id.in_(part)
        )
        found |= {row["customer_id"]: dict(row) for row in conn.execute(query).mappings()}
    return found


def row_of(tenant_id: str, it: Customer) -> dict[str, Any]:
    """Spelt in one way, so that a till finds by comparing."""
    return {
        "tenant_id": tenant_id,
        "customer_id": it.customer_id,
        "name": it.name.strip(),
        "email": it.email.strip().lower(),
        "phone": _digits(it.phone),
        "city": it.city,
        "locale": it.locale,
        "created_at_ms": it.created_at_ms,
        "area": it.area,
        "loyalty_no": it.loyalty_no.strip(),
        "consents_json": orjson.dumps(sorted(it.consents)).decode(),
        "points": it.points,
        "tier": it.tier,
    }


def _digits(phone: str) -> str:
    """Digits after an optional plus: +420 603 123 456 and +420603123456 are one number."""
    plus = "+" if phone.strip().startswith("+") else ""
    return plus + "".join(it for it in phone if it.isdecimal() and it.isascii())


def on_the_wire(row: dict[str, Any]) -> Row:
    return (
        row["customer_id"],
        row["name"],
        row["email"],
        row["phone"],
        row["loyalty_no"],
        row["consents_json"],
        row["points"],
        row["tier"],
        row["version"],
    )
