"""first_load and sale_during_load: an empty till filled from central's ready-made file, goods and
customers, against reading the same rows; and what the till's sales feel of it."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pos_app.enrolment import key_file
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from pos_app.store.proofs import Proofs
from pos_app.store.replica import Replica
from pos_app.store.snapshot import SnapshotLoader
from sync.bootstrap import FirstLoad
from sync.central import db
from sync.central.feed import catalog_stream, customers_stream, prices_stream, stock_stream
from sync.central.snapshots.building import build, pack
from sync.central.snapshots.shelf import Ready, Shelf
from sync.client import CentralClient
from sync.engine import SyncEngine
from sync.keys import load_or_create
from sync.ports import SyncState
from tests.perf import fill
from tests.perf.central_shop import AREA, PRICES, TENANT, central_with, home_of
from tests.perf.fill_floor import snapshot
from tests.perf.measure import Result, compared
from tests.perf.sales import prepare_booking

CUSTOMERS = 50_000
PEOPLE = customers_stream(TENANT, AREA)
STREAMS = (catalog_stream(TENANT), prices_stream(PRICES), stock_stream(AREA), PEOPLE)
_BYTES_PER_ROW = 45
ALONE_S = 1.0


def first_load(folder: Path, rounds: int) -> list[Result]:
    """From the engine's start until every scan and every customer is found."""
    home = snapshot(fill.COUNT, folder, CUSTOMERS)
    took, floor = [], []
    with central_with(fill.COUNT, folder, CUSTOMERS) as central:
        ready = _ready(folder)
        for _ in range(rounds + 1):
            with fill.till(central, folder) as stores:
                took.append(_load_ms(stores, central.url))
                _check(stores)
            floor.append(fill.floor_ms(folder, home))
    result = compared("first_load", took[1:], floor[1:], 1.3)
    rows, alone = ready.content.rows, _customer_bytes(folder)
    note = (
        f"{rows:,} rows in {ready.size / 1e6:.1f} MB on the wire; floor: read, decode, executemany"
        f" into the same tables and indexes; customers packed alone {alone:.1f} bytes a row"
    )
    wire = compared("load_bytes_per_row", [ready.size / rows], [1.0], math.inf, unit="bytes")
    target = f"<= {_BYTES_PER_ROW} bytes a row"
    is_small = ready.size / rows <= _BYTES_PER_ROW
    return [replace(result, note=note), replace(wire, target=target, met=is_small, ratio=None)]


def sale_during_load(folder: Path, rounds: int) -> list[Result]:
    """Sales every 4 ms beside the thread that takes the file in, against the same sales alone."""
    alone: list[float] = []
    during: list[float] = []
    took: list[float] = []
    with central_with(fill.COUNT, folder, CUSTOMERS) as central:
        _ready(folder)
        for _ in range(rounds):
            with fill.till(central, folder) as stores:
                drafts, book = prepare_booking(stores)
                alone += fill.sell(drafts, book, time.perf_counter() + ALONE_S, lambda: False)
                filled = threading.Event()
                with _engine(stores, central.url, _telling(filled)) as engine:
                    start = time.perf_counter()
                    engine.start()
                    during += fill.sell(drafts, book, start + fill.PATIENCE_S, filled.is_set)
                    took.append(time.perf_counter() - start)
                _check(stores)
    return [fill.compared_during("sale_during_load", alone, during, took)]


def _check(stores: Stores) -> None:
    """What the clock was stopped for is true."""
    fill.check(stores)
    found = stores.replica.exec_driver_sql("SELECT count(*) FROM customer").scalar()
    if found != CUSTOMERS:
        raise RuntimeError(f"the till was said to be filled with {found} customers")


def _customer_bytes(folder: Path) -> float:
    """What a customer costs in a file of nothing else; goods hide it in the file of all."""
    database = home_of(fill.COUNT, folder, CUSTOMERS) / "central.db"
    engine = db.create_engine(f"sqlite:///{database}")
    with TemporaryDirectory(dir=folder) as name, db.reading(engine) as conn:
        content = build(conn, [PEOPLE], Path(name, "plain"))
        size = pack(Path(name, "plain"), Path(name, "packed"))[1]
    engine.dispose()
    return size / content.rows


def _ready(folder: Path) -> Ready:
    """Central makes it by itself soon after its start."""
    shelf = Shelf(home_of(fill.COUNT, folder, CUSTOMERS) / "snapshots")
    end = time.monotonic() + fill.PATIENCE_S
    while (found := shelf.ready(STREAMS)) is None:
        if time.monotonic() > end:
            raise TimeoutError("central made no snapshot")
        time.sleep(0.2)
    return found


def _load_ms(stores: Stores, url: str) -> float:
    """As pos_app.exchange puts it together."""
    filled = threading.Event()
    with _engine(stores, url, _telling(filled)) as engine:
        start = time.perf_counter()
        engine.start()
        if not filled.wait(fill.PATIENCE_S):
            raise TimeoutError("the till was not filled in time")
        return (time.perf_counter() - start) * 1000


def _telling(filled: threading.Event) -> Callable[[SyncState], None]:
    def state(it: SyncState) -> None:
        if it.pulled_at_ms is not None and it.filling is None:
            filled.set()

    return state


@contextmanager
def _engine(stores: Stores, url: str, state: Callable[[SyncState], None]) -> Iterator[SyncEngine]:
    if stores.identity is None:
        raise RuntimeError("the till is not enrolled")
    key = load_or_create(key_file(stores.data_dir))
    client = CentralClient(url, stores.identity.device.device_id, key)
    load = FirstLoad(client, SnapshotLoader(stores), stores.data_dir, Proofs(stores).central_keys)
    engine = SyncEngine(
        client, Journal(stores), Replica(stores), state, lambda _entities: None, first_load=load
    )
    try:
        yield engine
    finally:
        engine.stop()
        client.close()
