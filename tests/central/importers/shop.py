"""A shop to import into: the demo chain without goods, selling in euro."""

from typing import Any

from sqlalchemy import Connection, Engine, func, select, text

from sync.central import db, demo_shop
from sync.central.feed import Changes
from sync.central.importers.applying import StockMode, apply
from sync.central.importers.articles import Catalogue
from sync.central.importers.difference import Difference, difference
from sync.central.importers.target import Target
from sync.central.schema import feed, stock_level, stream_head

STORE = "s014"
TARGET = Target("demo", "main", STORE, STORE)


def bare_shop(engine: Engine) -> None:
    demo_shop.seed(engine, currency="EUR", with_goods=False)


def imported(
    engine: Engine, catalogue: Catalogue, mode: StockMode = StockMode.OPENING
) -> Difference:
    """Apply a catalogue in one transaction, as the command does."""

    def work(conn: Connection) -> Difference:
        what = difference(conn, catalogue, TARGET)
        changes = Changes()
        apply(conn, catalogue, what, TARGET, 1_000, changes, mode)
        changes.write(conn)
        return what

    return db.write(engine, work)


def heads(engine: Engine) -> dict[str, int]:
    with db.reading(engine) as conn:
        return {row.stream: row.seq for row in conn.execute(select(stream_head))}


def published(engine: Engine, entity: str) -> list[str]:
    """Bodies of the feed rows of an entity in the order of their publication."""
    with db.reading(engine) as conn:
        wanted = select(feed.c.body).where(feed.c.entity == entity).order_by(feed.c.seq)
        return list(conn.execute(wanted).scalars())


def level(engine: Engine, sku: str) -> int | None:
    with db.reading(engine) as conn:
        at = (stock_level.c.place_id == STORE) & (stock_level.c.sku == sku)
        return conn.execute(select(stock_level.c.qty).where(at)).scalar_one_or_none()


def count(engine: Engine, table: str) -> int:
    with db.reading(engine) as conn:
        return int(conn.execute(select(func.count()).select_from(text(table))).scalar_one())


def all_rows(engine: Engine, table: str) -> list[Any]:
    with db.reading(engine) as conn:
        return sorted(tuple(row) for row in conn.execute(text(f"SELECT * FROM {table}")))
