"""Booking a sale: the one write a till must never lose."""

from sqlalchemy import Connection

from pos_app.domain.clock import Now
from pos_app.domain.sale import Sale, SaleDraft, receipt_no
from pos_app.store import facts, sale_rows
from pos_app.store.connect import fetch
from pos_app.store.db import Stores
from pos_app.store.faults import translated

_SALE = "INSERT INTO sale VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_LINE = "INSERT INTO sale_line VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_TENDER = "INSERT INTO sale_tender VALUES (?,?,?,?,?,?)"
_SHIFT = (
    "UPDATE shift SET sale_count = sale_count + 1, total = total + ?, rounding = rounding + ?"
    " WHERE shift_id = ?"
)
_TAKEN = (
    "INSERT INTO shift_tender VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET amount = amount + excluded.amount"
)
_EMPTY = "DELETE FROM basket WHERE basket_id = ?"
_LAST_NUMBER = "SELECT number, incarnation FROM sale ORDER BY position DESC LIMIT 1"


class Sales:
    """Finished sales of this till."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def book(self, draft: SaleDraft, now: Now) -> Sale:
        """One transaction: fact, sale, lines, tenders, shift figures; the basket is emptied.

        A sale id that is booked already returns the stored sale and books nothing.
        """
        with self._stores.journal_write() as conn:
            stored = _find(conn, "sale_id = ?", draft.sale_id)
            return stored or self._book(conn, draft, now)

    def last(self) -> Sale | None:
        """The newest sale, also after a restart."""
        with translated:
            return _find(self._stores.journal, "position = (SELECT max(position) FROM sale)")

    def by_id(self, sale_id: str) -> Sale | None:
        with translated:
            return _find(self._stores.journal, "sale_id = ?", sale_id)

    def by_receipt(self, number: str) -> Sale | None:
        """By the printed receipt number."""
        with translated:
            return _find(self._stores.journal, "receipt_no = ?", number)

    def _book(self, conn: Connection, draft: SaleDraft, now: Now) -> Sale:
        identity = self._stores.identity
        if identity is None:
            raise facts.NotEnrolled("sale.completed.v1")
        device = identity.device
        number = _next_number(conn, device.incarnation)
        receipt = receipt_no(device.store_no, device.till_no, device.incarnation, number)
        payload = sale_rows.payload(draft, receipt, number, device.store_id)
        fact = facts.append(
            conn, identity, "sale.completed.v1", draft.cashier_id, payload, now, draft.sale_id
        )
        sale = draft.booked(receipt, number, fact.hash.hex()[:8])
        write(conn, sale, fact.position, device.incarnation)
        return sale


def write(conn: Connection, sale: Sale, position: int, incarnation: int) -> None:
    """Every row of a sale but its fact, inside the caller's transaction."""
    run = conn.exec_driver_sql
    run(_SALE, sale_rows.sale_row(sale, position, incarnation))
    run(_LINE, sale_rows.line_rows(sale, position))
    if sale.tenders:  # a total of zero may be settled by nothing
        run(_TENDER, sale_rows.tender_rows(sale, position))
        taken = sale_rows.taken(sale)
        run(_TAKEN, [(sale.shift_id, kind, amount) for kind, amount in taken.items()])
    run(_SHIFT, (sale.total, sale.rounding, sale.shift_id))
    run(_EMPTY, (sale.sale_id,))


def _next_number(conn: Connection, incarnation: int) -> int:
    """Gapless: one more than the last sale's, from 1 in each incarnation."""
    rows = fetch(conn, _LAST_NUMBER)
    return int(rows[0][0]) + 1 if rows and rows[0][1] == incarnation else 1


def _find(conn: Connection, where: str, *params: str) -> Sale | None:
    rows = fetch(conn, f"SELECT * FROM sale WHERE {where}", params)
    if not rows:
        return None
    by = "SELECT * FROM {} WHERE position = ? ORDER BY row"
    lines = fetch(conn, by.format("sale_line"), rows[0][:1])
    tenders = fetch(conn, by.format("sale_tender"), rows[0][:1])
    return sale_rows.sale_of(rows[0], lines, tenders)
