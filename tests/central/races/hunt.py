"""Looking for rows a reader misses: many writers, some slow, readers that never stop polling.

One transaction writes a row the naive ways first (a serial number, a time stamp) and publishes to the
streams last, as central does; a reader of each kind notes what it saw.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, MetaData, Table, select
from sqlalchemy.exc import OperationalError

from sync.central import db, pull
from sync.central.auth import Caller
from sync.central.feed import Changes, heads_of

TILL = Caller(
    device_id="hunter",
    store_id="hunt",
    tenant_id="hunt",
    till_no="1",
    price_list="hunt",
    area="hunt",
    pubkey="",
    expires_at_ms=0,
)
_STORE, _CATALOG, _PRICES, _STOCK = TILL.streams
_SLOW = 0.2
_SLOW_S = 0.03
_VERY_SLOW = 0.002
_VERY_SLOW_S = 0.5

naive = Table(
    "naive",
    MetaData(),
    Column(
        "id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column("updated_us", BigInteger, nullable=False, index=True),
)


@dataclass(slots=True)
class Catch:
    """What was written and what each reader has seen of it."""

    writers: int
    transactions: int = 0
    rows: int = 0
    seen: int = 0
    gaps: int = 0
    naive_rows: int = 0
    by_serial: int = 0
    by_time: int = 0
    seconds: float = 0.0
    heads: dict[str, int] = field(default_factory=dict)

    @property
    def missed(self) -> int:
        return self.rows - self.seen


class Hunt:
    """Writers share what is left to write; each has a seed of its own."""

    def __init__(self, engine: Engine, rows: int, writers: int, seed: int = 1) -> None:
        self.engine = engine
        self.catch = Catch(writers)
        self._seed = seed
        self._left = rows
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._errors: list[BaseException] = []
        naive.metadata.create_all(engine)

    def run(self) -> Catch:
        started = time.monotonic()
        readers = [self._thread(work) for work in (self._feed, self._serial, self._time)]
        writers = [self._thread(self._write, at) for at in range(self.catch.writers)]
        for thread in writers:
            thread.join()
        self._done.set()
        for thread in readers:
            thread.join()
        if self._errors:
            raise self._errors[0]
        self.catch.seconds = round(time.monotonic() - started, 1)
        with db.reading(self.engine) as conn:
            self.catch.heads = heads_of(conn, TILL.streams)
        return self.catch

    def _thread(self, work: Callable[..., None], *args: object) -> threading.Thread:
        def guarded() -> None:
            try:
                work(*args)
            except BaseException as error:  # noqa: BLE001 raised again by the thread that waits
                self._errors.append(error)
                self._done.set()

        thread = threading.Thread(target=guarded)
        thread.start()
        return thread

    def _take(self, wanted: int) -> int:
        with self._lock:
            count = min(wanted, self._left)
            self._left -= count
            return count

    def _write(self, number: int) -> None:
        rng = random.Random(f"{self._seed}-{number}")
        at = 0
        while not self._done.is_set() and (count := self._take(rng.randint(1, 60))):
            changes = rows_of(rng, f"{number}-{at}", count)
            stamp = time.time_ns() // 1000
            self._commit(rng, changes, stamp)
            at += 1
            with self._lock:
                self.catch.transactions += 1
                self.catch.rows += count
                self.catch.naive_rows += 1

    def _commit(self, rng: random.Random, changes: Changes, stamp: int) -> None:
        """A busy SQLite makes the writer come again, with everything it had."""
        pause = _pause_s(rng)
        if db.is_sqlite(self.engine):
            pause /= 30  # there, whoever pauses stops all others

        def work(conn: Connection) -> None:
            conn.execute(naive.insert().values(updated_us=stamp))
            time.sleep(pause)
            again = Changes()
            again.merge(changes)
            again.write(conn)

        while True:
            try:
                return db.write(self.engine, work)
            except OperationalError:
                if not db.is_sqlite(self.engine):
                    raise

    def _poll(self, look: Callable[[Connection], bool]) -> None:
        """Until everything is written, and then until nothing new is found."""
        while True:
            is_last = self._done.is_set()
            with db.reading(self.engine) as conn:
                is_more = look(conn)
            if is_last and not is_more:
                return
            if not is_more:
                time.sleep(0.005)

    def _feed(self) -> None:
        cursor, at = "", dict.fromkeys(TILL.streams, 0)

        def look(conn: Connection) -> bool:
            nonlocal cursor
            page = orjson.loads(pull.page(conn, TILL, cursor, 4000, 0))
            cursor = page["next_cursor"]
            for block in page["blocks"]:
                seqs = sorted(row[0] for row in block["rows"])
                expected = range(at[block["stream"]] + 1, at[block["stream"]] + len(seqs) + 1)
                self.catch.gaps += seqs != list(expected)
                self.catch.seen += len(seqs)
                at[block["stream"]] = seqs[-1]
            return bool(page["has_more"])

        self._poll(look)

    def _serial(self) -> None:
        last = 0

        def look(conn: Connection) -> bool:
            nonlocal last
            query = select(naive.c.id).where(naive.c.id > last).order_by(naive.c.id)
            found = conn.execute(query).scalars().all()
            self.catch.by_serial += len(found)
            last = found[-1] if found else last
            return bool(found)

        self._poll(look)

    def _time(self) -> None:
        last = 0

        def look(conn: Connection) -> bool:
            nonlocal last
            c = naive.c.updated_us
            found = conn.execute(select(c).where(c > last).order_by(c)).scalars().all()
            self.catch.by_time += len(found)
            last = found[-1] if found else last
            return bool(found)

        self._poll(look)


def rows_of(rng: random.Random, name: str, count: int) -> Changes:
    """New rows over one or two streams, every key used once."""
    changes = Changes()
    first = rng.randint(1, count)
    for stream, part in zip(rng.sample(TILL.streams, 2), (first, count - first), strict=True):
        keys = [f"{name}-{at}" for at in range(part)]
        rows: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
            _STORE: ("setting", [(key, "1") for key in keys]),
            _CATALOG: ("tax_rate", [(key, "rate", 1) for key in keys]),
            _PRICES: ("price", [(key, 1) for key in keys]),
            _STOCK: ("place", [(key, "place", "store") for key in keys]),
        }
        if keys:
            changes.put(stream, *rows[stream])
    return changes


def _pause_s(rng: random.Random) -> float:
    draw = rng.random()
    if draw < _VERY_SLOW:
        return _VERY_SLOW_S
    return rng.random() * _SLOW_S if draw < _SLOW else 0.0
