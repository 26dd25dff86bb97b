"""What must hold when everything has come to rest: I1, I2, I3, I8, I9, I10 over all files of a seed;
what was permitted (I4 to I7) is in `verdict_of_holds`."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Connection, Row

from pos_app.store import streams
from pos_app.store.catalog import Catalog
from pos_app.store.journal import Journal
from pos_app.store.shifts import Shifts
from sync.central import schema
from sync.central.auth import caller_of
from sync.chain import GENESIS, FactHeader, fact_hash
from tests.simulation.sim import verdict_of_holds
from tests.simulation.sim.cards import SALE
from tests.simulation.sim.central import Central
from tests.simulation.sim.model import Book, require
from tests.simulation.sim.refunds import REFUND, RELEASE
from tests.simulation.sim.shop import SKUS
from tests.simulation.sim.till import SimTill
from tests.simulation.sim.verdict_of_holds import differences, every

_EXPECTED = {
    # the one type of fact that central cannot read: it is kept, and blocks nothing
    "future.thing.v9": ("quarantined",),
    REFUND: ("applied", "exception"),
    RELEASE: ("applied", "exception"),
}
_HOLD_GONE = ("", "unknown_hold")
"""A hold whose request was lost, or that was granted after the backup central was restored from."""
_RESTORED = {"unknown_hold", "negative_balance"}
"""What a sale for a card may be noted for, if central has known the hold, or the card's issue, and was
put back to a time before."""


def judge(central: Central, tills: Sequence[SimTill], book: Book) -> None:
    """Raise Violation for the first thing that is wrong."""
    central.peek(lambda conn: _central(conn, book))
    central.peek(lambda conn: _stock(conn, tills))
    central.peek(lambda conn: _tiles(conn, central))
    for till in tills:
        central.peek(partial(_till, till))
        _own_figures(till, book)


def _central(conn: Connection, book: Book) -> None:
    inbox, sales = every(conn, schema.inbox), every(conn, schema.sale)
    _exactly_once(conn, inbox, sales, book)
    _money(conn, sales, book)
    _receipts(sales)
    verdict_of_holds.judge(conn, inbox, book)
    _chains(conn, inbox)


def _exactly_once(
    conn: Connection, inbox: list[Row[Any]], sales: list[Row[Any]], book: Book
) -> None:
    facts = Counter(row.id for row in inbox if not _is_told_again(row))
    again = {row.id for row in inbox if _is_told_again(row)}
    booked = Counter(row.sale_id for row in sales)
    for sale_id in booked.keys() & book.gone.keys():
        book.remember(sale_id)
    for sale_id, sale in book.sales.items():
        times = facts[sale_id] or int(sale_id in again), booked[sale_id]
        require(times == (1, 1), "I1", f"{sale.receipt_no} ({sale_id}) is at central {times} times")
    strange = sorted(set(booked) - set(book.sales))
    require(not strange, "I1", f"central has sales nobody made: {strange}")
    doubled = sorted(fact for fact, times in facts.items() if times > 1)
    require(not doubled, "I1", f"facts are at central twice: {doubled}")
    noted = defaultdict[tuple[str, str, int, int], set[str]](set)
    for row in every(conn, schema.fact_exception):
        noted[_place(row)].add(row.code)
    odd = [
        (row.device_id, row.seq, row.status, row.code)
        for row in inbox
        if not (_is_told_again(row) or _is_as_expected(row, noted[_place(row)], book))
        # what a later life has told again may still arrive from the first, late
        and not (row.id in again and row.code.startswith("duplicate_"))
    ]
    require(not odd, "I1", f"facts that are fine were not taken as such: {odd[:3]}")


def _place(row: Row[Any]) -> tuple[str, str, int, int]:
    return row.store_id, row.device_id, row.incarnation, row.seq


def _is_as_expected(row: Row[Any], noted: set[str], book: Book) -> bool:
    if row.type == SALE and noted:
        return book.restores > 0 and noted <= _RESTORED
    if row.type in (REFUND, RELEASE) and row.code not in _HOLD_GONE:
        return False
    return row.status in _EXPECTED.get(row.type, ("applied",))


def _is_told_again(row: Row[Any]) -> bool:
    """By a new life of a till that was put back: central may have it from the old one."""
    return row.payload.startswith('{"') and '"forked_from"' in row.payload


def _money(conn: Connection, sales: list[Row[Any]], book: Book) -> None:
    """I2: by shift, tenders less change and rounding are the totals, and the same as at the tills."""
    tendered = Counter[str]()
    for row in every(conn, schema.sale_tender):
        tendered[row.sale_id] += row.amount_minor
    lines = Counter[str]()
    for row in every(conn, schema.sale_line):
        lines[row.sale_id] += row.net_minor + row.tax_minor
    here, there = Counter[str](), Counter[str]()
    for row in sales:
        paid = tendered[row.sale_id] - row.change_minor - row.rounding_minor
        require(
            paid == row.total_minor == lines[row.sale_id],
            "I2",
            f"{row.receipt_no}: total {row.total_minor}, paid {paid}, lines {lines[row.sale_id]}",
        )
        here[row.shift_id] += row.total_minor
    for sale in book.sales.values():
        there[sale.shift_id] += sale.total
    require(here == there, "I2", f"shifts: central {dict(here)}, tills {dict(there)}")


def _receipts(sales: list[Row[Any]]) -> None:
    """I10: each series runs from 1 without gaps and without doubles."""
    series: dict[str, list[int]] = {}
    for row in sales:
        series.setdefault(row.receipt_no.rpartition("-")[0], []).append(row.number)
    for name, numbers in series.items():
        require(
            sorted(numbers) == list(range(1, len(numbers) + 1)), "I10", f"{name}: {sorted(numbers)}"
        )


def _chains(conn: Connection, inbox: list[Row[Any]]) -> None:
    """I10: what central keeps is the chain the tills wrote, without a gap, to its stated end."""
    lives: dict[tuple[str, int], list[Row[Any]]] = {}
    for row in inbox:
        lives.setdefault((row.device_id, row.incarnation), []).append(row)
    ends = {(row.device_id, row.incarnation): row for row in every(conn, schema.chain)}
    for key, rows in lives.items():
        rows.sort(key=lambda row: row.seq)
        seqs = [row.seq for row in rows]
        require(seqs == list(range(1, len(rows) + 1)), "I10", f"central's facts of {key}: {seqs}")
        previous = GENESIS
        for row in rows:
            previous = fact_hash(previous, _header(row), row.payload.encode())
            require(
                previous.hex() == row.hash, "I10", f"central's chain of {key} breaks at {row.seq}"
            )
        end = (ends[key].seq, ends[key].hash)
        require(end == (len(rows), previous.hex()), "I10", f"the chain of {key} ends at {end}")


def _header(row: Row[Any]) -> FactHeader:
    return FactHeader(*(getattr(row, name) for name in FactHeader._fields))


def _stock(conn: Connection, tills: Sequence[SimTill]) -> None:
    """I3: levels are the sums of the ledger, the ledger is every sale line once, tills show the same."""
    ledger, sold = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for row in every(conn, schema.stock_ledger):
        ledger[row.place_id, row.sku] += row.delta
        if row.kind == "sale":
            sold[row.place_id, row.sku] -= row.delta
    levels = {(row.place_id, row.sku): row.qty for row in every(conn, schema.stock_level)}
    require(levels == dict(ledger), "I3", f"levels {levels}, ledger {dict(ledger)}")
    lines = Counter[tuple[str, str]]()
    for row in every(conn, schema.sale_line):
        lines[row.stock_loc, row.sku] += row.qty
    require(sold == lines, "I3", f"moved {dict(sold)}, sold {dict(lines)}")
    for till in tills:
        assert till.stores is not None
        catalog = Catalog(till.stores)
        shown = {(it.place_id, sku): it.qty for sku in SKUS for it in catalog.stock(sku)}
        require(shown == levels, "I3", f"{till.name} shows {differences(shown, levels)}")


def _tiles(conn: Connection, central: Central) -> None:
    """I9: what the back office did last is what the feed says, also that something is gone."""
    found: dict[tuple[str, str], int | None] = {}
    for row in every(conn, schema.feed):
        if row.entity == "tile":
            _, op, *values = orjson.loads(row.body)
            found[row.stream, row.entity_id] = values[2] if op == "put" else None
    for key, wanted in central.tiles.items():
        require(found.get(key) in wanted, "I9", f"{key} is {found.get(key)}, not {wanted}")


def _till(till: SimTill, conn: Connection) -> None:
    """I8: the replica is what central has published. I10: the till's chain is as written."""
    assert till.stores is not None
    scope = caller_of(conn, till.device.store_id, till.device.device_id).streams
    published: dict[str, set[tuple[Any, ...]]] = {name: set() for name in streams.COLUMNS}
    for row in every(conn, schema.feed):
        if row.stream in scope:
            seq, op, *values = orjson.loads(row.body)
            if op == "put" and row.entity in published:
                published[row.entity].add((seq, *_kept(row.entity, values)))
    for entity, rows in published.items():
        here = set(_replica_rows(till, entity))
        require(here == rows, "I8", f"{till.name} {entity}: {differences(here, rows)}")
    bad = Journal(till.stores).verify(1_000_000)
    require(bad is None, "I10", f"the chain of {till.name} breaks at {bad}")


