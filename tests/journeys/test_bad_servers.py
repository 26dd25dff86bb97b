"""Whatever answers at central's address: the till sells, keeps its facts, says so, and recovers."""

import time

import pytest

from tests.journeys import front, goods
from tests.journeys.conftest import Shop
from tests.journeys.counter import Counter, until
from tests.journeys.front import Fault, Front, answer, only

HTML = "<!doctype html><title>Hotel Wi-Fi</title><p>Please accept our terms."
JSON = "Content-Type: application/json"
FORK = '{"epoch":"e","server_time_ms":1,"error":"fork","seq":1,"next_expected":1}'
GAP = FORK.replace("fork", "gap")
REVOKED = '{"error":"revoked","detail":""}'
HELLO = '{"epoch":"e","server_time_ms":1,"state":"ok","next_expected":1,"accepted_thr'
SURE_ENOUGH_S = 1.0
"""A sale that waited for the network would take longer than this."""


def no_http(errand: front.Errand) -> None:
    errand.client.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\\r\\n")


def _refused(status: str, body: str = HTML, *headers: str) -> Fault:
    return answer(status, body, *(headers or (JSON,)))


FAULTS: dict[str, tuple[Fault, str]] = {
    "401 revoked": (_refused("401 Unauthorized", REVOKED), "refused"),
    "401 of a proxy": (_refused("401 Unauthorized"), "offline"),
    "403 of a proxy": (_refused("403 Forbidden"), "offline"),
    "404": (_refused("404 Not Found", '{"detail":"Not Found"}'), "offline"),
    "407": (_refused("407 Proxy Authentication Required"), "offline"),
    "409 fork": (only("/v1/events", _refused("409 Conflict", FORK)), "fork"),
    "409 gap": (only("/v1/events", _refused("409 Conflict", GAP)), "offline"),
    "409 in other words": (_refused("409 Conflict", "{}"), "offline"),
    "413": (only("/v1/events", _refused("413 Content Too Large", "")), "offline"),
    "426": (_refused("426 Upgrade Required", ""), "upgrade"),
    "429": (_refused("429 Too Many Requests", "", "Retry-After: 1"), "slow"),
    "500": (_refused("500 Internal Server Error", '{"error":"internal"}'), "offline"),
    "503": (_refused("503 Service Unavailable", ""), "offline"),
    "302 to a portal": (_refused("302 Found", "", "Location: http://127.0.0.1:9/"), "offline"),
    "200 with HTML": (_refused("200 OK"), "offline"),
    "200 with nothing": (_refused("200 OK", ""), "offline"),
    "200 with half a JSON": (_refused("200 OK", HELLO), "offline"),
    "200 cut in the middle": (answer("200 OK", HELLO, JSON, missing=100), "offline"),
    "200 with a list": (_refused("200 OK", "[]"), "offline"),
    "200 very deep": (_refused("200 OK", "[" * 50_000), "offline"),
    "200 not compressed as it says": (
        _refused("200 OK", "{}", "Content-Encoding: gzip"),
        "offline",
    ),
    "no HTTP at all": (no_http, "offline"),
    "closed at once": (front.hang_up, "offline"),
    "a line that cuts requests": (only("/v1/events", front.half), "offline"),
}


def sell_quickly(counter: Counter, code: str) -> None:
    began = time.monotonic()
    counter.sell(code)
    assert time.monotonic() - began < SURE_ENOUGH_S


@pytest.mark.parametrize(("fault", "shown"), FAULTS.values(), ids=FAULTS)
def test_a_till_that_starts_before_such_a_server_sells_and_catches_up_later(
    shop: Shop, network: Front, fault: Fault, shown: str
) -> None:
    network.become(fault)
    counter, code = shop.till(network.address).open_for(), goods.ean13(shop.server)
    counter.sell(code)
    counter.connect()
    until(lambda: counter.state and counter.state.connection == shown)
    sell_quickly(counter, code)
    until(lambda: counter.state and counter.state.unsent == 3)
    assert shop.server.receipts() == []

    network.become(front.forward)
    counter.exchange.pull_now()

    until(lambda: counter.unsent() == 0)
    assert len(shop.server.receipts()) == 2
    assert counter.journal.verify() is None


@pytest.mark.parametrize("fault", [it for it, _ in FAULTS.values()], ids=FAULTS)
def test_a_server_that_turns_so_in_mid_shift_gets_everything_once_it_is_right(
    shop: Shop, network: Front, fault: Fault
) -> None:
    counter, code = shop.till(network.address).connect().open_for(), goods.ean13(shop.server)
    until(lambda: counter.unsent() == 0)

    network.become(fault)
    network.paths.clear()
    sell_quickly(counter, code)
    sell_quickly(counter, code)
    until(lambda: len(network.paths) >= 2)
    network.become(front.forward)
    counter.exchange.pull_now()

    until(lambda: counter.unsent() == 0)
    assert len(shop.server.receipts()) == 2


def test_a_server_four_seconds_late_is_called_slow_and_nobody_waits_for_it(
    shop: Shop, network: Front
) -> None:
    network.become(only("/v1/changes", front.late(4)))
    counter, code = shop.till(network.address).connect().open_for(), goods.ean13(shop.server)

    for _ in range(5):
        sell_quickly(counter, code)

    until(lambda: counter.state and counter.state.connection == "slow")
    assert len(shop.server.receipts()) >= 1
    network.become(front.forward)
    until(lambda: counter.unsent() == 0)
    assert len(shop.server.receipts()) == 5


def test_a_server_that_never_answers_holds_up_neither_sales_nor_closing(
    shop: Shop, network: Front
) -> None:
    network.become(front.silence)
    counter, code = shop.till(network.address).connect().open_for(), goods.ean13(shop.server)
    until(lambda: network.paths)

    for _ in range(3):
        sell_quickly(counter, code)
    began = time.monotonic()
    counter.close()

    assert time.monotonic() - began < 9
    network.become(front.forward)
    again = shop.till(network.address).connect()
    until(lambda: again.unsent() == 0)
    assert len(shop.server.receipts()) == 3


def test_the_sign_says_online_again_when_it_has_lasted(shop: Shop, network: Front) -> None:
    network.become(front.hang_up)
    counter = shop.till(network.address).connect().open_for()
    counter.sell(goods.ean13(shop.server))
    until(lambda: counter.state)

    network.become(front.forward)

    until(lambda: counter.state and counter.state.connection == "online")
    assert set(counter.connections) == {"offline", "online"}
    assert counter.state is not None
    assert (counter.state.unsent, counter.state.oldest_unsent_ms) == (0, None)
