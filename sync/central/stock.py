"""The stock ledger: signed movements, the levels they sum to, and the rows tills see of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, tuple_

from sync.central import db
from sync.central.feed import Changes, stock_key, stock_stream
from sync.central.schema import place, stock_ledger, stock_level


@dataclass(frozen=True, slots=True)
class Move:
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
    fresh = _not_booked(conn, store_id, moves)
    if not fresh:
        return
    conn.execute(
        db.insert(conn, stock_ledger),
        [
            {
                "store_id": store_id,
                "kind": move.kind,
                "ref_id": move.ref_id,
                "place_id": move.place_id,
                "sku": move.sku,
                "delta": move.delta,
                "occurred_at_ms": move.occurred_at_ms,
            }
            for move in fresh
        ],
    )
    sums: dict[tuple[str, str], int] = {}
    for move in fresh:
        key = move.place_id, move.sku
        sums[key] = sums.get(key, 0) + move.delta
    _adjust(conn, sums, now_ms)
    _publish(conn, sorted(sums), changes)


def _not_booked(conn: Connection, store_id: str, moves: Sequence[Move]) -> list[Move]:
    wanted = {(move.kind, move.ref_id): move for move in moves}
    booked: set[tuple[str, str]] = set()
    key = tuple_(stock_ledger.c.kind, stock_ledger.c.ref_id)
    for some in db.chunks(wanted):
        rows = conn.execute(
            select(stock_ledger.c.kind, stock_ledger.c.ref_id).where(
                stock_ledger.c.store_id == store_id, key.in_(some)
            )
        )
        booked.update((row.kind, row.ref_id) for row in rows)
    return [move for name, move in wanted.items() if name not in booked]


def _adjust(conn: Connection, sums: dict[tuple[str, str], int], now_ms: int) -> None:
    statement = db.insert(conn, stock_level)
    add = statement.on_conflict_do_update(
        index_elements=["place_id", "sku"],
        set_={
            "qty": stock_level.c.qty + statement.excluded.qty,
            "as_of_ms": statement.excluded.as_of_ms,
        },
    )
    conn.execute(
        add,
        [
            {"place_id": place_id, "sku": sku, "qty": delta, "as_of_ms": now_ms}
            for (place_id, sku), delta in sorted(sums.items())
        ],
    )


def _publish(conn: Connection, keys: list[tuple[str, str]], changes: Changes) -> None:
    """A place central does not know has levels but no stream to show them in."""
    places = {place_id for place_id, _ in keys}
    areas = {
        row.place_id: row.area
        for row in conn.execute(select(place).where(place.c.place_id.in_(places)))
    }
    level = tuple_(stock_level.c.place_id, stock_level.c.sku)
    for some in db.chunks(key for key in keys if key[0] in areas):
        for row in conn.execute(select(stock_level).where(level.in_(some))):
            key = stock_key(row.place_id, row.sku)
            changes.put(
                stock_stream(areas[row.place_id]),
                "stock",
                [(key, row.place_id, row.sku, row.qty, row.as_of_ms)],
            )
