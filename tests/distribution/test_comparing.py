"""A replica that is not what central has: noticed, and only what is wrong is fetched again."""

from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from pos_app.store.journal import Journal
from sync.central import db
from sync.central.feed import prices_stream, publish
from sync.comparing import EVERY_S
from tests.central.shop import MILK
from tests.distribution.sides import TillSide
from tests.sync.misbehaving import unread

STREAMS = ("store:s-prague", "catalog:acme", "prices:list-acme", "stock:cz", "customers:acme/cz")
HEALING = pytest.mark.logs("differs from central's")


def amount(till: TillSide, sku: str = MILK) -> int | None:
    query = "SELECT amount FROM price WHERE sku = ?"
    return till.stores.replica.exec_driver_sql(query, (sku,)).scalar()


def test_a_till_sums_up_to_what_central_does(till: TillSide) -> None:
    till.exchange.round()

    theirs = till.client.digest(till.replica.cursor())

    streams = (*STREAMS, f"device:{till.device_id}")
    ours = till.digest.of(streams)
    assert set(theirs) == set(streams)
    assert {(s, e): d for s, them in theirs.items() for e, d in them.items()} == {
        (s, e): d for s, own in ours.items() for e, d in own.items() if d.count
    }


@HEALING
def test_a_stream_that_differs_is_fetched_again_and_no_other(
    till: TillSide, caplog: pytest.LogCaptureFixture
) -> None:
    till.exchange.round()
    till.run(f"UPDATE price SET amount = 1 WHERE sku = '{MILK}'")
    till.run("INSERT INTO price (sku, amount, seq, gen) VALUES ('GHOST', 5, 1, 0)")
    till.ticks += EVERY_S
    del till.changed[:]

    till.exchange.round()

    assert (amount(till), amount(till, "GHOST")) == (149, None)
    assert till.changed == [{"price"}]
    assert "prices:list-acme differs from central's in price" in caplog.text


def test_rows_are_compared_every_quarter_of_an_hour_only(till: TillSide) -> None:
    till.exchange.round()
    till.run("DELETE FROM price")
    till.ticks += EVERY_S - 1

    till.exchange.round()

    assert amount(till) is None


@HEALING
def test_an_opening_shift_compares_at_once(till: TillSide) -> None:
    till.exchange.round()
    till.run("DELETE FROM price")
    opened = {"shift_id": "s", "number": 1, "cashier_id": "anna", "cashier_name": "Anna"}
    opened |= {"opened_at_ms": 1, "business_on": "2026-01-01", "float_minor": 0, "currency": "EUR"}
    Journal(till.stores).record("shift.opened.v1", "anna", opened, till.now())

    till.exchange.round()

    assert amount(till) == 149


@HEALING
def test_a_fault_that_fetching_does_not_mend_is_not_fetched_all_day(
    till: TillSide, engine: Engine
) -> None:
    too_much = 2**63  # no column holds it: the till leaves the row out
    till.exchange.round()
    prices = prices_stream("list-acme")
    db.write(engine, lambda c: publish(c, prices, "price", [("HUGE", too_much)]))
    fetched = []

    for _ in range(4 * 24):
        till.ticks += EVERY_S
        del till.changed[:]
        till.exchange.round()
        fetched.append({"price"} in till.changed)

    assert sum(fetched) <= 9


class KnowsNoDigests(httpx.HTTPTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/digest":
            return unread(httpx.Response(404, json={"error": "http", "detail": "Not Found"}))
        return super().handle_request(request)


def test_a_central_that_knows_no_digests_is_no_trouble(
    engine: Engine, central: str, tmp_path: Path
) -> None:
    till = TillSide(engine, central, tmp_path / "till", KnowsNoDigests())

    till.exchange.round()

    assert till.states[-1].connection == "online"
    till.close()
