"""How long to wait after a failure: full jitter, doubling, never giving up."""

from random import Random

FIRST_S = 0.5
CAP_S = 60.0


class Backoff:
    """Waiting times for one conversation. Jitter keeps a thousand tills from returning at once."""

    def __init__(self, random: Random | None = None) -> None:
        self._random = random or Random()  # noqa: S311 spreading load, not a secret
        self._failures = 0

    def next(self, retry_after: float | None = None) -> float:
        """Seconds to wait now. A server that named a time is not asked before it."""
        ceiling = min(CAP_S, FIRST_S * 2.0 ** min(self._failures, 16))
        self._failures += 1
        jitter = self._random.uniform(0.0, ceiling)
        return jitter if retry_after is None else max(retry_after, 0.0) + min(jitter, FIRST_S)

    def reset(self) -> None:
        """After a success."""
        self._failures = 0
