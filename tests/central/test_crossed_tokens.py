"""Good tokens in wrong hands: what a till of the same store, a sister store and a stranger's shop get
when they ask every endpoint for what is somebody else's."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import orjson
import pytest
from sqlalchemy import Engine

from sync.central import auth, db
from sync.central.app import create_app
from sync.central.feed import store_stream
from sync.central.snapshots.job import shelf_beside
from tests.central.asking import ask, new_id, one_coupon
from tests.central.endpoints import PUBLIC, TEMPLATES, templates
from tests.central.shop import STORE
from tests.central.tills import SpeakingTill, enrolled


@dataclass(frozen=True)
class Crossed:
    """The till whose things are asked for, and who asks: with tokens of their own."""

    engine: Engine
    owner: SpeakingTill
    neighbour: SpeakingTill
    sister: SpeakingTill
    stranger: SpeakingTill
    sale_id: str
    command_id: str
    code: str

    @property
    def others(self) -> tuple[SpeakingTill, ...]:
        return self.neighbour, self.sister, self.stranger


@pytest.fixture
def crossed(engine: Engine, central: str, till: SpeakingTill) -> Iterator[Crossed]:
    sale_id = till.sale_id_of(till.sell())
    assert till.push().status_code == 200
    command_id, code = new_id(), one_coupon(engine)
    assert ask(till, "coupon.hold", command_id, code=code).json()["status"] == "granted"
    with ExitStack() as stack:
        neighbour, sister, stranger = (
            stack.enter_context(enrolled(engine, central, store_no, till_no))
            for store_no, till_no in (("014", "3"), ("015", "1"), ("900", "1"))
        )
        yield Crossed(engine, till, neighbour, sister, stranger, sale_id, command_id, code)


def reason(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def speaks_for_another(it: Crossed) -> None:
    for other in it.others:
        answer = other.hello(device_id=it.owner.device_id)
        assert reason(answer) == (403, "other_device")


def sends_for_another(it: Crossed) -> None:
    it.owner.sell()
    batch = it.owner.batch(2)
    for other in it.others:
        answer = other.http.post("/v1/events", json=batch, headers=other.headers)
        assert reason(answer) == (403, "other_device")
    assert it.owner.hello(last=1).json()["next_expected"] == 2


def reads_anothers_facts(it: Crossed) -> None:
    assert len(it.owner.get("/v1/devices/self/events").json()["events"]) == 1
    for other in it.others:
        assert other.get("/v1/devices/self/events").json()["events"] == []


def own_streams(it: Crossed, other: SpeakingTill) -> set[str]:
    with db.reading(it.engine) as conn:
        return set(auth.caller_of(conn, other.store_id, other.device_id).streams)


def pulls_with_anothers_cursor(it: Crossed) -> None:
    cursor = it.owner.changes()["next_cursor"]
    for other in it.others:
        page = other.changes(cursor)
        named = {block["stream"] for block in page["blocks"]} | set(page["heads"])
        assert named <= own_streams(it, other)
        again = other.get("/v1/changes", again=store_stream(STORE))
        assert again.status_code >= 400 or {
            block["stream"] for block in again.json()["blocks"]
        } <= own_streams(it, other)


def compares_anothers_streams(it: Crossed) -> None:
    for other in (it.sister, it.stranger):
        answer = other.get("/v1/digest", streams=store_stream(STORE))
        assert reason(answer) == (403, "other_stream")


def shared(it: Crossed, who: SpeakingTill) -> tuple[str, ...]:
    with db.reading(it.engine) as conn:
        return auth.caller_of(conn, who.store_id, who.device_id).shared


def finds_anothers_first_load(it: Crossed) -> None:
    shelf = shelf_beside(it.engine)
    if shelf:
        shelf.refresh(it.engine, shared(it, it.owner), worth=0)
    answer = it.stranger.get("/v1/snapshots/manifest")
    assert reason(answer) == (404, "no_snapshot")


def loads_anothers_first_load(it: Crossed) -> None:
    shelf = shelf_beside(it.engine)
    if shelf is None:
        return  # a shared database has no shelf, and then nobody gets a file
    shelf.refresh(it.engine, shared(it, it.owner), worth=0)
    ready = shelf.ready(shared(it, it.owner))
    assert ready is not None
    assert reason(it.stranger.get(f"/v1/snapshots/{ready.name}")) == (404, "no_snapshot")


def looks_up_in_another_shop(it: Crossed) -> None:
    assert it.owner.get("/v1/lookup", code="MILK-1").json()["blocks"]
    assert it.stranger.get("/v1/lookup", code="MILK-1").json()["blocks"] == []


def reads_anothers_sale(it: Crossed) -> None:
    assert it.neighbour.get(f"/v1/sales/{it.sale_id}").status_code == 200
    for other in (it.sister, it.stranger):
        assert reason(other.get(f"/v1/sales/{it.sale_id}")) == (404, "no_such_sale")


def hears_anothers_hints(it: Crossed) -> None:
    for other in it.others:
        named: set[str] = set()
        with other.http.stream("GET", "/v1/notify", headers=other.headers) as answer:
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    named.add(orjson.loads(line.removeprefix("data:"))["stream"])
                if len(named) == len(own_streams_told(it, other)):
                    break
        assert named == own_streams_told(it, other)


def own_streams_told(it: Crossed, other: SpeakingTill) -> set[str]:
    """A till of an older program is not told of streams that it cannot keep."""
    return set(other.changes()["heads"])


def takes_a_request_over(it: Crossed) -> None:
    before = it.owner.get(f"/v1/commands/{it.command_id}").json()
    answer = ask(it.neighbour, "coupon.hold", it.command_id, code=it.code)
    assert reason(answer) == (422, "other_parameters")
    # ids are each store's own, the coupon is not
    for other in (it.sister, it.stranger):
        asked = ask(other, "coupon.hold", it.command_id, code=it.code).json()
        assert asked["status"] == "refused"
    after = it.owner.get(f"/v1/commands/{it.command_id}").json()
    assert (after["status"], after["hold_id"]) == (before["status"], before["hold_id"])


def reads_anothers_request(it: Crossed) -> None:
    for other in it.others:
        answer = other.get(f"/v1/commands/{it.command_id}")
        assert reason(answer) == (404, "never_seen")


CROSSED: dict[tuple[str, str], Callable[[Crossed], None]] = {
    ("POST", "/v1/hello"): speaks_for_another,
    ("POST", "/v1/events"): sends_for_another,
    ("GET", "/v1/devices/self/events"): reads_anothers_facts,
    ("GET", "/v1/changes"): pulls_with_anothers_cursor,
    ("GET", "/v1/digest"): compares_anothers_streams,
    ("GET", "/v1/snapshots/manifest"): finds_anothers_first_load,
    ("GET", "/v1/snapshots/{name}"): loads_anothers_first_load,
    ("GET", "/v1/lookup"): looks_up_in_another_shop,
    ("GET", "/v1/sales/{sale_id}"): reads_anothers_sale,
    ("GET", "/v1/notify"): hears_anothers_hints,
    ("PUT", "/v1/commands/{command_id}"): takes_a_request_over,
    ("GET", "/v1/commands/{command_id}"): reads_anothers_request,
}


def test_every_endpoint_has_been_crossed(engine: Engine) -> None:
    """One that is new needs a row above, or a place among the public ones."""
    found = templates(create_app(engine))

    assert found - PUBLIC == set(CROSSED)
    assert found >= PUBLIC


@pytest.mark.parametrize("endpoint", TEMPLATES, ids=" ".join)
def test_a_good_token_opens_nothing_of_anybody_else(
    crossed: Crossed, endpoint: tuple[str, str]
) -> None:
    CROSSED[endpoint](crossed)
