"""Answers that are JSON and yet none of ours: the till says that the server is broken, loses nothing
and goes on as soon as the server does."""

import gzip
import json
import tracemalloc
from contextlib import closing
from typing import Any

import httpx
import orjson
import pytest
import zstandard

from sync import transport
from sync.client import CentralClient
from sync.errors import ServerBroken
from sync.transport import exchange, http_client
from sync.wire import HelloRequest
from tests.sync.conftest import Till
from tests.sync.fakes import wait_for
from tests.sync.misbehaving import Misbehaving, Rewrites, http

DEEP = b"[" * 100_000
NESTED = b"[" * 900 + b"]" * 900
STAMP = {"epoch": "e", "server_time_ms": 1}
PAGE = STAMP | {
    "from_cursor": "",
    "next_cursor": "c",
    "row_count": 0,
    "has_more": False,
    "blocks": [],
    "positions": {},
    "heads": {},
}
BLOCK = {"stream": "catalog:acme", "entity": "product", "cols": ["id"], "rows": []}


def blocks(**changes: Any) -> list[dict[str, Any]]:
    return [BLOCK | changes]


def strange_pages() -> list[dict[str, Any]]:
    return [
        PAGE | {"blocks": 5},
        PAGE | {"blocks": [5]},
        PAGE | {"blocks": [{"stream": "catalog:acme"}]},
        PAGE | {"blocks": blocks(rows=[5])},
        PAGE | {"blocks": blocks(rows=[[1, "put"]])},
        PAGE | {"blocks": blocks(cols=[["id"]])},
        PAGE | {"positions": [1, 2]},
        PAGE | {"heads": {"catalog:acme": "far"}},
        PAGE | {"resnapshot": 5},
        PAGE | {"next_cursor": None},
        {name: value for name, value in PAGE.items() if name != "heads"},
    ]


def inserted(body: dict[str, Any], deep: bytes) -> bytes:
    """With a field that nobody knows, or that is known, as deep as this."""
    return orjson.dumps(body | {"epoch": "HERE"}).replace(b'"HERE"', deep)


def rewritten(till: Till, central: str, path: str, bodies: list[bytes]) -> CentralClient:
    """The real server answers after these bodies."""
    answers = [httpx.Response(200, content=it) for it in bodies]
    return till.client(central, Rewrites({path: answers}))


@pytest.mark.parametrize("path", ["/v1/token", "/v1/hello", "/v1/events", "/v1/changes"])
def test_the_exchange_outlives_answers_without_a_bottom(
    till: Till, central: str, path: str
) -> None:
    till.facts.sell()
    bodies = [DEEP, inserted(PAGE, DEEP), inserted(PAGE, NESTED)]
    client = rewritten(till, central, path, bodies)
    with closing(client):
        engine = till.engine(client)
        engine.start()
        wait_for(lambda: till.states)
        first = till.states[0]
        for _ in bodies:
            engine.pull_now()
        wait_for(lambda: till.outbox.accepted == 1 and till.replica.at, 60)
        assert engine.stop()

    assert (first.connection, first.detail) == ("offline", "server_error")


def test_a_page_of_another_shape_is_a_broken_server(till: Till, central: str) -> None:
    pages = strange_pages()
    client = rewritten(till, central, "/v1/changes", [orjson.dumps(it) for it in pages])
    with closing(client):
        for _ in pages:
            with pytest.raises(ServerBroken):
                client.changes("", 100)

        assert client.changes("", 100)["blocks"]


def test_a_look_up_of_another_shape_is_a_broken_server(till: Till, central: str) -> None:
    answers = [STAMP | {"blocks": it["blocks"]} for it in strange_pages()[:6]]
    client = rewritten(till, central, "/v1/lookup", [orjson.dumps(it) for it in answers])
    with closing(client):
        for _ in answers:
            with pytest.raises(ServerBroken):
                client.lookup("123")

        assert client.lookup("123").blocks == []


def test_own_facts_of_another_shape_are_a_broken_server(till: Till, central: str) -> None:
    fact = till.facts.sell()
    lists: list[object] = [
        5,
        [5],
        [{}],
        [fact | {"seq": "1"}],
        [fact | {"hash": "x"}],
        [fact | {"payload": {"sale_id": "x"}}],
        [fact | {"mono_ms": 2**63}],
        [{name: value for name, value in fact.items() if name != "actor"}],
    ]
    bodies = [orjson.dumps(STAMP | {"events": it}) for it in lists]
    bodies.append(b'{"epoch":"e","server_time_ms":1,"events":' + DEEP)
    client = rewritten(till, central, "/v1/devices/self/events", bodies)
    with closing(client):
        for _ in bodies:
            with pytest.raises(ServerBroken):
                client.own_facts(1, 1)

        assert client.own_facts(1, 1) == []


HELLO = STAMP | {
    "state": "ok",
    "next_expected": 1,
    "accepted_through": 0,
    "durable_through": 0,
    "heads": {},
}


@pytest.mark.parametrize("number", [-1, 10**30])
@pytest.mark.parametrize(
    "name", ["server_time_ms", "next_expected", "accepted_through", "durable_through"]
)
def test_numbers_that_no_journal_holds_are_a_broken_server(
    till: Till, central: str, name: str, number: int
) -> None:
    state = till.outbox.state()
    greeting = HelloRequest(
        device_id=state.device_id, incarnation=1, last_seq=0, last_hash=state.last_hash, proto=[1]
    )
    body = json.dumps(HELLO | {name: number}).encode()
    client = rewritten(till, central, "/v1/hello", [body])
    with closing(client):
        with pytest.raises(ServerBroken):
            client.hello(greeting)
        assert abs(client.clock_offset_ms) < 600_000  # it is written into every fact

        assert client.hello(greeting).next_expected == 1


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_a_small_answer_that_unpacks_to_far_too_much_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setattr(transport, "_MAX_ANSWER", 1 << 20)
    large = b" " * 50_000_000
    packed = zstandard.compress(large) if encoding == "zstd" else gzip.compress(large)
    answer = http(200, packed, extra=f"Content-Encoding: {encoding}\r\n")
    del large
    with Misbehaving(answer).running() as address, http_client(address) as till:
        tracemalloc.start()
        try:
            with pytest.raises(ServerBroken):
                exchange(till, "GET", "/v1/time")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peak < 10_000_000


def test_hints_that_bring_far_too_much_or_are_packed_end(
    till: Till, central: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_MAX_STREAM", 1000)
    kind = {"Content-Type": "text/event-stream"}
    endless = httpx.Response(200, headers=kind, content=b"data: " + b"x" * 2000)
    packed = httpx.Response(
        200, headers=kind | {"Content-Encoding": "zstd"}, content=zstandard.compress(b"event: hb")
    )
    with closing(till.client(central, Rewrites({"/v1/notify": [endless, packed]}))) as client:
        for _ in range(2):
            with pytest.raises(ServerBroken), client.notify() as hints:
                list(hints)
