"""first_load: an empty till filled from central's ready-made file, against reading the same rows."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pos_app.enrolment import key_file
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from pos_app.store.proofs import Proofs
from pos_app.store.replica import Replica
from pos_app.store.snapshot import SnapshotLoader
from sync.bootstrap import FirstLoad
from sync.central.feed import catalog_stream, prices_stream, stock_stream
from sync.central.snapshots.shelf import Ready, Shelf
from sync.client import CentralClient
from sync.engine import SyncEngine
from sync.keys import load_or_create
from sync.ports import SyncState
from tests.perf import fill
from tests.perf.central_shop import PRICES, TENANT, central_with
from tests.perf.fill_floor import snapshot
from tests.perf.measure import Result, compared

STREAMS = (catalog_stream(TENANT), prices_stream(PRICES), stock_stream("bench"))
_BYTES_PER_ROW = 45


def first_load(folder: Path, rounds: int) -> list[Result]:
    """From the engine's start until every scan is found."""
    home = snapshot(fill.COUNT, folder)
    took, floor = [], []
    with central_with(fill.COUNT, folder) as central:
        ready = _ready(folder / f"central-{fill.COUNT}" / "snapshots")
        for _ in range(rounds + 1):
            with fill.till(central, folder) as stores:
                took.append(_load_ms(stores, central.url))
                fill.check(stores)
            floor.append(fill.floor_ms(folder, home))
    result = compared("first_load", took[1:], floor[1:], 1.3)
    rows = ready.content.rows
    per_row = ready.size / rows
    note = f"{rows:,} rows in {ready.size / 1e6:.1f} MB on the wire, {per_row:.1f} bytes a row"
    wire = compared("load_bytes_per_row", [per_row], [1.0], math.inf, unit="bytes")
    target = f"<= {_BYTES_PER_ROW} bytes a row"
    is_small = per_row <= _BYTES_PER_ROW
    return [replace(result, note=note), replace(wire, target=target, met=is_small, ratio=None)]


def _ready(folder: Path) -> Ready:
    """Central makes it by itself soon after its start."""
    shelf, end = Shelf(folder), time.monotonic() + fill.PATIENCE_S
    while (found := shelf.ready(STREAMS)) is None:
        if time.monotonic() > end:
            raise TimeoutError("central made no snapshot")
        time.sleep(0.2)
    return found


def _load_ms(stores: Stores, url: str) -> float:
    """As pos_app.exchange puts it together."""
    filled = threading.Event()

    def state(it: SyncState) -> None:
        if it.pulled_at_ms is not None and it.filling is None:
            filled.set()

    with _engine(stores, url, state) as engine:
        start = time.perf_counter()
        engine.start()
        if not filled.wait(fill.PATIENCE_S):
            raise TimeoutError("the till was not filled in time")
        return (time.perf_counter() - start) * 1000


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
