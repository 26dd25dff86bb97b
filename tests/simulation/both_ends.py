"""Do a till's journal and central say the same? Asked after whatever was done to either."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Connection, Engine, func, select

from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from sync.central import db
from sync.central.schema import (
    chain,
    fact_exception,
    inbox,
    sale,
    sale_tender,
    stock_ledger,
    stock_level,
)
from tests.central.shop import STORE

_FACT = "SELECT seq, id, type, payload, lower(hex(hash)) FROM fact ORDER BY position"
_SOLD = "SELECT sku, sum(qty) FROM sale_line GROUP BY sku"


def disagreements(stores: Stores, engine: Engine) -> list[str]:
    """Every fact once, in order, unchanged and applied; sums of sales and stock; numbers without gaps.

    For a till in its first life, alone in the shop of tests.simulation.selling.
    """
    assert stores.identity is not None
    bad = Journal(stores).verify(limit=10_000_000)
    found = [] if bad is None else [f"the till's chain breaks at fact {bad}"]
    with db.reading(engine) as conn:
        device_id = stores.identity.device.device_id
        found += [*_facts(stores, conn, device_id), *_sums(stores, conn, device_id)]
        return [*found, *_money(stores, conn)]


def _facts(stores: Stores, conn: Connection, device_id: str) -> Iterator[str]:
    ours = [tuple(it) for it in stores.journal.exec_driver_sql(_FACT)]
    columns = inbox.c.seq, inbox.c.id, inbox.c.type, inbox.c.payload, inbox.c.hash, inbox.c.status
    query = select(*columns).where(inbox.c.device_id == device_id)
    rows = conn.execute(query.order_by(inbox.c.incarnation, inbox.c.seq)).all()
    theirs = [tuple(row[:-1]) for row in rows]
    if ours != theirs:
        lost, extra = len(set(ours) - set(theirs)), len(set(theirs) - set(ours))
        yield f"{len(ours)} facts here, {len(theirs)} there; {lost} lost, {extra} strange"
    if [it[0] for it in ours] != list(range(1, len(ours) + 1)):
        yield "the facts are not a sequence without gaps"
    odd = Counter(row.status for row in rows if row.status != "applied")
    codes = list(conn.execute(select(fact_exception.c.code)).scalars())
    if odd or codes:
        yield f"not plainly applied: {dict(odd)} {dict(Counter(codes))}"
    ends = [tuple(it) for it in conn.execute(select(chain.c.seq, chain.c.hash))]
    if ends != [(ours[-1][0], ours[-1][4])]:
        yield f"the chain there ends with {ends}, here with {ours[-1][0]}"


def _sums(stores: Stores, conn: Connection, device_id: str) -> Iterator[str]:
    run = stores.journal.exec_driver_sql
    ours = [tuple(it) for it in run("SELECT sale_id, receipt_no, total FROM sale ORDER BY number")]
    columns = sale.c.sale_id, sale.c.receipt_no, sale.c.total_minor
    query = select(*columns).where(sale.c.device_id == device_id).order_by(sale.c.number)
    if ours != [tuple(it) for it in conn.execute(query)]:
        yield "the sales are not the same"
    numbers = [it[0] for it in run("SELECT number FROM sale ORDER BY position")]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "the receipt numbers have gaps or doubles"
    (shift,) = run("SELECT sum(sale_count), sum(total) FROM shift").fetchall()
    if tuple(shift) != (len(ours), sum(it[2] for it in ours)):
        yield f"the shift says {tuple(shift)}, the sales {len(ours)}"
    sold = {sku: -qty for sku, qty in run(_SOLD)}
    # central's tests stock another place of this shop: here is only what the till has moved
    moved = select(stock_ledger.c.sku, func.sum(stock_ledger.c.delta))
    rows = conn.execute(moved.where(stock_ledger.c.place_id == STORE).group_by(stock_ledger.c.sku))
    levels = conn.execute(select(stock_level).where(stock_level.c.place_id == STORE))
    booked, there = {it[0]: int(it[1]) for it in rows}, {it.sku: it.qty for it in levels}
    if not sold == booked == there:
        yield f"sold here {sold}, moved there {booked}, stock there {there}"


def _money(stores: Stores, conn: Connection) -> Iterator[str]:
    """What was tendered, less the change, is what was sold: in the shift, in its sales, and there."""
    run = stores.journal.exec_driver_sql
    by_kind = "SELECT kind, sum(amount) FROM {} GROUP BY kind"
    tendered = {it[0]: it[1] for it in run(by_kind.format("sale_tender"))}
    change, due = run("SELECT sum(change), sum(total + rounding) FROM sale").one()
    taken = tendered | ({"cash": tendered["cash"] - change} if change else {})
    shift = {it[0]: it[1] for it in run(by_kind.format("shift_tender"))}
    if shift != taken or sum(taken.values()) != (due or 0):
        yield f"the sales took {taken} for {due}, the shift says {shift}"
    there = select(sale_tender.c.kind, func.sum(sale_tender.c.amount_minor))
    booked = {it[0]: int(it[1]) for it in conn.execute(there.group_by(sale_tender.c.kind))}
    if booked != tendered:
        yield f"tendered here {tendered}, there {booked}"
