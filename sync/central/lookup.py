"""What central knows of one scanned code, for a till whose first fill is not complete."""

from sqlalchemy import Connection, select

from sync.central.auth import Caller
from sync.central.feed import catalog_stream, prices_stream, stock_key, stock_stream
from sync.central.history import counted
from sync.central.identity import identity
from sync.central.pull import block_json
from sync.central.schema import barcode, feed, place, variant

_GTIN_LENGTHS = (8, 12, 13, 14)
_MAX_PRODUCTS = 20
"""One code on more products than this is a fault of the catalogue, not a choice for a cashier."""


def lookup(conn: Connection, who: Caller, code: str, at_ms: int) -> bytes:
    """The JSON of a `sync.wire.LookupAnswer`: the rows of the feed about the code's products."""
    wanted = _wanted(conn, who, code)
    blocks = [
        block_json(stream, entity, rows, counted(conn, who) if entity == "stock" else ())
        for (stream, entity), ids in wanted.items()
        if (rows := _rows(conn, stream, entity, ids))
    ]
    start = f'{{"epoch":"{identity(conn).epoch}","server_time_ms":{at_ms},"blocks":['
    return (start + ",".join(blocks) + "]}").encode()


def _wanted(conn: Connection, who: Caller, code: str) -> dict[tuple[str, str], set[str]]:
    """Ids of everything a till needs to sell what the code names."""
    found = _variants(conn, who, code)
    skus = {sku for sku, _, _ in found}
    catalog, stock = catalog_stream(who.tenant_id), stock_stream(who.area)
    places = select(place.c.place_id).where(place.c.area == who.area)
    keys = {stock_key(at, sku) for at in conn.execute(places).scalars() for sku in skus}
    return {
        (catalog, "tax_rate"): {tax_code for _, _, tax_code in found},
        (catalog, "product"): {product_id for _, product_id, _ in found},
        (catalog, "variant"): skus,
        (prices_stream(who.price_list), "price"): skus,
        (stock, "stock"): keys,
    }


def _variants(conn: Connection, who: Caller, code: str) -> list[tuple[str, str, str]]:
    """(sku, product, tax code) of all variants of the products this code or SKU stands on."""
    own = variant.c.tenant_id == who.tenant_id
    skus = select(barcode.c.sku).where(
        barcode.c.tenant_id == who.tenant_id, barcode.c.code_key.in_(_spellings(code))
    )
    products = (
        select(variant.c.product_id)
        .where(own, (variant.c.sku == code) | variant.c.sku.in_(skus))
        .distinct()
        .limit(_MAX_PRODUCTS)
    )
    rows = conn.execute(
        select(variant.c.sku, variant.c.product_id, variant.c.tax_code).where(
            own, variant.c.product_id.in_(products)
        )
    )
    return [(row.sku, row.product_id, row.tax_code) for row in rows]


def _spellings(code: str) -> set[str]:
    """A GTIN is kept in its 14-digit form; anything else as it is read."""
    is_gtin = code.isascii() and code.isdigit() and len(code) in _GTIN_LENGTHS
    return {code, code.zfill(14)} if is_gtin else {code}


def _rows(conn: Connection, stream: str, entity: str, ids: set[str]) -> str:
    query = select(feed.c.body).where(
        feed.c.stream == stream, feed.c.entity == entity, feed.c.entity_id.in_(ids)
    )
    return ",".join(conn.execute(query.order_by(feed.c.seq)).scalars())
