"""JSON within JSON within JSON: read to a depth at which nothing stumbles, and refused beyond it."""

from typing import Any

import pytest
import zstandard
from sqlalchemy import Engine

from tests.central.asking import ask
from tests.central.clerk import clerk, employ
from tests.central.endpoints import PUBLIC, TEMPLATES
from tests.central.test_office import LIST, of
from tests.central.tills import SpeakingTill

DEEP = 30_000


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth - 1):
        value = [value]
    return value


BODIES = [
    ("POST", "/v1/enrol"),
    ("POST", "/v1/token"),
    ("POST", "/v1/hello"),
    ("POST", "/v1/events"),
    ("PUT", "/v1/commands/a-request"),
]


def test_every_endpoint_that_takes_a_body_is_here() -> None:
    with_body = {it for it in [*TEMPLATES, *PUBLIC] if it[0] in ("POST", "PUT")}

    assert {(method, path.replace("a-request", "{command_id}")) for method, path in BODIES} == (
        with_body
    )


@pytest.mark.parametrize(("method", "path"), BODIES)
def test_a_body_without_a_bottom_is_refused(till: SpeakingTill, method: str, path: str) -> None:
    for start in (b"[", b'{"a":', b'{"more":[', b'{"events":[{"actor":[', b'{"args":{"a":['):
        deep = start + b"[" * DEEP

        answer = till.http.request(method, path, content=deep, headers=till.headers)

        assert (answer.status_code, answer.json()["error"]) == (422, "too_deep")


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nor_is_one_that_is_large_or_packed(till: SpeakingTill, opening: bytes) -> None:
    packed = zstandard.ZstdCompressor().compress(opening * 1_000_000)

    answers = [
        till.http.post("/v1/events", content=opening * 100_000, headers=till.headers),
        till.http.post(
            "/v1/events", content=packed, headers=till.headers | {"Content-Encoding": "zstd"}
        ),
    ]

    for answer in answers:
        assert (answer.status_code, answer.json()["error"]) == (422, "too_deep")


@pytest.mark.logs("quarantined")
@pytest.mark.parametrize(
    "payload",
    [
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"what":"signed_in","more":' * 50_000,
        '{"what":"signed_in","more":' + "[" * 300 + "]" * 300 + "}",
    ],
    ids=["open", "closed", "objects", "beside what is known"],
)
def test_a_payload_without_a_bottom_is_kept_and_seen_and_the_next_goes_on(
    till: SpeakingTill, engine: Engine, central: str, payload: str
) -> None:
    till.record("auth.event.v1", payload)
    till.sell()

    answer = till.push().json()

    assert answer["accepted_through"] == 2
    assert [(it["seq"], it["code"], it["detail"]) for it in answer["results"]] == [
        (1, "payload", "too deep")
    ]
    assert till.get("/v1/devices/self/events").json()["events"][0]["payload"] == payload
    employ(engine)
    with clerk(central) as eva:
        eva.sign_in()
        assert (eva.see(LIST).status, eva.see(of(till)).status) == (200, 200)


def deepest(till: SpeakingTill) -> int:
    """How deep a header may be that is still taken; found by pushing ever less deep ones."""
    for depth in range(250, 100, -1):
        till.facts[0]["actor"] = nested(depth)
        answer = till.push()
        if answer.status_code == 200:
            return depth
        assert answer.json()["error"] == "too_deep"
    raise AssertionError("a hundred levels are not taken")


@pytest.mark.logs("quarantined")
def test_the_deepest_header_that_is_read_is_kept_and_told_again(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    till.record("auth.event.v1", {"what": "signed_in"})

    depth = deepest(till)

    (told,) = till.get("/v1/devices/self/events").json()["events"]
    assert told["actor"] == nested(depth)
    employ(engine)
    with clerk(central) as eva:
        eva.sign_in()
        assert (eva.see(LIST).status, eva.see(of(till)).status) == (200, 200)


def test_arguments_of_any_depth_are_refused(till: SpeakingTill) -> None:
    for depth in range(150, 220):
        answer = ask(till, "coupon.hold", code=nested(depth))
        assert answer.status_code == 422
        assert answer.json()["error"] in ("bad_request", "too_deep")
