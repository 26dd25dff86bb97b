"""What can go wrong between till and central, by what the till does about it.

CentralError
├── Unreachable      no answer: refused, cut, timed out; the outcome is unknown, so send again
│   └── Untrusted    whoever answers is not our server, or cannot prove it; `reason` is why
├── Unauthorised     the till is revoked or unknown, or its key does not fit
├── Conflict         central's history of this till differs (fork) or misses facts (gap)
├── UpgradeRequired  central no longer speaks this protocol version
├── ServerBroken     a 5xx, or something that is not our protocol at all (HTML, half a JSON)
├── SlowDown         429 or 503: come back after `retry_after` seconds
├── TooLarge         413: send less at once
├── Rejected         another 4xx of our protocol: this request is not right; `reason` is its key
└── EnrolRefused     the code is unknown, used or too old; `reason` is a key for the screen
"""

from typing import Literal


class CentralError(Exception):
    """The exchange failed; the message is for logs and holds no secrets."""


class Unreachable(CentralError):
    """No answer arrived; whether the request did is unknown."""


class Untrusted(Unreachable):
    """Nothing was sent, because whoever is there could not prove to be our server.

    `reason`: wrong_ca, wrong_host, out_of_date, clock (the till's own), old_tls, or plain (no TLS).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unauthorised(CentralError):
    """Central does not accept this till; `reason` is its key for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Conflict(CentralError):
    """409: central and the till disagree about the till's own past."""

    def __init__(self, kind: Literal["fork", "gap"], seq: int, next_expected: int) -> None:
        super().__init__(f"{kind} at {seq}, central expects {next_expected}")
        self.kind = kind
        self.seq = seq
        self.next_expected = next_expected


class UpgradeRequired(CentralError):
    """426: this till's program is too old."""


class ServerBroken(CentralError):
    """An answer that makes no sense; sending the same again later is right."""


class SlowDown(CentralError):
    """Central asks for a pause of `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"retry after {retry_after:g} s")
        self.retry_after = retry_after


class TooLarge(CentralError):
    """413: the batch must be halved."""


class Rejected(CentralError):
    """Central understood the request and will not do it, now or later."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason


class EnrolRefused(CentralError):
    """The enrolment code was not accepted; `reason` is central's key for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
