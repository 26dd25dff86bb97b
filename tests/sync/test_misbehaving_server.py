"""Whatever answers at central's address: the till goes on and says what it sees."""

from contextlib import closing

import orjson
import pytest

from tests.sync.conftest import Till
from tests.sync.fakes import wait_for
from tests.sync.misbehaving import Misbehaving, http

PROBLEM = orjson.dumps({"error": "revoked", "detail": ""})
FORK = orjson.dumps(
    {"error": "fork", "seq": 1, "next_expected": 2, "epoch": "e", "server_time_ms": 1}
)
HTML = b"<html><body><h1>It works!</h1></body></html>"
HALF = http(200, b'{"epoch":"e","server_ti')


@pytest.mark.parametrize(
    ("answer", "connection", "detail"),
    [
        (http(401, PROBLEM), "refused", "revoked"),
        (http(426, PROBLEM), "upgrade", ""),
        (http(409, FORK), "offline", "server_error"),
        (http(500, b"Internal Server Error", "text/plain"), "offline", "server_error"),
        (http(200, HTML, "text/html"), "offline", "server_error"),
        (http(302, b"", extra="Location: http://login.example/\r\n"), "offline", "server_error"),
        (HALF, "offline", "server_error"),
        (HALF[:-10], "offline", "no_answer"),
        (b"", "offline", "no_answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "offline", "no_answer"),
        (b"\x00\xff" * 500, "offline", "no_answer"),
        (http(503, PROBLEM, extra="Retry-After: 30\r\n"), "slow", "busy"),
        (http(200, b"[" * 100_000), "offline", "server_error"),
        (http(200, b"x", extra="Content-Encoding: zstd\r\n"), "offline", "server_error"),
    ],
    ids=[
        "401",
        "426",
        "409",
        "500",
        "HTML",
        "302",
        "half a JSON",
        "half a body",
        "nothing",
        "SSH",
        "binary",
        "503",
        "deep",
        "bad zstd",
    ],
)
def test_a_strange_server_has_its_state_and_does_no_harm(
    till: Till, answer: bytes, connection: str, detail: str
) -> None:
    till.facts.sell()
    server = Misbehaving(answer)
    with server.running() as address, closing(till.client(address)) as client:
        engine = till.engine(client)
        engine.start()
        wait_for(lambda: till.states)
        stopped = engine.stop(60)

    assert stopped
    assert (till.states[0].connection, till.states[0].detail) == (connection, detail)
    assert till.outbox.accepted == 0


def test_a_server_that_says_nothing_is_left_after_the_timeout(till: Till) -> None:
    server = Misbehaving(None)
    with server.running() as address, closing(till.client(address, read_s=0.3)) as client:
        engine = till.engine(client)
        engine.start()
        wait_for(lambda: till.states)
        stopped = engine.stop(60)

    assert stopped
    assert (till.states[0].connection, till.states[0].detail) == ("offline", "no_answer")


def test_nobody_at_the_address_is_offline(till: Till) -> None:
    server = Misbehaving(b"")
    with server.running() as address:
        pass
    with closing(till.client(address)) as client:
        engine = till.engine(client)
        engine.start()
        wait_for(lambda: till.states)
        assert engine.stop(60)

    assert till.states.connections == ["offline"]


def test_attempts_get_rarer(till: Till) -> None:
    server = Misbehaving(http(500, b"", "text/plain"))
    with server.running() as address, closing(till.client(address)) as client:
        engine = till.engine(client)
        engine.start()
        wait_for(lambda: server.requests >= 3)
        assert engine.stop(60)

    assert server.requests < 10


def test_a_pause_that_central_asks_for_is_not_cut_short(till: Till) -> None:
    server = Misbehaving(http(503, PROBLEM, extra="Retry-After: 30\r\n"))
    with server.running() as address, closing(till.client(address)) as client:
        engine = till.engine(client)
        engine.start()
        wait_for(lambda: till.states)
        for _ in range(5):
            engine.wake()
            engine.pull_now()
        assert engine.stop(60)

    assert server.requests == 1


def test_the_badge_counts_new_sales_while_central_is_away(till: Till) -> None:
    server = Misbehaving(http(503, PROBLEM, extra="Retry-After: 30\r\n"))
    with server.running() as address, closing(till.client(address)) as client:
        engine = till.engine(client)
        engine.start()
        wait_for(lambda: till.states)
        till.facts.sell()
        engine.wake()
        wait_for(lambda: till.states and till.states[-1].unsent == 1)
        assert engine.stop(60)
