"""A request on its way to a verdict."""

from dataclasses import asdict, dataclass
from typing import Literal, TypeVar

from pydantic import ValidationError

from sync.central.auth import Caller
from sync.central.errors import unfit
from sync.wire import Message

A = TypeVar("A", bound=Message)

HOLD_MS = 15 * 60_000
"""How long stored value and coupons stay reserved, and how long a refund hold may be silent."""
RETRY_MS = 5_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is answered; `pending` is asked again, the others are final."""

    status: Literal["granted", "refused", "pending"]
    code: str = ""
    detail: str = ""
    retry_after_ms: int | None = None
    hold_id: str | None = None
    valid_for_ms: int | None = None
    version: int | None = None
    fence: int | None = None

    def fields(self) -> dict[str, object]:
        return asdict(self)


def refused(code: str, detail: str = "") -> Verdict:
    return Verdict("refused", code, detail)


def pending(code: str, detail: str = "") -> Verdict:
    return Verdict("pending", code, detail, retry_after_ms=RETRY_MS)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: who wants what, under which id, and when it came."""

    who: Caller
    command_id: str
    raw: dict[str, object]
    expected_version: int | None
    at_ms: int

    def read(self, model: type[A]) -> A:
        """Its arguments; wrong ones are a 422 and leave no trace."""
        try:
            return model.model_validate(self.raw)
        except ValidationError as error:
            raise unfit(error) from None
