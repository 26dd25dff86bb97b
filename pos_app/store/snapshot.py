"""Filling an empty replica from central's ready-made file. Satisfies sync.bootstrap.Target."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import zstandard
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from pos_app.store import catalog_rows, streams
from pos_app.store.connect import raw
from pos_app.store.db import Stores
from pos_app.store.errors import StoreError
from pos_app.store.replica import Replica, note_counted
from pos_app.store.streams import Counted
from sync.bootstrap import Unfit

_FEW = 1000
"""So many articles that somebody has asked for before the first load are simply replaced."""
_ENTITIES = ("tax_rate", "place", "product", "variant", "price", "stock", "customer")
_STEP, _STEP_SELLING = 50_000, 5_000
"""Rows copied in one transaction: a tenth of a second, so that an urgent look-up gets in between; while
the till sells, little enough that no sale waits for the disk."""
_PAUSE_S = 0.002


class SnapshotLoader:
    """Used by the sync thread alone."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._replica = Replica(stores)

    def is_wanted(self) -> bool:
        with self._stores.using_replica:
            run = self._stores.replica.exec_driver_sql
            count = run("SELECT count(*) FROM (SELECT 1 FROM product LIMIT ?)", (_FEW,)).scalar()
        return self._replica.cursor() == "" and (count or 0) < _FEW

    def show(self, blocks: Sequence[dict[str, Any]]) -> None:
        self._replica.show(blocks)

    def take(self, packed: Path, cursor: str, includes_own_through: int) -> None:
        """The cursor moves with the last rows: an end in the middle begins again by pages."""
        plain = packed.with_suffix(".plain")
        conn = self._stores.replica
        try:
            _unpack(packed, plain)
            raw(conn).execute("ATTACH ? AS snap", (str(plain),)).close()
            try:
                self._copy(cursor, includes_own_through)
            finally:
                raw(conn).execute("DETACH snap").close()
        except (sqlite.Error, DBAPIError, StoreError, zstandard.ZstdError) as error:
            raise Unfit(f"{type(error).__name__}: {error}") from error
        finally:
            plain.unlink(missing_ok=True)
        self._stores.upkeep.index_soon()

    def _copy(self, cursor: str, includes_own_through: int) -> None:
        stores = self._stores
        stores.upkeep.pace_checkpoints(stores.replica)
        with stores.replica_write() as conn:
            for entity in _ENTITIES:
                _clear(conn, entity)
        for entity in _held(stores.replica):
            query = f"SELECT max(seq) FROM snap.{entity}"
            last = stores.replica.exec_driver_sql(query).scalar() or 0
            for after, through in self._steps(last):
                with stores.replica_write() as conn:
                    _copy_some(conn, entity, after, through)
        with stores.replica_write() as conn:
            conn.exec_driver_sql("UPDATE pull SET cursor = ?", (cursor,))
            if stores.identity is not None:
                life = stores.identity.device.incarnation
                note_counted(conn, Counted(life, includes_own_through))

    def _steps(self, last: int) -> Iterator[tuple[int, int]]:
        """After which seq and through which; with a pause while the till sells."""
        after = 0
        while after < last:
            is_selling = self._stores.upkeep.is_selling
            through = after + (_STEP_SELLING if is_selling else _STEP)
            yield after, through
            after = through
            if is_selling:
                time.sleep(_PAUSE_S)


def _held(conn: Connection) -> list[str]:
    """What the file has a table for; an older central knows fewer."""
    there = set(conn.exec_driver_sql("SELECT name FROM snap.sqlite_master").scalars())
    return [it for it in _ENTITIES if it in there]


def _clear(conn: Connection, entity: str) -> None:
    """What was asked for one by one comes again with everything else."""
    if entity in ("product", "variant"):
        codes = "codes" if entity == "variant" else "''"
        gone = conn.exec_driver_sql(f"SELECT id, product_id, {codes} FROM {entity}").fetchall()
        catalog_rows.drop(conn, entity, gone)
    else:
        conn.exec_driver_sql(f"DELETE FROM {entity}")


def _copy_some(conn: Connection, entity: str, after: int, through: int) -> None:
    gen = conn.exec_driver_sql("SELECT gen FROM snapshot WHERE entity = ?", (entity,)).scalar()
    kept = ", ".join(name for name in streams.COLUMNS[entity] if name != "key")
    top = catalog_rows.top_of(conn, entity) if entity in ("product", "variant") else 0
    conn.exec_driver_sql(
        f"INSERT INTO {entity} ({kept}, seq, gen) SELECT {kept}, seq, ? FROM snap.{entity}"
        " WHERE seq > ? AND seq <= ? ORDER BY seq",
        (gen or 0, after, through),
    )
    if entity in ("product", "variant"):
        catalog_rows.added(conn, entity, top)


def _unpack(packed: Path, plain: Path) -> None:
    plain.unlink(missing_ok=True)
    plain.touch(0o600)
    with packed.open("rb") as source, plain.open("wb") as target:
        zstandard.ZstdDecompressor().copy_stream(source, target)
