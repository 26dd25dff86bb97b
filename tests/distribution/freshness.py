"""make freshness: from the start of a commit at central until a till has the row, in milliseconds.

So many clients listen for hints on the same server meanwhile. Two ways to commit: a sale of another
till, which the serving process hears of at once, and a price written by another process, as an
import does, which it finds at its next look. Writes build/freshness.json.
"""

import argparse
import asyncio
import json
import resource
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from sqlalchemy import Engine

from pos_app.central_process import CentralProcess
from pos_app.store.journal import Journal
from sync.central import db, migrate
from sync.central.feed import prices_stream, publish
from sync.engine import SyncEngine
from tests.central import shop
from tests.central.tills import SpeakingTill, enrolled
from tests.distribution.sides import TillSide
from tests.perf.measure import quantile

RESULT = Path(__file__).resolve().parents[2] / "build" / "freshness.json"
PRICES = prices_stream("list-acme")
P95_MS, P99_MS = 1000.0, 2000.0
_PATIENCE_S = 30.0


class Crowd:
    """Clients that have a hint stream open and read it, on a thread of their own."""

    def __init__(self, address: str, token: str, count: int) -> None:
        parts = urlsplit(address)
        self._at = parts.hostname or "", parts.port or 0
        self._request = (
            f"GET /v1/notify HTTP/1.1\r\nHost: {parts.netloc}\r\nX-Proto: 1\r\n"
            f"Authorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n"
        ).encode()
        self._count = count
        self.open = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="crowd", daemon=True)

    def gather(self, patience_s: float = 120.0) -> int:
        """How many listen in the end."""
        self._thread.start()
        end = time.monotonic() + patience_s
        while self.open < self._count and time.monotonic() < end:
            time.sleep(0.1)
        return self.open

    def leave(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        everyone = [self._loop.create_task(self._listen(at)) for at in range(self._count)]
        self._loop.run_forever()
        for one in everyone:
            one.cancel()
        self._loop.run_until_complete(asyncio.gather(*everyone, return_exceptions=True))

    async def _listen(self, at: int) -> None:
        await asyncio.sleep(at * 0.01)
        reader, writer = await asyncio.open_connection(*self._at)
        try:
            writer.write(self._request)
            if b" 200 " in await reader.readline():
                self.open += 1
                while await reader.read(65536):
                    pass
                self.open -= 1
        finally:
            writer.close()


class Watched:
    """A till whose engine runs; `wait` ends when rows of an entity have come."""

    def __init__(self, side: TillSide) -> None:
        self._come: dict[str, threading.Event] = {
            it: threading.Event() for it in ("price", "stock")
        }
        self.filled = threading.Event()
        journal, replica = Journal(side.stores), side.replica
        self._engine = SyncEngine(side.client, journal, replica, self._state, self._changed)
        self._engine.start()

    def after_ms(self, entity: str, commit: Callable[[], object]) -> float:
        """From the start of the commit to its row at the till."""
        self._come[entity].clear()
        start = time.perf_counter()
        commit()
        if not self._come[entity].wait(_PATIENCE_S):
            raise TimeoutError("the row never came")
        return (time.perf_counter() - start) * 1000

    def stop(self) -> None:
        self._engine.stop()

    def _state(self, state: object) -> None:
        if getattr(state, "pulled_at_ms", None) is not None:
            self.filled.set()

    def _changed(self, entities: set[str]) -> None:
        for entity in entities & self._come.keys():
            self._come[entity].set()


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make freshness", description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--changes", type=int, default=200)
    options = parser.parse_args(words)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with TemporaryDirectory() as name:
        found = _run(Path(name), options.clients, options.changes)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    return 0 if found["met"] else 1


def _run(folder: Path, clients: int, changes: int) -> dict[str, object]:
    central = CentralProcess(folder)
    engine = db.create_engine(central.database)
    migrate.upgrade(engine)
    db.write(engine, shop.seed)
    central.start()
    address = central.wait_ready()
    side = TillSide(engine, address, folder / "till")
    try:
        with enrolled(engine, address, till_no="3") as other:
            crowd = Crowd(address, other.token, clients)
            listening = crowd.gather()
            watched = Watched(side)
            try:
                watched.filled.wait(_PATIENCE_S)
                time.sleep(2.0)  # its own hint stream is open by then
                return _measured(watched, engine, other, changes) | {"clients": listening}
            finally:
                watched.stop()
                crowd.leave()
    finally:
        side.close()
        engine.dispose()
        central.stop()


def _measured(
    watched: Watched, engine: Engine, other: SpeakingTill, changes: int
) -> dict[str, object]:
    sales, prices = [], []
    for at in range(changes):
        other.sell()
        first = len(other.facts)
        sales.append(watched.after_ms("stock", lambda: other.push(first)))  # noqa: B023 at once
        amount = 1_000 + at
        prices.append(
            watched.after_ms("price", lambda: _price(engine, amount))  # noqa: B023 at once
        )
        time.sleep(0.02)
    found = {"sale_of_another_till": _figures(sales), "price_of_an_import": _figures(prices)}
    met = all(it["p95_ms"] <= P95_MS and it["p99_ms"] <= P99_MS for it in found.values())
    return found | {"changes": changes, "met": met}


def _price(engine: Engine, amount: int) -> None:
    db.write(engine, lambda c: publish(c, PRICES, "price", [(shop.MILK, amount)]))


def _figures(samples: list[float]) -> dict[str, float]:
    return {f"p{part}_ms": round(quantile(samples, part / 100), 1) for part in (50, 95, 99)}


if __name__ == "__main__":
    sys.exit(main())
