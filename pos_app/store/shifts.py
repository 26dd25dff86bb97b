"""Shifts at this till's drawer and their running figures."""

from collections.abc import Sequence
from typing import Any

from pos_app.domain.clock import Now
from pos_app.domain.money import Money
from pos_app.domain.shift import Shift, ShiftFigures
from pos_app.store import facts
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores
from pos_app.store.faults import translated

_COLUMNS = "shift_id, number, cashier_id, cashier_name, opened_at_ms, float_amount, business_on"
_OPEN = f"INSERT INTO shift ({_COLUMNS}, sale_count, total, rounding) VALUES (?,?,?,?,?,?,?,0,0,0)"


class Shifts:
    """Opening a shift, and what it has taken so far."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def open(self, shift: Shift, now: Now, currency: str = "") -> None:
        """Write the shift and its fact together; the fact says in which currency."""
        currency = currency or Catalog(self._stores).settings().currency.code
        with self._stores.journal_write() as conn:
            payload = {
                "shift_id": shift.shift_id,
                "number": shift.number,
                "cashier_id": shift.cashier_id,
                "cashier_name": shift.cashier_name,
                "opened_at_ms": shift.opened_at_ms,
                "business_on": shift.business_on,
                "float_minor": shift.float_amount,
                "currency": currency,
            }
            facts.append(
                conn,
                self._stores.identity,
                "shift.opened.v1",
                shift.cashier_id,
                payload,
                now,
                shift.shift_id,
            )
            conn.exec_driver_sql(
                _OPEN,
                (
                    shift.shift_id,
                    shift.number,
                    shift.cashier_id,
                    shift.cashier_name,
                    shift.opened_at_ms,
                    shift.float_amount,
                    shift.business_on,
                ),
            )

    def current(self) -> Shift | None:
        """The shift that is open, also after a restart."""
        row = self._one(
            f"SELECT {_COLUMNS} FROM shift WHERE closed_at_ms IS NULL ORDER BY number DESC LIMIT 1"
        )
        return Shift(*row) if row else None

    def last_number(self) -> int:
        """The number of the newest shift; 0 before the first."""
        row = self._one("SELECT coalesce(max(number), 0) FROM shift")
        return int(row[0]) if row else 0

    def figures(self, shift_id: str) -> ShiftFigures:
        with translated:
            run = self._stores.journal.exec_driver_sql
            sums = run(
                "SELECT sale_count, total, rounding FROM shift WHERE shift_id = ?", (shift_id,)
            )
            row = sums.fetchone()
            taken = run("SELECT kind, amount FROM shift_tender WHERE shift_id = ?", (shift_id,))
            tenders = {row.kind: row.amount for row in taken}
        if row is None:
            return ShiftFigures()
        return ShiftFigures(row[0], row[1], row[2], tenders)

    def last_close_cash(self) -> Money | None:
        """What was counted into the drawer when the last shift closed."""
        row = self._one(
            "SELECT close_cash FROM shift WHERE close_cash IS NOT NULL ORDER BY number DESC LIMIT 1"
        )
        return int(row[0]) if row else None

    def _one(self, sql: str) -> Sequence[Any] | None:
        with translated:
            return self._stores.journal.exec_driver_sql(sql).fetchone()
