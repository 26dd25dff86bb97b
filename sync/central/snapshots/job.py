"""The thread that keeps a fresh snapshot for every class of stores on the shelf."""

import logging
import threading
from pathlib import Path

from sqlalchemy import Engine, select

from sync.central import db
from sync.central.feed import catalog_stream, customers_stream, prices_stream, stock_stream
from sync.central.schema import store
from sync.central.snapshots.shelf import Shelf

_EVERY_S = 60.0
_STOP_S = 5.0

log = logging.getLogger(__name__)


class SnapshotJob:
    """Runs from `start` to `stop`; what goes wrong is tried again a minute later."""

    def __init__(self, engine: Engine, shelf: Shelf) -> None:
        self._engine = engine
        self._shelf = shelf
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="snapshots", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """A file in the making is left to the end of the process: it has no name yet."""
        self._stopping.set()
        self._thread.join(_STOP_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._refresh()
            except Exception:  # a thread's top: without snapshots tills are filled by pages
                log.exception("snapshots could not be made")
            self._stopping.wait(_EVERY_S)

    def _refresh(self) -> None:
        for streams in classes(self._engine):
            if self._stopping.is_set():
                return
            self._shelf.refresh(self._engine, streams)


def classes(engine: Engine) -> list[tuple[str, ...]]:
    """The streams of each class of stores, in the order a till has them."""
    query = select(store.c.tenant_id, store.c.price_list, store.c.area).distinct()
    with db.reading(engine) as conn:
        found = conn.execute(query).all()
    return [
        (
            catalog_stream(it.tenant_id),
            prices_stream(it.price_list),
            stock_stream(it.area),
            customers_stream(it.tenant_id, it.area),
        )
        for it in sorted(found)
    ]


def shelf_beside(engine: Engine) -> Shelf | None:
    """Beside a SQLite file; a shared database says nothing of where files may lie."""
    file = engine.url.database
    return Shelf(Path(file).parent / "snapshots") if db.is_sqlite(engine) and file else None
