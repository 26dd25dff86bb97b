"""Now and then, and when a shift opens: is what the till has still what central has?

A stream that differs is fetched again as a whole. That needs no person, but it means that something
is wrong here or there, so it is logged.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence

from sync.client import CentralClient
from sync.digests import Digests, differing
from sync.errors import Rejected

EVERY_S = 15 * 60.0
_RAREST_S = 24 * 3600.0
"""A stream that differs again right after it was fetched has a fault that fetching does not mend,
such as a row this till cannot store; asking for it all day would only keep the line busy."""

log = logging.getLogger(__name__)

Own = Callable[[Sequence[str]], Mapping[str, Digests]]
"""Digests of these streams as the till has them, without entities it does not know."""


class Comparer:
    """Used by the sync thread alone."""

    def __init__(
        self,
        client: CentralClient,
        own: Own,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._own = own
        self._monotonic = monotonic
        self._due = monotonic()
        self._trust: dict[str, float] = {}
        self._healing: dict[str, int] = {}

    def soon(self) -> None:
        """A shift opens: compare after the next pull."""
        self._due = self._monotonic()

    def wrong(self, cursor: str) -> list[str]:
        """Streams to fetch again. Call it when everything up to this cursor is in the replica."""
        now = self._monotonic()
        if now < self._due:
            return []
        self._due = now + EVERY_S
        try:
            theirs = self._client.digest(cursor)
        except Rejected:
            return []  # a central that is older than this till
        ours = self._own([it for it in theirs if now >= self._trust.get(it, now)])
        return [it for it, digests in ours.items() if self._is_wrong(it, digests, theirs[it])]

    def _is_wrong(self, stream: str, ours: Digests, theirs: Digests) -> bool:
        wrong = [it for it in differing(ours, theirs) if it in ours]
        if not wrong:
            self._healing.pop(stream, None)
            return False
        again = self._healing[stream] = self._healing.get(stream, -1) + 1
        self._trust[stream] = self._monotonic() + min(EVERY_S * 2**again, _RAREST_S) - 1.0
        log.warning("%s differs from central's in %s; fetching it again", stream, ", ".join(wrong))
        return True
