"""Hints over server-sent events."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import orjson
import pytest
from httpx_sse import EventSource, ServerSentEvent
from sqlalchemy import Engine

from sync.central import auth, db
from sync.central.feed import Changes, prices_stream, publish
from tests.central.running import PATIENCE_S, running
from tests.central.tills import SpeakingTill, enrolled


@contextmanager
def listening(till: SpeakingTill) -> Iterator[Iterator[ServerSentEvent]]:
    timeout = httpx.Timeout(PATIENCE_S)
    with till.http.stream("GET", "/v1/notify", headers=till.headers, timeout=timeout) as response:
        yield EventSource(response).iter_sse()


def heads(events: Iterator[ServerSentEvent], count: int) -> dict[str, int]:
    found = [orjson.loads(next(events).data) for _ in range(count)]
    return {it["stream"]: it["seq"] for it in found}


def test_all_heads_are_said_on_connect(till: SpeakingTill) -> None:
    with listening(till) as events:
        first = heads(events, 6)

    assert first == till.changes()["heads"]


def test_a_sale_is_hinted_to_the_other_tills(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    with enrolled(engine, central, till_no="3") as other, listening(other) as events:
        before = heads(events, 6)
        till.sell()
        till.push()

        start = time.monotonic()
        hint = heads(events, 1)

    assert hint == {"stock:cz": before["stock:cz"] + 1}
    assert time.monotonic() - start < 10


def test_what_another_process_writes_is_hinted_too(till: SpeakingTill, shop_database: str) -> None:
    elsewhere = db.create_engine(shop_database)
    with listening(till) as events:
        heads(events, 6)
        prices = prices_stream("list-acme")
        db.write(elsewhere, lambda c: publish(c, prices, "price", [("MILK-1", 1)]))

        assert set(heads(events, 1)) == {"prices:list-acme"}
    elsewhere.dispose()


def test_streams_of_others_are_not_hinted(till: SpeakingTill, engine: Engine) -> None:
    with listening(till) as events:
        heads(events, 6)
        changes = Changes()
        for stream in ("prices:secret", "prices:list-acme"):
            changes.put(stream, "price", [("MILK-1", 1)])
        db.write(engine, changes.write)

        assert set(heads(events, 1)) == {"prices:list-acme"}


@pytest.fixture
def quick(engine: Engine) -> Iterator[str]:
    """A server whose heart beats fast."""
    with running(engine, heartbeat_s=0.2) as address:
        yield address


def test_a_quiet_stream_still_beats(quick: str, engine: Engine) -> None:
    with enrolled(engine, quick) as till, listening(till) as events:
        heads(events, 6)

        assert [next(events).event for _ in range(2)] == ["hb", "hb"]


def test_a_revoked_till_is_cut_off(quick: str, engine: Engine) -> None:
    with enrolled(engine, quick) as till, listening(till) as events:
        heads(events, 6)
        db.write(engine, lambda c: auth.revoke(c, till.device_id))

        rest = [event.event for event in events]

    assert set(rest) <= {"hb"}


def test_a_server_that_stops_ends_its_streams_at_once(engine: Engine) -> None:
    with running(engine) as address, enrolled(engine, address) as till, listening(till) as events:
        heads(events, 6)
        start = time.monotonic()
    # leaving `running` stops the server and joins its thread
    assert time.monotonic() - start < 4
