"""The basket in progress and those put aside. Every change is in the file when its call returns."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from pos_app.domain.basket import Basket, Discount, DiscountKind, Line
from pos_app.domain.catalog import Unit
from pos_app.domain.held import SavedBasket, SuspendedBasket
from pos_app.domain.sale import Tender, TenderKind
from pos_app.domain.tax import TaxPolicy, TaxRate
from pos_app.store.connect import raw
from pos_app.store.db import Stores
from pos_app.store.errors import StoreFull
from pos_app.store.faults import translated

_LINE = (
    "INSERT INTO basket_line VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT (basket_id, line_id) DO UPDATE SET qty = excluded.qty,"
    " unit_price = excluded.unit_price, discount_kind = excluded.discount_kind,"
    " discount_value = excluded.discount_value, discount_reason = excluded.discount_reason"
)
_MAKE_ROOM = (
    "UPDATE basket_line SET row = row + 1 WHERE basket_id = ?1 AND row >= ?2 AND NOT EXISTS"
    " (SELECT 1 FROM basket_line WHERE basket_id = ?1 AND line_id = ?3)"
)
_NEW = (
    "INSERT INTO basket VALUES (?, 'open', '', '', 0, NULL, 0, '')"
    " ON CONFLICT (basket_id) DO NOTHING"
)
_IN_PROGRESS = (
    "SELECT basket_id FROM basket b WHERE state = 'open' ORDER BY"
    " EXISTS (SELECT 1 FROM basket_line l WHERE l.basket_id = b.basket_id) DESC, rowid DESC LIMIT 1"
)


class Baskets:
    """Goods not paid yet."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def load_open(self) -> SavedBasket | None:
        """The basket in progress, as it was at the last change before a crash."""
        with translated:
            conn = self._stores.journal
            row = conn.exec_driver_sql(_IN_PROGRESS).fetchone()
            return _load(conn, row[0]) if row else None

    def save_line(self, basket_id: str, row: int, line: Line) -> None:
        """Write a line; a new line id goes in at `row` and moves later ones down.

        The one change that does not wait for the disk: every scan ends here.
        """
        with self._stores.journal_note() as conn:
            driver = raw(conn)
            if driver.execute(_NEW, (basket_id,)).rowcount and self._stores.is_short_of_room:
                raise StoreFull("too little room on the disk for another sale")
            driver.execute(_MAKE_ROOM, (basket_id, row, line.line_id)).close()
            driver.execute(_LINE, _line_row(basket_id, row, line)).close()

    def replace_all(self, basket: SavedBasket) -> None:
        """Write the basket in progress as a whole."""
        with self._stores.journal_write() as conn:
            conn.exec_driver_sql("DELETE FROM basket WHERE basket_id = ?", (basket.basket_id,))
            conn.exec_driver_sql(_NEW, (basket.basket_id,))
            rows = [_line_row(basket.basket_id, n, line) for n, line in enumerate(basket.lines)]
            if rows:
                conn.exec_driver_sql(_LINE, rows)
            _save_discount(conn, basket.basket_id, basket.discount)
            _save_tenders(conn, basket.basket_id, basket.tenders)

    def save_discount(self, basket_id: str, discount: Discount | None) -> None:
        with self._stores.journal_write() as conn:
            conn.exec_driver_sql(_NEW, (basket_id,))
            _save_discount(conn, basket_id, discount)

    def save_tenders(self, basket_id: str, tenders: Sequence[Tender]) -> None:
        """Write the tenders taken so far: a card already charged is known after a crash."""
        with self._stores.journal_write() as conn:
            conn.exec_driver_sql(_NEW, (basket_id,))
            _save_tenders(conn, basket_id, tenders)

    def suspend(self, basket_id: str, label: str, by: str, at_ms: int) -> None:
        """Put a basket aside."""
        with self._stores.journal_write() as conn:
            conn.exec_driver_sql(
                "UPDATE basket SET state = 'suspended', label = ?, by = ?, at_ms = ?"
                " WHERE basket_id = ?",
                (label, by, at_ms, basket_id),
            )

    def suspended(self, policy: TaxPolicy | None = None) -> tuple[SuspendedBasket, ...]:
        """Oldest first; totals by the shop's tax policy."""
        with translated:
            conn = self._stores.journal
            rows = conn.exec_driver_sql(
                "SELECT basket_id, label, by, at_ms FROM basket WHERE state = 'suspended'"
                " ORDER BY at_ms, basket_id"
            ).fetchall()
            return tuple(_summary(_load(conn, row[0]), row, policy or TaxPolicy()) for row in rows)

    def resume(self, basket_id: str) -> SavedBasket:
        """Take a basket up again; one that is in progress is put aside, not lost. KeyError: not held."""
        with self._stores.journal_write() as conn:
            held = conn.exec_driver_sql("SELECT 1 FROM basket WHERE basket_id = ?", (basket_id,))
            if held.fetchone() is None:
                raise KeyError(basket_id)
            _clear_the_counter(conn, basket_id)
            conn.exec_driver_sql(
                "UPDATE basket SET state = 'open' WHERE basket_id = ?", (basket_id,)
            )
            return _load(conn, basket_id)

    def discard(self, basket_id: str) -> None:
        """Throw a basket away with all its lines; one that is not there is no error."""
        with self._stores.journal_write() as conn:
            conn.exec_driver_sql("DELETE FROM basket WHERE basket_id = ?", (basket_id,))


