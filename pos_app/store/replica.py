"""Filling the replica from central's pages: rows, cursor and index queue in one transaction."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from pos_app.store import catalog_rows, rows, streams
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from pos_app.store.streams import Counted
from sync.errors import ServerBroken
from sync.ports import LookedUp

_log = logging.getLogger(__name__)

_CHUNK = 500
"""Rows between two pauses while the till sells."""
_PAUSE_S = 0.002
_CATALOG = ("product", "variant")


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


class Replica:
    """The downloadable copy, written by the sync thread. Satisfies sync.ports.Replica."""

    def __init__(self, stores: Stores, wall_ms: Callable[[], int] = _wall_ms) -> None:
        self._stores = stores
        self._wall_ms = wall_ms

    def cursor(self) -> str:
        """Where the replica is; empty before the first page."""
        with self._stores.using_replica:
            conn = self._stores.replica
            return str(conn.exec_driver_sql("SELECT cursor FROM pull").scalar_one())

    def resnapshot(self, names: Sequence[str]) -> None:
        """These streams start again: rows not seen again until a page with has_more false go."""
        entities = streams.entities_of(names)
        with self._stores.replica_write() as conn:
            for entity in entities:
                conn.exec_driver_sql(
                    "INSERT INTO snapshot VALUES (?, 1, 1)"
                    " ON CONFLICT DO UPDATE SET gen = gen + 1, open = 1",
                    (entity,),
                )

    def apply(self, page: Mapping[str, Any]) -> set[str]:
        """Rows and `next_cursor` in one transaction; ServerBroken when the page does not fit. Entities
        of which rows are gone because their stream started again without them.

        A row that cannot be stored is counted and left out: one bad row must not stop all others.
        """
        blocks, has_more = page["blocks"], bool(page["has_more"])
        with self._stores.using_replica:
            self._stores.upkeep.pace_checkpoints(self._stores.replica)
        with self._stores.replica_write() as conn:
            if page["from_cursor"] != conn.exec_driver_sql("SELECT cursor FROM pull").scalar():
                raise ServerBroken("the page does not start at our cursor")
            own = self._counted(page)
            refused = self._apply(conn, blocks, own)
            if _has_all_stock(page):
                note_counted(conn, own)
            swept = set() if has_more else _sweep(conn)
            conn.exec_driver_sql(
                "UPDATE pull SET cursor = ?, pulled_at_ms = ?, refused_rows = refused_rows + ?,"
                " epoch = ?",
                (page["next_cursor"], self._wall_ms(), refused, page["epoch"]),
            )
        is_searched = not swept.isdisjoint(_CATALOG) or _touches_catalog(blocks)
        self._tell_indexer(has_more, is_searched)
        return swept

    def apply_lookup(self, found: LookedUp) -> bool:
        """Rows of an answer to an unknown scan. A person waits for them; the cursor stays.

        False, and nothing is written, when central was restored since it answered, or since the last
        page, or is about to be met anew: figures of two histories do not mix.
        """
        with self._stores.replica_write(urgent=True) as conn:
            if not self._is_of_our_history(conn, found.epoch):
                return False
            self._apply(conn, found.blocks, self._counted({}))
        self._tell_indexer(has_more=False, changed=_touches_catalog(found.blocks))
        return True

    def _is_of_our_history(self, conn: Connection, epoch: str) -> bool:
        """Of the one last greeted, and of the one that what `counted` says is about."""
        greeted = Journal(self._stores).state().epoch
        others = conn.exec_driver_sql(
            "SELECT count(*) FROM pull, counted WHERE pull.epoch IS NOT ?", (epoch,)
        )
        return greeted in (None, epoch) and not others.scalar()

    def show(self, blocks: Sequence[Mapping[str, Any]]) -> None:
        """Rows ahead of the page that brings them in turn; somebody waits for them."""
        with self._stores.replica_write(urgent=True) as conn:
            self._apply(conn, blocks, self._counted({}))
        self._tell_indexer(has_more=False, changed=_touches_catalog(blocks))

    def _tell_indexer(self, has_more: bool, changed: bool) -> None:
        if has_more:
            self._stores.upkeep.filling()
        elif changed:
            self._stores.upkeep.index_soon()

    def _counted(self, page: Mapping[str, Any]) -> Counted:
        """Which own facts the figures hold; an older central says it of today's life only."""
        identity = self._stores.identity
        life = identity.device.incarnation if identity else 0
        return Counted(*page.get("counted") or (life, page.get("includes_own_through", 0)))

    def _apply(self, conn: Connection, blocks: Iterable[Mapping[str, Any]], own: Counted) -> int:
        """`own` is of figures of stock in blocks that say nothing else."""
        gens = {row.entity: row.gen for row in conn.exec_driver_sql("SELECT * FROM snapshot")}
        refused = 0
        for block in blocks:
            entity = block["entity"]
            if entity not in streams.COLUMNS:
                _log.info("rows of %s are for a newer till", entity)
                continue
            counted = Counted(*block.get("counted") or own) if entity == "stock" else None
            rows_here = streams.in_our_order(entity, block["cols"], block["rows"])
            for chunk in self._chunks(rows_here):
                refused += _write(conn, entity, chunk, gens.get(entity, 0), counted)
        if refused:
            _log.info("%d rows could not be stored", refused)
        return refused

    def _chunks(self, all_rows: Sequence[streams.Row]) -> Iterator[Sequence[streams.Row]]:
        """As they are; while the till sells in small parts with pauses."""
        at = 0
        while at < len(all_rows):
            end = at + _CHUNK if self._stores.upkeep.is_selling else len(all_rows)
            yield all_rows[at:end]
            at = end
            if self._stores.upkeep.is_selling:
                time.sleep(_PAUSE_S)


