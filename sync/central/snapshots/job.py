"""Keeping a fresh snapshot for every class of stores on the shelf."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, select

from sync.central import db
from sync.central.feed import catalog_stream, customers_stream, prices_stream, stock_stream
from sync.central.repeating import Repeating
from sync.central.schema import store
from sync.central.snapshots.shelf import Shelf

_EVERY_S = 60.0


def snapshots(engine: Engine, shelf: Shelf) -> Repeating:
    """Without snapshots tills are filled by pages. A file in the making has no name yet, so stopping
    leaves nothing half done."""

    def refresh(is_stopping: Callable[[], bool]) -> None:
        for streams in classes(engine):
            if is_stopping():
                return
            shelf.refresh(engine, streams)

    return Repeating("making snapshots", refresh, _EVERY_S)


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