def rename_all(conn: Connection, mark: str) -> None:
    """Give every basket, line and tender an id of its own, inside the caller's transaction.

    In a file that was put back they may have been sold already: what is sold under the same id
    again would count as known, at this till and at central, and move nothing.
    """
    conn.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    for table in ("basket", "basket_line", "basket_tender"):
        conn.exec_driver_sql(f"UPDATE {table} SET basket_id = basket_id || ?", (mark,))
    conn.exec_driver_sql("UPDATE basket_line SET line_id = line_id || ?", (mark,))
    conn.exec_driver_sql("UPDATE basket_tender SET tender_id = tender_id || ?", (mark,))


def drop_sold(conn: Connection) -> None:
    """Remove the baskets whose sale the file knows, inside the caller's transaction."""
    conn.exec_driver_sql("DELETE FROM basket WHERE basket_id IN (SELECT sale_id FROM sale)")


def _clear_the_counter(conn: Connection, but: str) -> None:
    conn.exec_driver_sql(
        "DELETE FROM basket WHERE state = 'open' AND basket_id <> ?1 AND NOT EXISTS"
        " (SELECT 1 FROM basket_line l WHERE l.basket_id = basket.basket_id) AND NOT EXISTS"
        " (SELECT 1 FROM basket_tender t WHERE t.basket_id = basket.basket_id)",
        (but,),
    )
    conn.exec_driver_sql(
        "UPDATE basket SET state = 'suspended' WHERE state = 'open' AND basket_id <> ?", (but,)
    )


def _save_discount(conn: Connection, basket_id: str, discount: Discount | None) -> None:
    conn.exec_driver_sql(
        "UPDATE basket SET discount_kind = ?, discount_value = ?, discount_reason = ?"
        " WHERE basket_id = ?",
        (*_discount_row(discount), basket_id),
    )


def _save_tenders(conn: Connection, basket_id: str, tenders: Sequence[Tender]) -> None:
    conn.exec_driver_sql("DELETE FROM basket_tender WHERE basket_id = ?", (basket_id,))
    rows = [
        (basket_id, row, it.tender_id, it.kind, it.amount, it.ref) for row, it in enumerate(tenders)
    ]
    if rows:
        conn.exec_driver_sql("INSERT INTO basket_tender VALUES (?,?,?,?,?,?)", rows)


def _discount_row(discount: Discount | None) -> tuple[str | None, int, str]:
    return (discount.kind, discount.value, discount.reason) if discount else (None, 0, "")


def _line_row(basket_id: str, row: int, line: Line) -> tuple[Any, ...]:
    return (
        basket_id,
        line.line_id,
        row,
        line.sku,
        line.name,
        line.detail,
        line.unit,
        line.qty,
        line.unit_price,
        line.tax.code,
        line.tax.name,
        line.tax.ppm,
        line.code,
        *_discount_row(line.discount),
        int(line.own_row),
    )


def _load(conn: Connection, basket_id: str) -> SavedBasket:
    by, key = "WHERE basket_id = ? ORDER BY row", (basket_id,)
    head = conn.exec_driver_sql(
        "SELECT discount_kind, discount_value, discount_reason FROM basket WHERE basket_id = ?", key
    ).one()
    lines = conn.exec_driver_sql(f"SELECT * FROM basket_line {by}", key)
    tenders = conn.exec_driver_sql(f"SELECT * FROM basket_tender {by}", key)
    return SavedBasket(
        basket_id,
        tuple(_line(row) for row in lines),
        _discount(*head),
        tuple(Tender(row[2], TenderKind(row[3]), row[4], row[5]) for row in tenders),
    )


def _line(row: Sequence[Any]) -> Line:
    return Line(
        line_id=row[1],
        sku=row[3],
        name=row[4],
        detail=row[5],
        unit=Unit(row[6]),
        qty=row[7],
        unit_price=row[8],
        tax=TaxRate(row[9], row[10], row[11]),
        code=row[12],
        discount=_discount(row[13], row[14], row[15]),
        own_row=bool(row[16]),
    )


def _discount(kind: str | None, value: int, reason: str) -> Discount | None:
    return Discount(DiscountKind(kind), value, reason) if kind else None


def _summary(saved: SavedBasket, row: Sequence[Any], policy: TaxPolicy) -> SuspendedBasket:
    basket = Basket(saved.basket_id, policy, list(saved.lines), saved.discount)
    basket_id, label, by, at_ms = row
    return SuspendedBasket(basket_id, label, by, at_ms, basket.piece_count, basket.total)
