"""The shop every seed starts with: two stores, three tills, a few articles, all on real files."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from pos_app.domain.staff import Right, Staff
from pos_app.store.db import open_stores
from pos_app.store.journal import Device, Journal
from sync.central import db, identity, schema, stock
from sync.central.feed import (
    Changes,
    catalog_stream,
    prices_stream,
    stock_key,
    stock_stream,
    store_stream,
)
from sync.central.holds.tables import pickup_line, pickup_order
from sync.keys import key_of

TENANT, PRICES, AREA = "acme", "list", "cz"
OPENING = 1_000_000
"""Of everything in every store, in thousandths."""
SKUS = tuple(f"SKU-{n}" for n in range(6))
STORES = (("s-one", "014", ("1",)), ("s-two", "015", ("1", "2")))
ORDERS = tuple(f"order-{n}" for n in range(3))
"""Ready to be fetched at the store that has two tills."""
KEY = key_of(bytes(32))
"""Of every till: who signs is not what a seed is about."""
ANNA = Staff("anna", "Anna", "Manager", frozenset(Right), 4)


@dataclass(frozen=True, slots=True)
class Templates:
    """Files to start each seed from."""

    folder: Path

    @property
    def central(self) -> Path:
        return self.folder / "central" / "central.db"

    def till(self, device_id: str) -> Path:
        return self.folder / device_id


def devices() -> list[Device]:
    return [
        Device(
            f"{store_id}-{till}", store_id, number, store_id, till, 1, "http://central", "pepper"
        )
        for store_id, number, tills in STORES
        for till in tills
    ]


def build(folder: Path) -> Templates:
    """Make the files once for a process."""
    templates = Templates(folder)
    templates.central.parent.mkdir(parents=True)
    engine = db.create_engine(f"sqlite:///{templates.central}")
    with db.writing(engine) as conn:
        schema.metadata.create_all(conn)
        identity.ensure(conn)
        _fill(conn)
    engine.dispose()
    for device in devices():
        stores = open_stores(templates.till(device.device_id))
        Journal(stores).enrol(device)
        stores.close()
    return templates


def copy_files(source: Path, target: Path) -> None:
    """Database files, with what is still in their write-ahead logs."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.is_file() and not path.name.endswith("-shm"):
            shutil.copyfile(path, target / path.name)


def _fill(conn: Connection) -> None:
    run, changes = conn.execute, Changes()
    run(schema.tenant.insert().values(tenant_id=TENANT, name="Acme", pin_pepper="pepper"))
    for store_id, number, tills in STORES:
        place = {"place_id": store_id, "area": AREA, "name": store_id}
        run(schema.place.insert().values(tenant_id=TENANT, kind="store", **place))
        run(
            schema.store.insert().values(
                store_no=number, tenant_id=TENANT, store_id=store_id, price_list=PRICES, **place
            )
        )
        for till in tills:
            run(schema.device.insert().values(**_device(store_id, till)))
        changes.put(stock_stream(AREA), "place", [(store_id, store_id, "store")])
        opening = [
            stock.Move(store_id, sku, OPENING, "opening", stock_key(store_id, sku), 0)
            for sku in SKUS
        ]
        stock.book(conn, store_id, opening, 0, changes)
        settings = {"currency": {"code": "CZK", "digits": 2, "cash_step": 100}, "time_zone": "UTC"}
        rows = [(name, json.dumps(value)) for name, value in settings.items()]
        changes.put(store_stream(store_id), "setting", rows)
    _goods(conn, changes)
    store_id = STORES[1][0]
    for order_id in ORDERS:
        own = {"store_id": store_id, "order_id": order_id}
        run(pickup_order.insert().values(state="ready", version=1, **own))
        run(pickup_line.insert().values(line_id=f"{order_id}-1", sku=SKUS[0], qty=1_000, **own))
    changes.write(conn)


def _device(store_id: str, till: str) -> dict[str, object]:
    return {
        "store_id": store_id,
        "device_id": f"{store_id}-{till}",
        "till_no": till,
        "pubkey": KEY.public,
        "state": "active",
        "incarnation": 1,
    }


def _goods(conn: Connection, changes: Changes) -> None:
    own = {"tenant_id": TENANT}
    conn.execute(schema.tax_rate.insert().values(code="S", name="VAT", ppm=210_000, **own))
    changes.put(catalog_stream(TENANT), "tax_rate", [("S", "VAT", 210_000)])
    for position, sku in enumerate(SKUS):
        fields = {"sku": sku, "product_id": sku, "name": sku, "unit": "piece", "tax_code": "S"}
        conn.execute(schema.product.insert().values(product_id=sku, name=sku, **own))
        conn.execute(schema.variant.insert().values(**fields, **own))
        product = (sku, sku, "", "", "[]")
        variant = (sku, sku, sku, "[]", "piece", "S", sku, "", 1, position)
        changes.put(catalog_stream(TENANT), "product", [product])
        changes.put(catalog_stream(TENANT), "variant", [variant])
        changes.put(prices_stream(PRICES), "price", [(sku, 1_000 + position)])
