"""The real server with a small shop and one admitted till, for requests nobody would write."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync.central import db, migrate
from sync.central.snapshots.job import classes, shelf_beside
from tests.central import shop
from tests.central.running import running
from tests.central.tills import enrolled


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send to, and what proves who asks."""

    address: str
    token: str


@contextmanager
def target(folder: Path) -> Iterator[Target]:
    """Central over a SQLite file in this folder, while the block runs."""
    engine = db.create_engine(f"sqlite:///{folder / 'central.db'}")
    migrate.upgrade(engine)
    db.write(engine, shop.seed)
    shelf = shelf_beside(engine)
    for streams in classes(engine):
        if shelf:
            shelf.refresh(engine, streams, worth=1)
    try:
        with running(engine) as address, enrolled(engine, address) as till:
            for _ in range(3):
                till.sell()
            till.push()
            yield Target(address, till.token)
    finally:
        engine.dispose()
