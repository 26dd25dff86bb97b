"""Publishing rows to the tills: streams, their heads, and the feed that keeps each newest row."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import orjson
from sqlalchemy import Connection, bindparam, select

from sync.central import bulk
from sync.central.schema import feed, stream_head

Scalar: TypeAlias = str | int | None
Row: TypeAlias = Sequence[Scalar]

_HEADS = select(stream_head.c.stream, stream_head.c.seq).where(
    stream_head.c.stream.in_(bindparam("streams", expanding=True))
)
_FLOORS = select(stream_head.c.stream, stream_head.c.min_seq).where(
    stream_head.c.stream.in_(bindparam("streams", expanding=True)), stream_head.c.min_seq > 0
)
_BUMPED = """ON CONFLICT (stream) DO UPDATE SET seq = stream_head.seq + excluded.seq
 RETURNING stream, seq"""
_REPLACING = """ON CONFLICT (stream, entity, entity_id)
 DO UPDATE SET seq = excluded.seq, body = excluded.body"""

COLS: dict[str, tuple[str, ...]] = {
    "product": ("product_id", "name", "category", "brand", "axes"),
    "variant": (
        "sku",
        "product_id",
        "name",
        "options",
        "unit",
        "tax_code",
        "codes",
        "category",
        "active",
        "sort",
    ),
    "tax_rate": ("code", "name", "ppm"),
    "price": ("sku", "amount"),
    "stock": ("key", "place_id", "sku", "qty", "as_of_ms"),
    "place": ("place_id", "name", "kind"),
    "staff": ("staff_id", "name", "role", "rights", "pin_hash", "pin_length", "active"),
    "setting": ("name", "value"),
    "tile": ("tile_id", "page_category", "position", "product_id", "label"),
    "customer": (
        "customer_id",
        "name",
        "email",
        "phone",
        "loyalty_no",
        "consents",
        "points",
        "tier",
        "version",
    ),
    "verdict": ("verdict_id", "incarnation", "fact_seq", "status", "code", "detail", "at_ms"),
}
"""Columns of each entity on the wire; the first is its key. `axes`, `options`, `rights`, `value` and
`consents` are JSON text; `codes` is code keys parted by spaces. A change here needs a new epoch; a
stream more needs a new `sync.wire.SCHEMA`."""


def catalog_stream(tenant_id: str) -> str:
    return f"catalog:{tenant_id}"


def prices_stream(price_list: str) -> str:
    return f"prices:{price_list}"


def stock_stream(area: str) -> str:
    return f"stock:{area}"


def store_stream(store_id: str) -> str:
    return f"store:{store_id}"


def customers_stream(tenant_id: str, area: str) -> str:
    """People of one shop only, even where two shops call an area the same."""
    return f"customers:{tenant_id}/{area}"


def device_stream(device_id: str) -> str:
    return f"device:{device_id}"


def stock_key(place_id: str, sku: str) -> str:
    return f"{place_id}|{sku}"


class Changes:
    """Rows to publish at the end of one transaction.

    Collect while working, then call `write` as the last act before the commit: heads are bumped
    there in sorted order, so two writers cannot deadlock and no reader can miss a row.
    """

    def __init__(self) -> None:
        self.rows: dict[str, dict[tuple[str, str], tuple[str, Row]]] = {}

    def put(self, stream: str, entity: str, rows: Iterable[Row]) -> None:
        """Publish whole rows, columns as in `COLS`; a later row of one key replaces an earlier."""
        count = len(COLS[entity])
        mine = self.rows.setdefault(stream, {})
        for row in rows:
            if len(row) != count:
                raise ValueError(f"{entity} has {count} columns, got {len(row)}")
            mine[entity, str(row[0])] = ("put", row)

    def delete(self, stream: str, entity: str, keys: Iterable[str]) -> None:
        """Publish that these rows are gone."""
        mine = self.rows.setdefault(stream, {})
        for key in keys:
            mine[entity, key] = ("del", (key,))

    def merge(self, other: "Changes") -> None:
        """Take over what another transaction part has collected after this one."""
        for stream, rows in other.rows.items():
            self.rows.setdefault(stream, {}).update(rows)

    def write(self, conn: Connection) -> dict[str, int]:
        """Bump the heads and write the rows; returns the new heads, for hints after the commit."""
        moved = {stream: rows for stream, rows in sorted(self.rows.items()) if rows}
        heads = _bump(conn, {stream: len(rows) for stream, rows in moved.items()})
        _write(conn, heads, moved)
        self.rows.clear()
        return heads


def publish(conn: Connection, stream: str, entity: str, rows: Iterable[Row]) -> dict[str, int]:
    """Publish rows of one entity as the last act of a transaction; see `Changes` for several."""
    changes = Changes()
    changes.put(stream, entity, rows)
    return changes.write(conn)


def heads_of(conn: Connection, streams: Iterable[str]) -> dict[str, int]:
    """How far each of these streams is; one nobody has written to yet is at 0."""
    wanted = list(streams)
    rows = conn.execute(_HEADS, {"streams": wanted})
    return dict.fromkeys(wanted, 0) | {row.stream: row.seq for row in rows}


def floors_of(conn: Connection, streams: Iterable[str]) -> dict[str, int]:
    """Streams that lack old tombstones, and up to which seq."""
    rows = conn.execute(_FLOORS, {"streams": list(streams)})
    return {row.stream: row.min_seq for row in rows}


def _bump(conn: Connection, counts: dict[str, int]) -> dict[str, int]:
    """The rows are locked in the order given."""
    done = bulk.add(conn, stream_head, {}, ("stream", "seq"), list(counts.items()), _BUMPED)
    return {row.stream: row.seq for row in done}


def _write(
    conn: Connection,
    heads: dict[str, int],
    moved: dict[str, dict[tuple[str, str], tuple[str, Row]]],
) -> None:
    written = [
        (stream, entity, key, seq, orjson.dumps([seq, op, *row]).decode())
        for stream, rows in moved.items()
        for seq, ((entity, key), (op, row)) in enumerate(
            rows.items(), heads[stream] - len(rows) + 1
        )
    ]
    names = ("stream", "entity", "entity_id", "seq", "body")
    bulk.add(conn, feed, {}, names, written, _REPLACING)
