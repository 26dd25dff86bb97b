"""The one shape of a refusal: a status, a key for programs, words for people."""

from collections.abc import Mapping

from pydantic import ValidationError


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


def unfit(error: ValidationError) -> Refusal:
    """422 for a message that is none of ours."""
    if is_too_deep(error):
        return Refusal(422, "too_deep", "values within values, over a hundred levels of them")
    return Refusal(422, "bad_request", places(error))


def places(error: ValidationError) -> str:
    """Which fields are wrong; what was in them is never repeated (it may be personal)."""
    found = [".".join(map(str, it["loc"])) + ": " + it["type"] for it in error.errors()]
    return "; ".join(found)[:500]


def is_too_deep(error: ValidationError) -> bool:
    """The reader of JSON gives up at 200 levels, long before Python's own stack would."""
    return any("recursion limit" in str(it.get("ctx", {}).get("error")) for it in error.errors())


def unauthorised(error: str, detail: str = "") -> Refusal:
    return Refusal(401, error, detail, {"WWW-Authenticate": "Bearer"})
