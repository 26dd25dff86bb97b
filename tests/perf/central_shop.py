"""A real central server with a catalogue of any size, its database made once under build/."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from pos_app.central_process import CentralProcess, run_central
from pos_app.domain.gtin import code_key
from pos_app.enrolment import enrol_till
from sync.central import db, migrate, schema
from sync.central.customers import put
from sync.central.feed import Changes, catalog_stream, prices_stream, store_stream
from tests.perf.goods import products
from tests.perf.people import people
from tests.perf.shop import setting_values

TENANT, STORE, STORE_NO, PRICES, AREA = "bench", "store-1", "001", "bench", "bench"


def home_of(count: int, folder: Path, customers: int = 0) -> Path:
    """Where a central with so many articles and customers keeps its files."""
    return folder / (f"central-{count}-{customers}" if customers else f"central-{count}")


@contextmanager
def central_with(count: int, folder: Path, customers: int = 0) -> Iterator["Central"]:
    """`omnitill-central serve` in its own process while the block runs."""
    home = home_of(count, folder, customers)
    _prepare(home, count, customers)
    process = CentralProcess(home)
    process.start()
    try:
        yield Central(process.wait_ready(), process.database)
    finally:
        process.stop()


class Central:
    """A server that admits tills."""

    def __init__(self, url: str, database: str) -> None:
        self.url, self._database = url, database

    def new_till(self, data_dir: Path) -> None:
        """An enrolled till with an empty replica in this folder."""
        code = run_central(self._database, "enrol-code", "--store", STORE_NO, "--till", "1")
        enrol_till(data_dir, self.url, code.strip())


def _prepare(home: Path, count: int, customers: int) -> None:
    """Seed beside and move into place, so that a seeding that was cut off is not taken for done."""
    if (home / "central.db").exists():
        return
    fresh = home / "seeding.db"
    home.mkdir(parents=True, exist_ok=True)
    fresh.unlink(missing_ok=True)
    engine = db.create_engine(f"sqlite:///{fresh}")
    try:
        migrate.upgrade(engine)
        db.write(engine, lambda conn: _seed(conn, count, customers))
    finally:
        engine.dispose()  # the last connection folds the WAL in
    fresh.replace(home / "central.db")


def _seed(conn: Connection, count: int, customers: int) -> None:
    """A shop with one article for each product, published as an import publishes it."""
    place = {"place_id": "place-1", "tenant_id": TENANT, "area": AREA}
    conn.execute(schema.tenant.insert().values(tenant_id=TENANT, name="Bench", pin_pepper="pepper"))
    conn.execute(schema.place.insert().values(**place, name="Bench", kind="store"))
    conn.execute(
        schema.store.insert().values(
            **place, store_id=STORE, store_no=STORE_NO, name="Bench", price_list=PRICES
        )
    )
    _goods(conn, count)
    changes = Changes()
    put(conn, TENANT, people(customers, AREA), changes)
    changes.write(conn)


def _goods(conn: Connection, count: int) -> None:
    own = {"tenant_id": TENANT}
    goods = [(f"P{sku}", sku, code_key(code), name, at) for sku, code, name, at in products(count)]
    conn.execute(
        schema.product.insert(),
        [own | {"product_id": it[0], "name": it[3], "category": "Grocery"} for it in goods],
    )
    kept = {"unit": "piece", "tax_code": "std", "category": "Grocery"}
    conn.execute(
        schema.variant.insert(),
        [own | kept | {"sku": it[1], "product_id": it[0], "name": it[3]} for it in goods],
    )
    conn.execute(schema.barcode.insert(), [own | {"code_key": it[2], "sku": it[1]} for it in goods])
    conn.execute(
        schema.price.insert(),
        [{"price_list": PRICES, "sku": it[1], "amount": it[4]} for it in goods],
    )
    _publish(goods).write(conn)


def _publish(goods: list[tuple[str, str, str, str, int]]) -> Changes:
    """In the order of sync.central.importers.applying: products, then variants; prices beside them."""
    changes, catalog = Changes(), catalog_stream(TENANT)
    changes.put(store_stream(STORE), "setting", setting_values())
    changes.put(catalog, "tax_rate", [("std", "19 %", 190_000)])
    changes.put(catalog, "product", [(it[0], it[3], "Grocery", "", "[]") for it in goods])
    changes.put(
        catalog,
        "variant",
        [(it[1], it[0], it[3], "[]", "piece", "std", it[2], "Grocery", 1, 0) for it in goods],
    )
    changes.put(prices_stream(PRICES), "price", [(it[1], it[4]) for it in goods])
    return changes
