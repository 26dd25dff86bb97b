"""make offline: two weeks without a network, then everything at once.

A till sells for 14 simulated days while central's prices change every day; then one exchange must
bring each sale to central once and every price to the till. Writes build/offline.json.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import httpx
import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Engine, select

from pos_app.central_process import CentralProcess, run_central
from pos_app.domain import checkout
from pos_app.domain.basket import Basket, Line
from pos_app.domain.catalog import Unit
from pos_app.domain.clock import Now
from pos_app.domain.money import ONE
from pos_app.domain.sale import Tender, TenderKind, settle
from pos_app.domain.shift import Shift
from pos_app.domain.tax import TaxRate
from pos_app.store.catalog import Catalog
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from sync.central import db, schema
from sync.central.feed import prices_stream, publish
from tests.distribution.sides import TillSide
from tests.perf.sales import JANA, new_id

RESULT = Path(__file__).resolve().parents[2] / "build" / "offline.json"
DAYS = 14
DAY_MS = 86_400_000
LIMIT_S = 300.0


class Counting(httpx.HTTPTransport):
    """Counts the bytes of bodies, both ways."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = self.received = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent += len(request.read())
        response = super().handle_request(request)
        self.received += int(response.headers.get("content-length", 0))
        return response


class Absence:
    """One till that central does not hear of for two weeks."""

    def __init__(self, side: TillSide, engine: Engine) -> None:
        self.side, self.engine = side, engine
        self._chance = Random(14)
        self._goods = self._read_goods()
        self._settings = Catalog(side.stores).settings()
        self._sales = Sales(side.stores)
        self._start_ms = time.time_ns() // 1_000_000 - DAYS * DAY_MS
        opened = Shift(new_id(), 1, JANA.staff_id, JANA.name, self._start_ms, 0, "2026-01-01")
        Shifts(side.stores).open(opened, self._now(0))
        self._shift = opened

    def sell(self, count: int) -> None:
        for at in range(count):
            if at % (count // DAYS) == 0:
                self._new_prices()
            self._one(self._now(DAYS * DAY_MS * at // count))

    def _one(self, now: Now) -> None:
        device = self.side.journal.device()
        basket = Basket(new_id(), self._settings.policy)
        for sku, name, amount, tax in self._chance.sample(self._goods, 4):
            basket.add(Line(new_id(), sku, name, "", Unit.PIECE, ONE, amount, tax, ""))
        cash = (Tender(new_id(), TenderKind.CASH, basket.total + 10_000),)
        currency = self._settings.currency
        assert device is not None
        draft = checkout.draft(
            basket,
            cash,
            settle(basket.total, cash, currency),
            currency,
            store_id=device.store_id,
            till_id=device.till_no,
            shift=self._shift,
            cashier=JANA,
            completed_at_ms=now.wall_ms,
        )
        self._sales.book(draft, now)

    def _now(self, after_ms: int) -> Now:
        return Now(self._start_ms + after_ms, 1_000 + after_ms, "boot", 0)

    def _read_goods(self) -> list[tuple[str, str, int, TaxRate]]:
        rows = self.side.stores.replica.exec_driver_sql(
            "SELECT v.sku, v.name, p.amount, t.code, t.name, t.ppm FROM variant v"
            " JOIN price p ON p.sku = v.sku JOIN tax_rate t ON t.code = v.tax_code"
            " WHERE v.unit = 'piece' AND p.amount > 0"
        )
        return [(it[0], it[1], it[2], TaxRate(*it[3:])) for it in rows]

    def _new_prices(self) -> None:
        """Every article's, once a day."""
        table = schema.price
        with db.reading(self.engine) as conn:
            found = conn.execute(select(table.c.price_list, table.c.sku, table.c.amount)).all()
        rows = [(it.sku, (it.amount or 0) + self._chance.randrange(1, 50)) for it in found]
        stream = prices_stream(found[0].price_list)
        db.write(self.engine, lambda c: publish(c, stream, "price", rows))


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make offline", description=__doc__)
    parser.add_argument("--sales", type=int, default=20_000)
    options = parser.parse_args(words)
    with TemporaryDirectory() as name:
        found = _run(Path(name), options.sales)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    return 0 if found["met"] else 1


def _run(folder: Path, count: int) -> dict[str, object]:
    central = CentralProcess(folder / "central")
    central.start()
    url = central.wait_ready()
    run_central(central.database, "demo")
    engine, wire = db.create_engine(central.database), Counting()
    side = TillSide(engine, url, folder / "till", wire)
    try:
        side.exchange.round()
        absence = Absence(side, engine)
        selling = _seconds(lambda: absence.sell(count))
        wire.sent = wire.received = 0
        syncing = _seconds(side.exchange.round)
        return _judged(side, folder, count, selling, syncing, wire)
    finally:
        side.close()
        engine.dispose()
        central.stop()


def _judged(
    side: TillSide, folder: Path, count: int, selling: float, syncing: float, wire: Counting
) -> dict[str, object]:
    ours = side.stores.journal.exec_driver_sql("SELECT count(*), sum(total) FROM sale").one()
    line_s = (wire.sent + wire.received) * 8 / 5e6
    found: dict[str, object] = {
        "sales": count,
        "days": DAYS,
        "selling_s": round(selling, 1),
        "sync_s": round(syncing, 1),
        "bytes_up": wire.sent,
        "bytes_down": wire.received,
        "on_5_mbit_s": round(syncing + line_s, 1),
        "unsent": side.journal.unsent()[0],
        "same_sales": tuple(ours) == _booked(folder),
        "digests_equal": side.is_like_central,
    }
    is_whole = found["unsent"] == 0 and found["same_sales"] and found["digests_equal"]
    return found | {"met": bool(is_whole and ours[0] == count and syncing + line_s <= LIMIT_S)}


def _booked(folder: Path) -> tuple[int, int]:
    conn = sqlite.connect(str(folder / "central" / "central.db"))
    try:
        count, total = conn.execute("SELECT count(*), sum(total_minor) FROM sale").fetchone()
    finally:
        conn.close()
    return count, total


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
