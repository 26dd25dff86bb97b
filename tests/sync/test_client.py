"""One till's client against the real server."""

from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
import zstandard
from sqlalchemy import Engine, update

from sync.central import auth, db
from sync.central.identity import now_ms
from sync.central.schema import server_state
from sync.client import CentralClient, enrol
from sync.errors import EnrolRefused, ServerBroken, Unauthorised, Unreachable
from sync.keys import new_key
from sync.seals import is_signed_by
from sync.transport import http_client
from sync.wire import HelloRequest
from tests.sync.conftest import Till
from tests.sync.misbehaving import LosesReplies, Misbehaving, http


@pytest.fixture
def client(till: Till, central: str) -> Iterator[CentralClient]:
    with closing(till.client(central)) as client:
        yield client


def batch(till: Till) -> dict[str, object]:
    return {
        "device_id": till.facts.device_id,
        "incarnation": 1,
        "from_seq": 1,
        "prev_hash": "0" * 64,
        "journal_head": len(till.facts.facts),
        "events": till.facts.facts,
    }


def test_a_booked_sale_is_found_again(till: Till, client: CentralClient) -> None:
    sale_id = till.facts.sale_id_of(till.facts.sell(pieces=2))
    assert client.sale(sale_id) is None

    client.push(batch(till))

    sale = client.sale(sale_id)
    assert sale is not None
    assert sale["total_minor"] == 298
    assert client.sale("no/such?sale") is None


def test_own_facts_come_back(till: Till, client: CentralClient) -> None:
    till.facts.sell()
    client.push(batch(till))

    assert [it["hash"] for it in client.own_facts(1, 1)] == [till.facts.hash_at(1)]


def test_a_batch_is_signed_once_on_its_last_fact(till: Till, client: CentralClient) -> None:
    for _ in range(3):
        till.facts.sell()

    assert client.push(batch(till)).results == []

    first, second, last = client.own_facts(1, 1)
    assert (first["sig"], second["sig"]) == (None, None)
    assert is_signed_by(till.key.public, last["hash"], str(last["sig"]))


def test_an_unknown_code_is_asked_for(client: CentralClient) -> None:
    found = client.lookup("5901234123457")

    assert {block["entity"] for block in found.blocks} >= {"variant", "price"}
    assert client.lookup("nothing") == (found.epoch, [])


def test_a_token_of_a_lost_secret_is_renewed_by_itself(
    client: CentralClient, engine: Engine
) -> None:
    client.lookup("x")
    other = update(server_state).where(server_state.c.name == "secret").values(value="ab" * 32)
    db.write(engine, lambda c: c.execute(other))

    assert client.lookup("x").blocks == []


def test_a_revoked_till_is_told(till: Till, client: CentralClient, engine: Engine) -> None:
    client.lookup("x")
    db.write(engine, lambda c: auth.revoke(c, till.facts.device_id))

    with pytest.raises(Unauthorised) as raised:
        client.lookup("x")

    assert raised.value.reason == "revoked"


def test_a_till_whose_clock_is_wrong_by_hours_still_gets_a_token(till: Till, central: str) -> None:
    late = CentralClient(
        central, till.facts.device_id, till.key, wall_ms=lambda: now_ms() - 5 * 3_600_000
    )
    with closing(late) as client:
        assert client.lookup("x").blocks == []

        assert client.clock_offset_ms == pytest.approx(5 * 3_600_000, abs=60_000)


def test_the_clock_offset_is_small_on_one_machine(till: Till, client: CentralClient) -> None:
    client.hello(
        HelloRequest(
            device_id=till.facts.device_id,
            incarnation=1,
            last_seq=0,
            last_hash="0" * 64,
            proto=[1],
        )
    )

    assert abs(client.clock_offset_ms) < 5_000


def test_a_code_is_spent_with_a_reason_for_every_refusal(central: str, engine: Engine) -> None:
    code = db.write(engine, lambda c: auth.new_code(c, "014", "9", now_ms()))
    key = new_key()

    answer = enrol(central, code, key)

    assert (answer.store_no, answer.till_no) == ("014", "9")
    for bad, reason in ((code, "used_code"), ("ZZZZZZZZ", "unknown_code")):
        with pytest.raises(EnrolRefused) as raised:
            enrol(central, bad, new_key())
        assert raised.value.reason == reason


def test_an_enrolment_whose_answer_was_lost_is_simply_repeated(
    central: str, engine: Engine
) -> None:
    code = db.write(engine, lambda c: auth.new_code(c, "014", "9", now_ms()))
    key = new_key()
    with pytest.raises(Unreachable):
        enrol(central, code, key, transport=LosesReplies("/v1/enrol", 1))

    assert enrol(central, code, key).till_no == "9"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://no-such-host.invalid", "http://[::1]:1"]
)
def test_enrolling_where_nobody_listens_is_unreachable(url: str) -> None:
    with pytest.raises(Unreachable):
        enrol(url, "ABCD2345", new_key())


@pytest.mark.parametrize(
    "url", ["", "nonsense", "ftp://central", "http://", "http://a b", "x" * 5000]
)
def test_an_address_that_is_none_is_unreachable(url: str) -> None:
    with pytest.raises(Unreachable):
        enrol(url, "ABCD2345", new_key())


def test_a_web_page_is_not_central() -> None:
    page = http(200, b"<html>hello</html>", "text/html")
    with Misbehaving(page).running() as address, pytest.raises(ServerBroken):
        enrol(address, "ABCD2345", new_key())


def test_large_pages_are_packed_on_their_way_over_a_network(
    till: Till, client: CentralClient
) -> None:
    packed = zstandard.ZstdCompressor().compress(b'{"blocks":[]}')
    headers = {"Content-Encoding": "zstd"}
    answers = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=packed))
    with http_client("http://central.example", transport=answers) as far:
        assert far.headers["Accept-Encoding"] == "zstd"
        assert far.get("/").json() == {"blocks": []}
    with http_client("http://127.0.0.1:1", transport=answers) as near:
        assert near.headers["Accept-Encoding"] == "identity"


def test_hints_end_when_somebody_closes_them(client: CentralClient) -> None:
    seen = []

    def listen() -> None:
        with client.notify() as hints:
            for hint in hints:
                seen.append(hint)
                hints.close()

    with pytest.raises(Unreachable):
        listen()

    assert seen
