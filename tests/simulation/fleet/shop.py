"""A chain of shops for a fleet: ten tills in each, ten shops in each area that shares a stock stream."""

from sqlalchemy import Connection

from pos_app.domain.money import ONE
from sync.central import schema, stock
from sync.central.feed import Changes, catalog_stream, stock_stream
from tests.central.tills import VAT
from tests.simulation.fleet.goods import ARTICLES, sku_of

TENANT = "chain"
TILLS_EACH = 10
SHOPS_EACH = 10
OPENING = 1_000_000 * ONE


def store_no(shop: int) -> str:
    return f"{shop + 1:03d}"


def place_id(shop: int) -> str:
    return f"place-{shop}"


def seed(conn: Connection, shops: int) -> None:
    """Shops, articles and their opening stock, published as an import does it."""
    conn.execute(schema.tenant.insert().values(tenant_id=TENANT, name="Chain", pin_pepper="pepper"))
    places = [
        {
            "place_id": place_id(shop),
            "tenant_id": TENANT,
            "area": f"area-{shop // SHOPS_EACH}",
            "name": f"Shop {shop}",
        }
        for shop in range(shops)
    ]
    conn.execute(schema.place.insert(), [it | {"kind": "store"} for it in places])
    conn.execute(
        schema.store.insert(),
        [
            it | {"store_id": f"store-{shop}", "store_no": store_no(shop), "price_list": "all"}
            for shop, it in enumerate(places)
        ],
    )
    changes = Changes()
    _articles(conn, changes)
    for shop, it in enumerate(places):
        changes.put(stock_stream(it["area"]), "place", [(place_id(shop), it["name"], "store")])
        moves = [
            stock.Move(place_id(shop), sku_of(at), OPENING, "opening", f"{shop}|{at}", 0)
            for at in range(ARTICLES)
        ]
        stock.book(conn, f"store-{shop}", moves, 0, changes)
    changes.write(conn)


def _articles(conn: Connection, changes: Changes) -> None:
    own = {"tenant_id": TENANT}
    rate = (VAT.code, VAT.name, VAT.ppm)
    conn.execute(schema.tax_rate.insert().values(**own, code=rate[0], name=rate[1], ppm=rate[2]))
    rows = [
        own | {"sku": sku_of(at), "product_id": sku_of(at), "name": sku_of(at), "unit": "piece"}
        for at in range(ARTICLES)
    ]
    products = [own | {"product_id": it["sku"], "name": it["name"]} for it in rows]
    conn.execute(schema.product.insert(), products)
    conn.execute(schema.variant.insert(), [it | {"tax_code": VAT.code} for it in rows])
    changes.put(catalog_stream(TENANT), "tax_rate", [rate])
