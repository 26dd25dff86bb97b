"""The proxy does to one request what each fault says, and nothing to those without."""

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

import httpx
import pytest

from tests.simulation.wires.proxy import FAULTS, Fault, Proxy
from tests.sync.fakes import wait_for

BODY = bytes(range(256)) * 40


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    took: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))  # none in half a head
        if len(body) == len(BODY):
            self.took.append(body)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Quiet."""


class _Central(ThreadingHTTPServer):
    """Says nothing of a connection that the proxy has cut: that is what it is there for."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@pytest.fixture
def took() -> list[bytes]:
    """Whole requests that arrived."""
    return []


@pytest.fixture
def proxy(took: list[bytes]) -> Iterator[Proxy]:
    handler = type("Handler", (_Echo,), {"took": took})
    with _Central(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield Proxy(server.server_port, Random(1))
        server.shutdown()
        thread.join()


def ask(address: str, patience_s: float = 60.0) -> bytes:
    with httpx.Client(timeout=patience_s, trust_env=False) as http:
        return http.post(address, content=BODY).raise_for_status().content


@pytest.mark.parametrize("fault", [Fault.NONE, Fault.DELAY, Fault.DRIP])
def test_slow_is_whole(proxy: Proxy, took: list[bytes], fault: Fault) -> None:
    proxy.faults, proxy.share = [fault], 1.0

    with proxy.running() as address:
        assert ask(address) == BODY

    assert (took, proxy.done) == ([BODY], {fault: 1})


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        (Fault.CUT_REQUEST, 0),
        (Fault.HALF_OPEN, 0),
        (Fault.LOSE_ANSWER, 1),
        (Fault.CUT_ANSWER, 1),
        (Fault.TRUNCATE, 1),
        (Fault.HALF_ANSWERED, 1),
    ],
)
def test_what_breaks_is_an_error_at_the_till_whether_central_took_it_or_not(
    proxy: Proxy, took: list[bytes], fault: Fault, arrives: int
) -> None:
    proxy.faults, proxy.share = [fault], 1.0

    with proxy.running() as address:
        with pytest.raises(httpx.TransportError):
            ask(address, 0.4)
        wait_for(lambda: len(took) >= arrives)

    assert len(took) == arrives


def test_refused_connections_reach_nobody(proxy: Proxy, took: list[bytes]) -> None:
    proxy.faults, proxy.share = [Fault.REFUSE], 2.0

    with proxy.running() as address, pytest.raises(httpx.TransportError):
        ask(address)

    assert took == []


def test_a_healed_wire_passes_everything(proxy: Proxy, took: list[bytes]) -> None:
    proxy.faults, proxy.share = FAULTS, 0.0

    with proxy.running() as address:
        assert [ask(address) for _ in range(20)] == [BODY] * 20

    assert proxy.done == {Fault.NONE: 20}
