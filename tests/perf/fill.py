"""first_fill and sale_during_fill: a real central in its own process, a real engine, an empty till."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pos_app.domain.gtin import code_key
from pos_app.domain.sale import SaleDraft
from pos_app.enrolment import key_file
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores, open_stores
from pos_app.store.journal import Journal
from pos_app.store.replica import Replica
from sync.client import CentralClient
from sync.engine import SyncEngine
from sync.keys import DeviceKey, load_or_create
from sync.ports import SyncState
from sync.wire import PAGE_ROWS
from tests.perf.central_shop import Central, central_with
from tests.perf.fill_floor import empty_replica, fill_raw, snapshot
from tests.perf.goods import ean13
from tests.perf.measure import Result, compared, quantile, timed_ms
from tests.perf.sales import prepare_booking

COUNT = 100_000
PACE_S = 0.004
"""Between two sales, as in floors.md 2: far more than any till books."""
ALONE_S = 3.0
PATIENCE_S = 300.0


class Filling:
    """The exchange of one till, from its start until it has everything."""

    def __init__(self, stores: Stores, url: str) -> None:
        self._client = CentralClient(url, _device_id(stores), _key(stores))
        self._stores = stores
        self._filled = threading.Event()
        self._engine = SyncEngine(
            self._client, Journal(stores), Replica(stores), self._state, lambda _entities: None
        )

    def start(self) -> None:
        self._engine.start()

    @property
    def is_over(self) -> bool:
        return self._filled.is_set()

    def wait(self) -> None:
        """Until every scan is found."""
        if not self._filled.wait(PATIENCE_S):
            raise TimeoutError("the till was not filled in time")

    def wait_searchable(self) -> None:
        if not self._stores.upkeep.settle(PATIENCE_S):
            raise TimeoutError("the search index was not complete in time")

    def stop(self) -> None:
        self._engine.stop()
        self._client.close()

    def _state(self, state: SyncState) -> None:
        if state.pulled_at_ms is not None and state.filling is None:
            self._filled.set()


def _device_id(stores: Stores) -> str:
    if stores.identity is None:
        raise RuntimeError("the till is not enrolled")
    return stores.identity.device.device_id


def _key(stores: Stores) -> DeviceKey:
    return load_or_create(key_file(stores.data_dir))


def first_fill(folder: Path, rounds: int) -> list[Result]:
    """From the engine's start until every scan is found; and until search is complete."""
    home = snapshot(COUNT, folder)
    filled, searchable, floor = [], [], []
    with central_with(COUNT, folder) as central:
        for _ in range(rounds + 1):
            with till(central, folder) as stores:
                filling = Filling(stores, central.url)
                start = time.perf_counter()
                filling.start()
                filling.wait()
                filled.append((time.perf_counter() - start) * 1000)
                check(stores)
                filling.wait_searchable()
                searchable.append((time.perf_counter() - start) * 1000)
                filling.stop()
            floor.append(floor_ms(folder, home))
    rows = 3 * COUNT
    result = compared("first_fill", filled[1:], floor[1:], 1.6)
    took = (result.p50 or 1) / 1000
    note = (
        f"{rows / took:,.0f} rows/s; till not selling; floor: same tables with their indexes and"
        f" the codes, {PAGE_ROWS} rows a transaction, no full-text index on either side"
    )
    later = compared("fill_searchable", searchable[1:], floor[1:], math.inf)
    shown = "until search is complete too; the till sells long before"
    return [replace(result, note=note), replace(later, target="told, no target", note=shown)]


@contextmanager
def till(central: Central, folder: Path) -> Iterator[Stores]:
    """An enrolled till with an empty replica, gone afterwards."""
    with TemporaryDirectory(dir=folder) as tmp:
        data_dir = Path(tmp) / "till"
        central.new_till(data_dir)
        stores = open_stores(data_dir)
        try:
            yield stores
        finally:
            stores.close()


def check(stores: Stores) -> None:
    """What the clock was stopped for is true: every code leads to an article with its price."""
    catalog = Catalog(stores)
    counts = catalog.counts()
    if any(counts[it] != COUNT for it in ("product", "variant", "code", "price")):
        raise RuntimeError(f"the till was said to be filled with {counts}")
    if not all(catalog.find(code_key(ean13(at))) for at in range(0, COUNT, 97)):
        raise RuntimeError("a code is not found")


def floor_ms(folder: Path, home: Path) -> float:
    with TemporaryDirectory(dir=folder) as tmp:
        conn = empty_replica(Path(tmp) / "till")
        try:
            return timed_ms(lambda: fill_raw(conn, home))
        finally:
            conn.close()


def sale_during_fill(folder: Path, rounds: int) -> list[Result]:
    """Sales every 4 ms beside the thread that fills the replica, against the same sales alone."""
    alone: list[float] = []
    during: list[float] = []
    took: list[float] = []
    with central_with(COUNT, folder) as central:
        for _ in range(rounds):
            with till(central, folder) as stores:
                drafts, book = prepare_booking(stores)
                alone += sell(drafts, book, time.perf_counter() + ALONE_S, lambda: False)
                filling = Filling(stores, central.url)
                start = time.perf_counter()
                filling.start()
                during += sell(drafts, book, start + PATIENCE_S, lambda: filling.is_over)  # noqa: B023
                took.append(time.perf_counter() - start)
                filling.stop()
    return [compared_during("sale_during_fill", alone, during, took)]


def sell(
    drafts: Iterator[SaleDraft],
    book: Callable[[SaleDraft], object],
    until: float,
    is_over: Callable[[], bool],
) -> list[float]:
    times = []
    while time.perf_counter() < until and not is_over():
        draft = next(drafts)
        times.append(timed_ms(lambda: book(draft)))  # noqa: B023 called at once
        time.sleep(PACE_S)
    return times


def compared_during(
    name: str, alone: list[float], during: list[float], took: list[float]
) -> Result:
    p99, alone_p99 = quantile(during, 0.99), quantile(alone, 0.99)
    ratio, worst = p99 / alone_p99, max(during)
    late = sum(it > 100 for it in during)
    return Result(
        name,
        "ms",
        round(quantile(during, 0.5), 4),
        round(p99, 4),
        round(quantile(alone, 0.5), 4),
        round(ratio, 2),
        "p99 <= 4 x p99 alone, none over 100 ms on a quiet machine (ratio is of the p99)",
        ratio <= 4 and not late,
        f"alone p99 {alone_p99:.2f} max {max(alone):.1f}, {sum(it > 100 for it in alone)} of"
        f" {len(alone)} over 100 ms; during max {worst:.1f}, {late} over 100 ms,"
        f" {len(during)} sales in {len(took)} fills of {quantile(took, 0.5):.1f} s",
    )
