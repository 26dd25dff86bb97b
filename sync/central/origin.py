"""Where facts come from."""

from dataclasses import dataclass

from sync.central.auth import Caller


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose facts these are, and when they arrived."""

    who: Caller
    incarnation: int
    at_ms: int
