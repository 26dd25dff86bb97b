"""I4 to I7: nothing was paid back, spent or handed over twice, and every hold came to one end."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, FromClause, Row, select

from sync.central import schema
from sync.central.holds import tables
from tests.simulation.sim.cards import ISSUE
from tests.simulation.sim.model import Book, require
from tests.simulation.sim.pickups import HAND_OVER

_ENDED = ("confirmed", "released", "expired")


def judge(conn: Connection, inbox: Sequence[Row[Any]], book: Book) -> None:
    """Raise Violation for the first thing that is wrong."""
    _refunds(conn, book)
    _holds(conn)
    _cards(conn, inbox, book)
    _hand_overs(conn, inbox)


def every(conn: Connection, table: FromClause) -> list[Row[Any]]:
    return list(conn.execute(select(table)))


def _refunds(conn: Connection, book: Book) -> None:
    """I5: central counts every refund once, and what it holds beside them fits."""
    counted = {
        row.refund_id: (row.sale_id, row.line_id, row.qty)
        for row in every(conn, tables.refund_line)
    }
    for refund_id in counted.keys() & book.lost_refunds.keys():
        book.refunds.setdefault(refund_id, book.lost_refunds[refund_id])
    missing = {it for it in book.refunds.keys() - counted.keys() if not book.may_lack(it)}
    strange = counted.items() - book.refunds.items()
    require(not missing | strange, "I5", f"refunds: {differences(counted, book.refunds)}")
    paid, held = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for_ever = set[tuple[str, str]]()
    for sale_id, line_id, qty in counted.values():
        paid[sale_id, line_id] += qty
    for row in every(conn, tables.hold_line):
        hold = conn.execute(select(tables.hold).where(tables.hold.c.hold_id == row.hold_id)).one()
        if hold.state in ("held", "orphaned"):
            held[hold.subject, row.line_id] += row.qty
            if hold.device_id in book.put_back:  # that it was given back may have died with a disk
                for_ever.add((hold.subject, row.line_id))
    for row in every(conn, schema.sale_line):
        key = row.sale_id, row.line_id
        found = (row.refunded, row.over_refunded, row.held)
        over = row.over_refunded if key in for_ever else 0
        expected = paid[key] - over, over, held[key]
        require(found == expected, "I5", f"{key}: central says {found}, not {expected}")
        sold = row.sold or 0
        require(
            row.refunded + row.held <= sold or row.sold is None,
            "I5",
            f"{key}: {found} of {row.sold}",
        )


def _holds(conn: Connection) -> None:
    """I7: a hold that has ended says by what, and was paid out or not, never both."""
    paid = set(conn.execute(select(tables.refund_line.c.refund_id)).scalars())
    spent = select(tables.value_ledger.c.ref_id).where(tables.value_ledger.c.kind == "spend")
    paid.update(conn.execute(spent).scalars())
    for row in every(conn, tables.hold):
        end = (row.resolved_at_ms is not None, row.resolved_by != "")
        require(
            set(end) == {row.state in _ENDED}
            and (row.state == "confirmed") == (row.hold_id in paid),
            "I7",
            f"hold {row.hold_id} is {row.state} by {row.resolved_by!r}, paid: {row.hold_id in paid}",
        )


def _cards(conn: Connection, inbox: Sequence[Row[Any]], book: Book) -> None:
    """I4: a balance is the sum of its entries and, with issues that died with a disk, never below
    zero; every issue and every sale for a card is one entry, whatever became of its hold."""
    sums, entries = Counter[str](), set[tuple[str, str, int]]()
    for row in every(conn, tables.value_ledger):
        sums[row.account_id] += row.delta
        entries.add((row.account_id, row.ref_id, row.delta))
    issues = [orjson.loads(it.payload) for it in inbox if it.type == ISSUE]
    told = {(it["account_id"], it["entry_id"], it["amount_minor"]) for it in issues}
    died = Counter[str]()
    for entry_id in book.issued.keys() - {it["entry_id"] for it in issues}:
        account_id, amount = book.issued[entry_id]
        died[account_id] += amount
    held = Counter[str]()
    for row in every(conn, tables.hold):
        if row.kind == "value" and row.state == "held":
            held[row.subject] += row.amount
    for row in every(conn, tables.value_account):
        found, expected = (row.balance, row.held), (sums[row.account_id], held[row.account_id])
        require(
            found == expected and min(row.held, row.balance + died[row.account_id]) >= 0,
            "I4",
            f"{row.account_id} has and holds {found}, its entries say {expected}",
        )
        # an amount held in a backup may since have been given back and spent, which is known again
        is_free = row.held <= row.balance or book.restores > 0
        require(is_free, "I4", f"{row.account_id}: {row.held} of {row.balance} is held")
    for sale_id in book.spent.keys() & book.sales.keys():
        account_id, hold_id, amount = book.spent[sale_id]
        told.add((account_id, hold_id, -amount))
    require(told == entries, "I4", f"cards: {_only(told, entries)}")


def _hand_overs(conn: Connection, inbox: Sequence[Row[Any]]) -> None:
    """I6: central counts every line once, and its order as gone."""
    told = {orjson.loads(it.payload)["order_id"] for it in inbox if it.type == HAND_OVER}
    counted = Counter(row.order_id for row in every(conn, tables.handover))
    require(counted == Counter(told), "I6", f"told {sorted(told)}, counted {dict(counted)}")
    states = {row.order_id: row.state for row in every(conn, tables.pickup_order)}
    wrong = sorted(it for it in told if states[it] != "handed_over")
    require(not wrong, "I6", f"handed over, but still to be fetched: {wrong}")


def _only(here: set[Any], there: set[Any]) -> str:
    return f"only told {sorted(here - there)[:3]}, only counted {sorted(there - here)[:3]}"


def differences(here: Any, there: Any) -> str:
    if isinstance(here, dict):
        here, there = set(here.items()), set(there.items())
    return f"only here {sorted(here - there)[:3]}, only at central {sorted(there - here)[:3]}"
