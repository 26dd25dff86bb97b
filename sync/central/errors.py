"""The one shape of a refusal: a status, a key for programs, words for people."""

from collections.abc import Mapping


class Refusal(Exception):
    """Answered as a `sync.wire.Problem` with this HTTP status."""

    def __init__(
        self, status: int, error: str, detail: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {error}: {detail}")
        self.status = status
        self.error = error
        self.detail = detail
        self.headers = dict(headers or {})


class CommandError(Exception):
    """A command of omnitill-central cannot be done; the message is the one sentence to print."""


def unauthorised(error: str, detail: str = "") -> Refusal:
    return Refusal(401, error, detail, {"WWW-Authenticate": "Bearer"})
