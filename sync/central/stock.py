"""The stock ledger: signed movements, the levels they sum to, and the rows tills see of them."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from sync.central import bulk
from sync.central.feed import Changes, stock_key, stock_stream
from sync.central.schema import place, stock_level, stock_move


class Move(NamedTuple):
    """A movement booked once for ever: (kind, ref_id) is its identity within a store."""

    place_id: str
    sku: str
    delta: int
    kind: str
    ref_id: str
    occurred_at_ms: int


def book(
    conn: Connection, store_id: str, moves: Sequence[Move], now_ms: int, changes: Changes
) -> None:
    """Book movements, adjust the levels and add the stock rows to `changes`.

    One already booked moves nothing. Levels are locked in the order of their keys.
    """
    fresh = _booked(conn, store_id, moves)
    change(conn, ((it.place_id, it.sku, it.delta) for it in fresh), now_ms, changes)


def change(
    conn: Connection, deltas: Iterable[tuple[str, str, int]], now_ms: int, changes: Changes
) -> None:
    """Add (place, SKU, delta) of movements that are booked to the levels; rows to `changes`."""
    sums: dict[tuple[str, str], int] = {}
    for place_id, sku, delta in deltas:
        key = place_id, sku
        sums[key] = sums.get(key, 0) + delta
    if sums:
        _publish(conn, _adjusted(conn, sums, now_ms), changes)


_ONCE = "ON CONFLICT DO NOTHING RETURNING kind, ref_id"
_ADDING = """ON CONFLICT (place_id, sku)
 DO UPDATE SET qty = stock_level.qty + excluded.qty, as_of_ms = excluded.as_of_ms
 RETURNING place_id, sku, qty, as_of_ms"""


def _booked(conn: Connection, store_id: str, moves: Sequence[Move]) -> list[Move]:
    """Write the movements; those that were not there before are returned."""
    wanted = {(move.kind, move.ref_id): move for move in moves}
    own = {"store_id": store_id}
    done = bulk.add(
        conn, stock_move, own, Move._fields, [tuple(move) for move in wanted.values()], _ONCE
    )
    return [wanted[str(row.kind), str(row.ref_id)] for row in done]


def _adjusted(
    conn: Connection, sums: dict[tuple[str, str], int], now_ms: int
) -> Sequence[Row[tuple[object, ...]]]:
    """Add to the levels in the order of their keys; returns them as they are now."""
    rows = [(*key, delta) for key, delta in sorted(sums.items())]
    return bulk.add(
        conn, stock_level, {"as_of_ms": now_ms}, ("place_id", "sku", "qty"), rows, _ADDING
    )


def _publish(conn: Connection, levels: Sequence[Any], changes: Changes) -> None:
    """A place central does not know has levels but no stream to show them in."""
    places = [(it,) for it in sorted({place_id for place_id, *_ in levels})]
    there = bulk.find(conn, place, ("place_id", "area"), ("place_id",), places)
    areas = {row.place_id: row.area for row in there}
    for area in set(areas.values()):
        cells = [
            (stock_key(place_id, sku), place_id, sku, qty, as_of_ms)
            for place_id, sku, qty, as_of_ms in levels
            if areas.get(place_id) == area
        ]
        changes.put(stock_stream(area), "stock", cells)
