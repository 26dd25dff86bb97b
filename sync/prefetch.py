"""Fetching the next page while the replica writes the current one."""

import threading
from collections.abc import Sequence

from sync.client import CentralClient
from sync.errors import CentralError
from sync.ports import Page


class Fetch:
    """One page on its way, in a thread of its own."""

    def __init__(
        self, client: CentralClient, cursor: str, limit: int, again: Sequence[str] = ()
    ) -> None:
        """Streams in `again` start from nothing."""
        self._client = client
        self._again = again
        self._cursor = cursor
        self._limit = limit
        self._page: Page | None = None
        self._error: Exception | None = None
        # a daemon: a request that hangs must not keep a closing till alive
        self._thread = threading.Thread(target=self._run, name="sync-fetch", daemon=True)
        self._thread.start()

    def result(self) -> Page:
        """The page, or the error that came instead of it."""
        self._thread.join()
        if self._page is None:
            raise self._error or CentralError("no page")
        return self._page

    def _run(self) -> None:
        try:
            self._page = self._client.changes(self._cursor, self._limit, self._again)
        except Exception as error:  # noqa: BLE001 handed to the thread that waits for the page
            self._error = error
