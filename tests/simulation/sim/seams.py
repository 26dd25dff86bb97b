"""What is random or threaded in the programs under test, replaced for the time of a simulation."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from random import Random
from typing import Any
from uuid import UUID

from pos_app.store import db as till_db
from pos_app.store import facts
from pos_app.store.upkeep import Upkeep
from sync import exchange
from sync.central import db as central_db
from sync.central import identity
from sync.client import CentralClient
from sync.errors import CentralError
from sync.ports import Page
from tests.simulation.sim import disk


class QuietUpkeep(Upkeep):
    """Has no thread: a simulated till folds its WAL in when the agenda says so."""

    def _rouse(self) -> None:
        return

    @property
    def is_selling(self) -> bool:
        return False

    def fold(self) -> None:
        self._checkpoint()


class InlineFetch:
    """The next page is fetched before the current one is applied, as the real one may be."""

    def __init__(
        self, client: CentralClient, cursor: str, limit: int, again: Sequence[str] = ()
    ) -> None:
        self._page: Page | None = None
        self._error: CentralError | None = None
        try:
            self._page = client.changes(cursor, limit, again)
        except CentralError as error:  # handed to whoever asks for the page, as by the real one
            self._error = error

    def result(self) -> Page:
        if self._page is None:
            assert self._error is not None
            raise self._error
        return self._page


class SeededIds:
    """Stands in for `uuid_utils` and `secrets`."""

    def __init__(self) -> None:
        self.dice = Random(0)

    def uuid7(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128))

    def token_hex(self, count: int) -> str:
        return self.dice.randbytes(count).hex()


IDS = SeededIds()


class Hurry:
    """Stands in for `time`, where central waits before it tries again."""

    @staticmethod
    def sleep(_seconds: float) -> None:
        return


@contextmanager
def replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    """An attribute is another one for a while."""
    old = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, old)


@contextmanager
def installed(fetch: Callable[..., Any] = InlineFetch) -> Iterator[None]:
    """Deterministic till and central."""
    with ExitStack() as stack:
        stack.enter_context(disk.installed())
        stack.enter_context(replaced(till_db, "Upkeep", QuietUpkeep))
        stack.enter_context(replaced(exchange, "Fetch", fetch))
        stack.enter_context(replaced(facts, "uuid_utils", IDS))
        stack.enter_context(replaced(identity, "secrets", IDS))
        stack.enter_context(replaced(central_db, "time", Hurry))
        yield
