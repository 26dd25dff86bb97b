"""The floor of a first fill: the same rows from a file into the same tables, by nothing but the driver.

Indexes are kept while filling, as ours are; the index of the search is left out, ours comes after.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pysqlite3.dbapi2 as sqlite

from pos_app.store import streams
from pos_app.store.connect import REPLICA_SETTINGS
from pos_app.store.db import REPLICA, open_stores
from sync.wire import PAGE_ROWS
from tests.perf.goods import page_rows
from tests.perf.people import wire_rows

_ENTITIES = ("product", "variant", "price", "customer")
_CODES = "INSERT INTO code VALUES (?, ?)"
_CODE_AT = 2 + streams.COLUMNS["variant"].index("codes")


def snapshot(count: int, folder: Path, customers: int = 0) -> Path:
    """One NDJSON file for each entity, its rows as they are on the wire."""
    home = folder / (f"snapshot-{count}-{customers}" if customers else f"snapshot-{count}")
    if not home.exists():
        fresh = home.with_suffix(".new")
        fresh.mkdir(exist_ok=True)
        for entity, rows in (page_rows(count) | {"customer": wire_rows(customers)}).items():
            lines = b"".join(orjson.dumps(row) + b"\n" for row in rows)
            (fresh / f"{entity}.ndjson").write_bytes(lines)
        fresh.rename(home)
    return home


def empty_replica(data_dir: Path) -> Any:
    """A replica with our tables and settings, opened by the driver alone."""
    open_stores(data_dir).close()
    conn = sqlite.connect(str(data_dir / REPLICA), isolation_level=None)
    for name, value in REPLICA_SETTINGS.items():
        conn.execute(f"PRAGMA {name} = {value}").close()
    return conn


def fill_raw(conn: Any, home: Path) -> int:
    """Read, decode, executemany, a transaction for as many rows as a page has; how many rows."""
    return sum(_fill(conn, home, entity) for entity in _ENTITIES)


def _fill(conn: Any, home: Path, entity: str) -> int:
    insert, done = streams.insert(entity, 0), 0
    with (home / f"{entity}.ndjson").open("rb") as lines:
        for rows in _pages(lines):
            conn.execute("BEGIN IMMEDIATE")
            conn.executemany(insert, rows)
            if entity == "variant":
                codes = [(row[_CODE_AT], at) for at, row in enumerate(rows, done + 1)]
                conn.executemany(_CODES, codes)
            conn.execute("COMMIT")
            done += len(rows)
    return done


def _pages(lines: Iterator[bytes]) -> Iterator[list[list[Any]]]:
    part: list[bytes] = []
    for line in lines:
        part.append(line)
        if len(part) == PAGE_ROWS:
            yield orjson.loads(b"[" + b",".join(part) + b"]")
            part.clear()
    if part:
        yield orjson.loads(b"[" + b",".join(part) + b"]")