def note_counted(conn: Connection, own: Counted) -> None:
    """All rows of stock of today's generation are as new as this."""
    conn.exec_driver_sql(
        "INSERT OR REPLACE INTO counted"
        " VALUES (coalesce((SELECT gen FROM snapshot WHERE entity = 'stock'), 0), ?, ?)",
        own,
    )


def _has_all_stock(page: Mapping[str, Any]) -> bool:
    """Only then do rows that are not on the page hold as much as those that are."""
    at = page.get("positions", {})
    heads = page.get("heads", {}).items()
    return all(at.get(name) == head for name, head in heads if name.startswith("stock:"))


def _write(
    conn: Connection,
    entity: str,
    chunk: Sequence[streams.Row],
    gen: int,
    own: Counted | None,
) -> int:
    gone = [row for row in chunk if row[1] == "del"]
    here = [row for row in chunk if row[1] != "del"] if gone else chunk
    if entity in _CATALOG:
        catalog_rows.remove(conn, entity, gone)
        return catalog_rows.put(conn, entity, here, gen)
    rows.remove(conn, entity, gone)
    return rows.put(conn, entity, here, gen, own)


def _touches_catalog(blocks: Iterable[Mapping[str, Any]]) -> bool:
    return any(block["entity"] in _CATALOG for block in blocks)


def _sweep(conn: Connection) -> set[str]:
    """Rows of streams that started again and did not come back are gone; entities that had any."""
    swept = set()
    opened = conn.exec_driver_sql("SELECT entity, gen FROM snapshot WHERE open = 1").fetchall()
    for entity, gen in opened:
        if entity in _CATALOG:
            codes = "codes" if entity == "variant" else "''"
            gone = conn.exec_driver_sql(
                f"SELECT id, product_id, {codes} FROM {entity} WHERE gen < ?", (gen,)
            ).fetchall()
            catalog_rows.drop(conn, entity, gone)
            count = len(gone)
        else:
            count = conn.exec_driver_sql(f"DELETE FROM {entity} WHERE gen < ?", (gen,)).rowcount
        if count:
            swept.add(entity)
    if opened:
        conn.exec_driver_sql(
            "DELETE FROM counted WHERE gen < (SELECT gen FROM snapshot WHERE entity = 'stock')"
        )
        conn.exec_driver_sql("UPDATE snapshot SET open = 0")
    return swept