def _kept(entity: str, values: Sequence[Any]) -> Iterator[Any]:
    """Columns a till keeps: the key of stock is made of the two that follow."""
    return (it for name, it in zip(streams.COLUMNS[entity], values, strict=True) if name != "key")


def _replica_rows(till: SimTill, entity: str) -> Iterator[tuple[Any, ...]]:
    assert till.stores is not None
    columns = ", ".join(name for name in streams.COLUMNS[entity] if name != "key")
    for row in till.stores.replica.exec_driver_sql(f"SELECT seq, {columns} FROM {entity}"):
        yield tuple(row)


def _own_figures(till: SimTill, book: Book) -> None:
    """I2 at the till: the drawer's running figures are the sum of its sales."""
    assert till.stores is not None
    shift = till.till.shift
    assert shift is not None
    figures = Shifts(till.stores).figures(shift.shift_id)
    mine = [it for it in book.sales.values() if it.shift_id == shift.shift_id]
    mine = [it for it in mine if it.sale_id not in book.elsewhere]
    sums = (len(mine), sum(it.total for it in mine), sum(it.paid for it in mine))
    found = (
        figures.sale_count,
        figures.total,
        sum(figures.tenders.values()) - figures.rounding,
    )
    require(found == sums, "I2", f"the shift of {till.name} says {found}, its sales {sums}")
