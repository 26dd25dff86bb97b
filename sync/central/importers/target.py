"""Where in the database an import goes: which shop, which price list, which place's stock."""

from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, select

from pos_app.domain.tax import TaxRate
from sync.central.importers.errors import ImportStopped
from sync.central.schema import place, setting, store, tax_rate, tenant


@dataclass(frozen=True, slots=True)
class Target:
    """`stock_owner` books the stock of `place_id`: its store, or a warehouse itself."""

    tenant_id: str
    price_list: str
    place_id: str | None = None
    stock_owner: str = ""


def resolve(
    conn: Connection,
    currency: str,
    tenant_id: str | None = None,
    price_list: str | None = None,
    place_id: str | None = None,
) -> Target:
    """What was named, or the only one there is; ImportStopped when that is not clear."""
    tenants = list(conn.execute(select(tenant.c.tenant_id)).scalars())
    chosen = _one(tenants, tenant_id, "shop", "--tenant")
    stores = conn.execute(select(store).where(store.c.tenant_id == chosen)).all()
    lists = sorted({row.price_list for row in stores})
    prices = price_list or _one(lists, None, "price list", "--price-list")
    _same_currency(conn, [row.store_id for row in stores if row.price_list == prices], currency)
    places = list(
        conn.execute(select(place.c.place_id).where(place.c.tenant_id == chosen)).scalars()
    )
    at = _one(places, place_id, "place", "--place") if place_id or len(places) == 1 else None
    owner = next((row.store_id for row in stores if row.place_id == at), at or "")
    return Target(chosen, prices, at, owner)


def rates_of(conn: Connection, tenant_id: str) -> dict[str, TaxRate]:
    """The tax rates the shop has."""
    rows = conn.execute(select(tax_rate).where(tax_rate.c.tenant_id == tenant_id))
    return {row.code: TaxRate(row.code, row.name, row.ppm) for row in rows}


def _one(there: list[str], wanted: str | None, what: str, option: str) -> str:
    if wanted is not None:
        if wanted in there:
            return wanted
        raise ImportStopped(f"There is no {what} {wanted}; there are: {', '.join(sorted(there))}.")
    if len(there) == 1:
        return there[0]
    if not there:
        raise ImportStopped(f"The database has no {what} yet.")
    raise ImportStopped(f"Say which {what}: {option} with one of {', '.join(sorted(there))}.")


def _same_currency(conn: Connection, store_ids: list[str], currency: str) -> None:
    """Prices in another currency than the tills of that price list use would be wrong silently."""
    rows = conn.execute(
        select(setting).where(setting.c.name == "currency", setting.c.store_id.in_(store_ids))
    )
    for row in rows:
        code = orjson.loads(row.value_json).get("code")
        if code != currency:
            raise ImportStopped(f"Store {row.store_id} sells in {code}, the file is in {currency}.")
