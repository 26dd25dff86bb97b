"""Judging answers: what is ours, what is a refusal, and what only looks like a server."""

from collections.abc import Mapping
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from sync.errors import (
    Conflict,
    Rejected,
    ServerBroken,
    SlowDown,
    TooLarge,
    Unauthorised,
    UpgradeRequired,
)
from sync.wire import ForkAnswer, Problem

_LONGEST_PAUSE_S = 3600.0
_PAUSE_S = 5.0
"""For a 429 that does not say how long."""

M = TypeVar("M", bound=BaseModel)


def checked(status: int, headers: Mapping[str, str], body: bytes) -> bytes:
    """The body of a 200; every other status is its CentralError."""
    if status == 200:
        return body
    if status == 409:
        fork = parsed(ForkAnswer, body)
        raise Conflict(fork.error, fork.seq, fork.next_expected)
    if status == 413:
        raise TooLarge
    if status == 426:
        raise UpgradeRequired
    if status == 429 or (status == 503 and "retry-after" in headers):
        raise SlowDown(_pause(headers.get("retry-after", "")))
    if 400 <= status < 500:
        # a captive portal or a wrong address answers 4xx too, but not in our words
        reason = parsed(Problem, body).error
        raise Unauthorised(reason) if status == 401 else Rejected(status, reason)
    raise ServerBroken(f"status {status}")


def parsed(model: type[M], body: bytes | str) -> M:
    """The message in an answer; ServerBroken if it is something else."""
    try:
        return model.model_validate_json(body)
    except ValidationError:
        raise ServerBroken(f"not a {model.__name__}") from None


def decoded(body: bytes) -> dict[str, Any]:
    """A JSON object, unchecked beyond that; ServerBroken if it is something else."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ServerBroken("not JSON") from None
    if not isinstance(answer, dict):
        raise ServerBroken("not a JSON object")
    return answer


def shaped(model: type[BaseModel], body: bytes) -> dict[str, Any]:
    """As `decoded`, and ServerBroken if it is not this message. Thousands of rows stay as they came:
    what is in them the replica judges one by one."""
    answer = decoded(body)
    try:
        model.model_validate(answer)
    except ValidationError:
        raise ServerBroken(f"not a {model.__name__}") from None
    return answer


def _pause(stated: str) -> float:
    """Seconds; a date is not worth trusting two clocks for."""
    return min(float(stated), _LONGEST_PAUSE_S) if stated.isdigit() else _PAUSE_S
