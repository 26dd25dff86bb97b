"""After a fleet's day: does central hold what each till believes it holds, once, and in order?"""

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Engine, func, select

from pos_app.domain.money import ONE
from sync.central import db
from sync.central.schema import chain, inbox, sale, stock_ledger, stock_level
from sync.chain import GENESIS, FactHeader, fact_hash
from tests.simulation.fleet.goods import ARTICLES, sku_of
from tests.simulation.fleet.shop import OPENING
from tests.simulation.fleet.till import FleetTill


def audit(engine: Engine, tills: Sequence[FleetTill]) -> list[str]:
    """Every complaint; none when nothing was lost, doubled or changed on the way."""
    with db.reading(engine) as conn:
        found = [it for till in tills for it in _chain_amiss(conn, till)]
        return [*found, *_sales_amiss(conn, tills), *_stock_amiss(conn, tills)]


def _chain_amiss(conn: Connection, till: FleetTill) -> Iterator[str]:
    """The hash of a till's last fact is over every byte of all its facts and their order."""
    if till.accepted != till.seq:
        yield f"till {till.device_id} could not send {till.seq - till.accepted} facts"
    own = inbox.c.store_id == till.places.store_id, inbox.c.device_id == till.device_id
    last, previous = 0, GENESIS
    for row in conn.execute(select(inbox).where(*own).order_by(inbox.c.incarnation, inbox.c.seq)):
        header = FactHeader(*(getattr(row, name) for name in FactHeader._fields))
        previous = fact_hash(previous, header, row.payload.encode())
        if (row.seq, row.hash, row.status) != (last + 1, previous.hex(), "applied"):
            yield f"till {till.device_id}: fact {row.seq} after {last} is {row.status} {row.code}"
        last = row.seq
    if (last, previous.hex()) != (till.accepted, till.accepted_hash):
        yield f"till {till.device_id} was told {till.accepted}, the inbox ends with {last}"
    key = chain.c.store_id == till.places.store_id, chain.c.device_id == till.device_id
    ends = [tuple(it) for it in conn.execute(select(chain.c.seq, chain.c.hash).where(*key))]
    if ends != [(till.accepted, till.accepted_hash)] and till.accepted:
        yield f"till {till.device_id} was told {till.accepted}, the chain says {ends}"


def _sales_amiss(conn: Connection, tills: Sequence[FleetTill]) -> Iterator[str]:
    query = select(sale.c.device_id, func.count(), func.sum(sale.c.total_minor))
    rows = conn.execute(query.group_by(sale.c.device_id))
    booked = {device_id: (count, int(total)) for device_id, count, total in rows}
    for till in tills:
        wanted = till.seq, till.total
        if booked.get(till.device_id, (0, 0)) != wanted:
            yield f"till {till.device_id} sold {wanted}, booked are {booked.get(till.device_id)}"


def _stock_amiss(conn: Connection, tills: Sequence[FleetTill]) -> Iterator[str]:
    """Levels and the sums of movements are the opening stock less what was sold."""
    wanted: Counter[tuple[str, str]] = Counter()
    for till in tills:
        place = till.places.place_id
        for at in range(ARTICLES):
            wanted.setdefault((place, sku_of(at)), OPENING)
        for sku, pieces in till.sold.items():
            wanted[place, sku] -= pieces * ONE
    places = {till.places.place_id for till in tills}
    moved = select(stock_ledger.c.place_id, stock_ledger.c.sku, func.sum(stock_ledger.c.delta))
    for name, query in (
        ("levels", select(stock_level.c.place_id, stock_level.c.sku, stock_level.c.qty)),
        ("movements", moved.group_by(stock_ledger.c.place_id, stock_ledger.c.sku)),
    ):
        there = {(it[0], it[1]): int(it[2]) for it in conn.execute(query) if it[0] in places}
        wrong = [key for key in wanted if there.get(key) != wanted[key]]
        if wrong or len(there) != len(wanted):
            yield f"stock {name}: {len(wrong)} of {len(wanted)} are not what was sold: {wrong[:3]}"
