"""What an answer means."""

import pytest

from sync.answers import checked, decoded, parsed
from sync.errors import (
    CentralError,
    Conflict,
    Rejected,
    ServerBroken,
    SlowDown,
    TooLarge,
    Unauthorised,
    UpgradeRequired,
)
from sync.wire import Answer

PROBLEM = b'{"error":"why","detail":""}'
FORK = b'{"error":"fork","seq":4,"next_expected":9,"epoch":"e","server_time_ms":1}'
HTML = b"<html><body>Please sign in to FreeWifi</body></html>"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, PROBLEM, Unauthorised),
        (403, PROBLEM, Rejected),
        (404, PROBLEM, Rejected),
        (409, FORK, Conflict),
        (413, PROBLEM, TooLarge),
        (422, PROBLEM, Rejected),
        (426, PROBLEM, UpgradeRequired),
        (429, PROBLEM, SlowDown),
        (500, PROBLEM, ServerBroken),
        (502, HTML, ServerBroken),
        (503, HTML, ServerBroken),
        (301, b"", ServerBroken),
        (204, b"", ServerBroken),
        (401, HTML, ServerBroken),
        (404, HTML, ServerBroken),
        (409, HTML, ServerBroken),
        (409, PROBLEM, ServerBroken),
    ],
)
def test_every_status_has_its_meaning(status: int, body: bytes, error: type[CentralError]) -> None:
    with pytest.raises(CentralError) as raised:
        checked(status, {}, body)

    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("stated", "seconds"), [("7", 7), ("0", 0), ("999999", 3600), ("Wed, 21 Oct", 5), ("-1", 5)]
)
def test_the_pause_central_asks_for_is_kept(stated: str, seconds: float) -> None:
    with pytest.raises(SlowDown) as raised:
        checked(503, {"retry-after": stated}, HTML)

    assert raised.value.retry_after == seconds


@pytest.mark.parametrize("body", [b"", b"{", HTML, b"[]", b"null", b'"x"', b"\xff"])
def test_a_body_that_is_not_ours_is_a_broken_server(body: bytes) -> None:
    with pytest.raises(ServerBroken):
        decoded(body)
    with pytest.raises(ServerBroken):
        parsed(Answer, body)


def test_fields_of_a_newer_server_are_ignored() -> None:
    body = b'{"epoch":"e","server_time_ms":1,"news":[1,2]}'

    assert parsed(Answer, body) == Answer(epoch="e", server_time_ms=1)
