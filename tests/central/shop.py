"""A small shop to test with: two stores of one tenant, a store of another, a few articles."""

from sqlalchemy import Connection

from sync.central import schema, stock
from sync.central.feed import (
    Changes,
    catalog_stream,
    prices_stream,
    stock_stream,
    store_stream,
)

TENANT = "acme"
STORE = "s-prague"
SISTER = "s-brno"
STRANGER = "s-oslo"
PLACE = "p-prague"
MILK, SHIRT_S, SHIRT_M = "MILK-1", "SHIRT-S", "SHIRT-M"


def seed(conn: Connection) -> None:
    """Rows and their publication, as an import would do it."""
    conn.execute(
        schema.tenant.insert(),
        [
            {"tenant_id": TENANT, "name": "Acme", "pin_pepper": "pepper"},
            {"tenant_id": "other", "name": "Other", "pin_pepper": "salt"},
        ],
    )
    for store_id, tenant_id, number, area in (
        (STORE, TENANT, "014", "cz"),
        (SISTER, TENANT, "015", "cz"),
        (STRANGER, "other", "900", "no"),
    ):
        _store(conn, store_id, tenant_id, number, area)
    changes = Changes()
    _catalogue(conn, changes)
    opening = [
        stock.Move(PLACE, sku, 10_000, "opening", f"{PLACE}|{sku}", 0) for sku in (MILK, SHIRT_S)
    ]
    stock.book(conn, STORE, opening, 1_000, changes)
    changes.put(store_stream(STORE), "setting", [("currency", '"EUR"')])
    changes.put(stock_stream("cz"), "place", [(PLACE, "Prague", "store")])
    changes.write(conn)


def _store(conn: Connection, store_id: str, tenant_id: str, number: str, area: str) -> None:
    place_id = store_id.replace("s-", "p-")
    conn.execute(
        schema.place.insert().values(
            place_id=place_id, tenant_id=tenant_id, area=area, name=store_id, kind="store"
        )
    )
    conn.execute(
        schema.store.insert().values(
            store_id=store_id,
            tenant_id=tenant_id,
            store_no=number,
            name=f"Store {number}",
            price_list=f"list-{tenant_id}",
            area=area,
            place_id=place_id,
        )
    )


def _catalogue(conn: Connection, changes: Changes) -> None:
    catalog = catalog_stream(TENANT)
    rates = [("A", "VAT 21 %", 210_000), ("B", "VAT 12 %", 120_000)]
    products = [("milk", "Milk", "food", "", "[]"), ("shirt", "Shirt", "wear", "", '["Size"]')]
    variants = [
        (MILK, "milk", "Milk", "[]", "piece", "B", "05901234123457", "food", 1, 0),
        (SHIRT_S, "shirt", "Shirt", '[["Size","S"]]', "piece", "A", "04006381333931", "wear", 1, 0),
        (SHIRT_M, "shirt", "Shirt", '[["Size","M"]]', "piece", "A", "04006381333931", "wear", 1, 1),
    ]
    prices = [(MILK, 149), (SHIRT_S, 2_999), (SHIRT_M, 2_999)]
    _tables(conn, rates, products, variants, prices)
    changes.put(catalog, "tax_rate", rates)
    changes.put(catalog, "product", products)
    changes.put(catalog, "variant", variants)
    changes.put(prices_stream(f"list-{TENANT}"), "price", prices)


def _tables(
    conn: Connection,
    rates: list[tuple[str, str, int]],
    products: list[tuple[str, str, str, str, str]],
    variants: list[tuple[str, str, str, str, str, str, str, str, int, int]],
    prices: list[tuple[str, int]],
) -> None:
    own = {"tenant_id": TENANT}
    names = ("product_id", "name", "category", "brand", "axes_json")
    conn.execute(
        schema.tax_rate.insert(), [own | {"code": c, "name": n, "ppm": p} for c, n, p in rates]
    )
    conn.execute(
        schema.product.insert(), [own | dict(zip(names, it, strict=True)) for it in products]
    )
    for sku, product_id, name, options, unit, tax_code, codes, category, active, sort in variants:
        conn.execute(
            schema.variant.insert().values(
                tenant_id=TENANT,
                sku=sku,
                product_id=product_id,
                name=name,
                options_json=options,
                unit=unit,
                tax_code=tax_code,
                category=category,
                active=active,
                sort=sort,
            )
        )
        conn.execute(schema.barcode.insert().values(tenant_id=TENANT, code_key=codes, sku=sku))
    conn.execute(
        schema.price.insert(),
        [{"price_list": f"list-{TENANT}", "sku": sku, "amount": amount} for sku, amount in prices],
    )
