"""A till that sells and a central whose prices change, with a bad wire between; then it heals."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx
from sqlalchemy import Engine

from pos_app.enrolment import enrol_till
from pos_app.exchange import Exchange
from pos_app.store.db import Stores, open_stores
from pos_app.store.digest import ReplicaDigest
from pos_app.store.journal import Journal
from pos_app.store.replica import Replica
from sync import backoff, comparing, engine
from sync import client as sync_client
from sync.central import auth, db, migrate
from sync.central.feed import publish
from sync.central.identity import now_ms
from sync.digests import differing
from sync.errors import CentralError
from sync.ports import SyncState
from tests.simulation.both_ends import disagreements
from tests.simulation.fleet.served import Served, served
from tests.simulation.selling import PRICES, Seller, stock_the_shop
from tests.simulation.sim.seams import replaced

ARTICLES = 6_000
TIMEOUT_S = 0.8
"""A till waits 10 s; everything here is about a dozen times as quick."""
HEALED_S = 60.0
_PACE_S = 0.02


@contextmanager
def hurried() -> Iterator[None]:
    """Waiting times of the exchange, divided."""
    with ExitStack() as stack:
        for owner, name, value in (
            (backoff, "FIRST_S", 0.05),
            (backoff, "CAP_S", 1.0),
            (engine, "_RETRY_FOR_A_SALE_S", 0.3),
            (comparing, "EVERY_S", 2.0),
            (comparing, "_RAREST_S", 4.0),
            (sync_client, "_HINT_SILENCE_S", 2.0),
        ):
            stack.enter_context(replaced(owner, name, value))
        yield


@contextmanager
def shop_served(folder: Path) -> Iterator[tuple[Engine, Served]]:
    """A shop in a database of SQLite, and central in a process of its own."""
    address = f"sqlite:///{folder / 'central.db'}"
    engine = db.create_engine(address)
    try:
        migrate.upgrade(engine)
        db.write(engine, lambda c: stock_the_shop(c, ARTICLES))
        with served(address, folder) as central:
            yield engine, central
    finally:
        engine.dispose()


def admit(central: Engine, address: str, folder: Path) -> None:
    """Make this folder till 2 of store 014."""
    code = db.write(central, lambda c: auth.new_code(c, "014", "2", now_ms()))
    enrol_till(folder, address, code)


class Ends:
    """The store of an enrolled till with its whole exchange, and central's database.

    Use it within `hurried`.
    """

    def __init__(self, central: Engine, folder: Path, talk_to: str) -> None:
        self.central = central
        self.stores: Stores = open_stores(folder)
        self.states: list[SyncState] = []
        self.exchange = Exchange(
            self.stores, folder, talk_to, self.states.append, lambda _entities: None
        )
        self.exchange._client._http.timeout = httpx.Timeout(TIMEOUT_S)
        self.exchange._engine._poll_s = 0.5

    @property
    def unsent(self) -> int:
        return Journal(self.stores).unsent()[0]

    def is_like_central(self) -> bool:
        """Whether every row of every stream is here, and no other; asked over the wire."""
        replica, digest = Replica(self.stores), ReplicaDigest(self.stores)
        try:
            theirs = self.exchange._client.digest(replica.cursor())
        except CentralError:
            return False
        ours = digest.of(list(theirs))
        is_whole = theirs.keys() == self.exchange._engine._exchange.positions.keys()
        return is_whole and not any(differing(ours[it], theirs[it]) for it in theirs)

    def __enter__(self) -> "Ends":
        return self

    def __exit__(self, *_error: object) -> None:
        self.exchange.stop()
        self.stores.close()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went; `complaints` is empty when both ends say the same."""

    sales: int
    prices: int
    seen: frozenset[str]
    """The badge's words."""
    healed_s: float
    complaints: tuple[str, ...]


def storm(
    ends: Ends,
    spoil: Callable[[float], object],
    seconds: float,
    dice: Random,
    is_enough: Callable[[int], bool] = lambda _sales: True,
) -> Outcome:
    """Sell and change prices for so long on a wire with all its faults, then on a good one.

    `spoil` is told how much of the usual trouble there is to be: 1, then 0. On a busy machine it
    goes on up to four times as long, until so many sales are enough.
    """
    seller = Seller(ends.stores, dice)
    ends.exchange.start()
    spoil(1.0)
    sales = prices = 0
    begun = time.monotonic()
    while (lasts := time.monotonic() - begun) < seconds or (
        lasts < 4 * seconds and not is_enough(sales)
    ):
        seller.sell()
        ends.exchange.wake()
        sales += 1
        if sales % 5 == 0:
            prices += _change_prices(ends.central, dice)
        time.sleep(_PACE_S)
    spoil(0.0)
    healed = heal(ends)
    seen = frozenset(it.connection for it in ends.states)
    return Outcome(sales, prices, seen, healed, tuple(verdict(ends)))


def _change_prices(central: Engine, dice: Random) -> int:
    rows = [(f"P-{dice.randrange(ARTICLES)}", dice.randrange(10_000)) for _ in range(40)]
    db.write(central, lambda c: publish(c, PRICES, "price", rows))
    return len(rows)


def heal(ends: Ends) -> float:
    """Seconds until nothing waits and both copies are the same."""
    start = time.monotonic()
    while time.monotonic() < start + HEALED_S:
        if not ends.unsent and ends.is_like_central():
            break
        time.sleep(0.1)
    return time.monotonic() - start


def verdict(ends: Ends) -> Iterator[str]:
    """Everything in which the two ends differ."""
    if ends.unsent:
        yield f"{ends.unsent} facts are still here"
    if not ends.is_like_central():
        yield "the till's rows are not central's"
    yield from disagreements(ends.stores, ends.central)
