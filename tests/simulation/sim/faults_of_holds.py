"""Mutants of paying back: the rules of protocol.md 4.4, each left out once."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from sync.central.holds import effects, paid_back, recovery, refunds, releasing
from sync.central.holds.tables import hold, hold_line
from sync.central.schema import sale_line
from tests.simulation.sim.bug_bank import Plant, mutant
from tests.simulation.sim.model import Booked
from tests.simulation.sim.refunds import _SALE, RefundDesk


@mutant("what is not acknowledged is not known elsewhere")
def refundable_until_acknowledged(plant: Plant) -> None:
    def never_sent(_self: RefundDesk, stores: Stores, sale: Booked) -> bool:
        row = stores.journal.exec_driver_sql(_SALE, (sale.sale_id,)).fetchone()
        return row is not None and bool(row[0] > Journal(stores).state().accepted_through)

    plant(RefundDesk, "_never_sent", never_sent)


@mutant("a sale that is here may be refunded")
def journal_head_ignored(plant: Plant) -> None:
    plant(refunds, "_is_uploading", lambda _conn, _store_id, _sale_id: False)


@mutant("a restored central knows what it knows")
def no_recovery_mode(plant: Plant) -> None:
    plant(recovery, "is_on", lambda _conn, _tenant_id: False)


@mutant("read, decide, write")
def held_without_a_condition(plant: Plant) -> None:
    def reserve(conn: Connection, line: ColumnElement[bool], qty: int) -> None:
        c = sale_line.c
        statement = update(sale_line).where(line, c.refunded + qty <= c.sold)
        done = conn.execute(statement.values(held=c.held + qty - c.held)).rowcount
        if done != 1:
            raise refunds._NothingLeft

    plant(refunds, "_reserve", reserve)


@mutant("a hold that ends frees what it held, however often")
def hold_resolved_twice(plant: Plant) -> None:
    resolve = releasing.resolve

    def again(
        conn: Connection, found: Row[Any], state: str, by: str, at_ms: int, **_of: Any
    ) -> bool:
        ends = resolve(conn, found, state, by, at_ms)
        if not ends:
            releasing._free(conn, found)
        return ends

    plant(releasing, "resolve", again)


@mutant("what was paid out is paid out, its hold need not be ended")
def paid_without_ending_the_hold(plant: Plant) -> None:
    plant(effects, "_confirm", lambda _conn, _origin, _fact, _hold_id: None)


@mutant("what ended a hold can be looked up in the log")
def hold_ended_by_nobody(plant: Plant) -> None:
    resolve = releasing.resolve

    def ended(
        conn: Connection, found: Row[Any], state: str, _by: str, at_ms: int, **of: Any
    ) -> bool:
        return resolve(conn, found, state, "", at_ms, **of)

    plant(releasing, "resolve", ended)


@mutant("refund holds expire like the others")
def refund_holds_expire(plant: Plant) -> None:
    def sweep(conn: Connection, at_ms: int, *_which: Any) -> None:
        due = hold.select().where(hold.c.state == "held", hold.c.granted_at_ms < at_ms - 2_000)
        for found in conn.execute(due).all():
            releasing.resolve(conn, found, "expired", "time", at_ms)

    plant(releasing, "sweep", sweep)


@mutant("a sale sets what can be refunded of it")
def late_sale_resets(plant: Plant) -> None:
    reset = "refunded = 0, over_refunded = 0 WHERE sale_line.sold"
    known = paid_back._SOLD
    start, _, rest = known.partition("refunded = CASE")
    plant(paid_back, "_SOLD", start + reset + rest.partition("WHERE sale_line.sold")[2])


@mutant("what was paid in excess stays excess")
def excess_stays(plant: Plant) -> None:
    def free(conn: Connection, found: Row[Any]) -> None:
        c = hold_line.c
        own = c.store_id == found.store_id, c.hold_id == found.hold_id
        for line in conn.execute(select(hold_line).where(*own)).all():
            key = (
                sale_line.c.store_id == found.subject_store,
                sale_line.c.sale_id == found.subject,
                sale_line.c.line_id == line.line_id,
            )
            freed = update(sale_line).where(*key).values(held=sale_line.c.held - line.qty)
            conn.execute(freed)

    plant(releasing, "_free_lines", free)
