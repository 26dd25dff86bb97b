"""Taking back facts of this till that its file lacks, with every row that follows from them."""

from collections.abc import Iterable
from typing import Any

import orjson
import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, ProgrammingError

from pos_app.domain.catalog import Unit
from pos_app.domain.money import Currency
from pos_app.domain.sale import Sale, SaleLine, Tender, TenderKind
from pos_app.domain.tax import TaxMode, TaxPolicy, TaxRounding, TaxTotal
from pos_app.store import sales
from pos_app.store.connect import fetch
from pos_app.store.identity import Identity
from sync.chain import GENESIS, FactHeader, fact_hash
from sync.ports import WireFactDict

_FACT = "INSERT INTO fact VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
_SHIFT = (
    "INSERT OR IGNORE INTO shift (shift_id, number, cashier_id, cashier_name, opened_at_ms,"
    " float_amount, business_on, sale_count, total, rounding) VALUES (?,?,?,?,?,?,?,0,0,0)"
)
_END = "SELECT position, hash FROM fact ORDER BY position DESC LIMIT 1"
_UNTELLABLE = (
    *(AttributeError, LookupError, OverflowError, TypeError, ValueError),
    *(DataError, IntegrityError, InterfaceError, ProgrammingError),
    *(sqlite.DataError, sqlite.IntegrityError, sqlite.InterfaceError, sqlite.ProgrammingError),
)
"""What a payload ends in that no till has written; central may be damaged too."""
_BOOKED = "SELECT 1 FROM sale WHERE sale_id = ? OR receipt_no = ?"


class DoesNotFit(ValueError):
    """A fact that does not follow the last one of this journal; `seq` says which."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"fact {seq} does not follow the journal")
        self.seq = seq


def header_of(device_id: str, incarnation: int, fact: WireFactDict) -> FactHeader:
    return FactHeader(
        device_id,
        incarnation,
        fact["seq"],
        fact["id"],
        fact["type"],
        fact["occurred_at_ms"],
        fact["mono_ms"],
        fact["boot_id"],
        fact["clock_offset_ms"],
        fact["actor"],
    )


def hash_of(previous: str, device_id: str, incarnation: int, fact: WireFactDict) -> str:
    """What the hash of this fact must be; all hashes are hex."""
    header = header_of(device_id, incarnation, fact)
    return fact_hash(bytes.fromhex(previous), header, fact["payload"].encode()).hex()


def absorb(conn: Connection, identity: Identity, facts: Iterable[WireFactDict]) -> int:
    """Append facts of the current life inside the caller's transaction; how many it were.

    DoesNotFit for one that is not next, whose hash is not that of its bytes, or that tells of
    nothing a journal can hold: nothing is kept then.
    """
    device, taken = identity.device, 0
    end = fetch(conn, _END)
    position, last = end[0] if end else (0, GENESIS)
    previous = last.hex() if position > identity.base else GENESIS.hex()
    for fact in facts:
        position += 1
        digest = hash_of(previous, device.device_id, device.incarnation, fact)
        if fact["seq"] != position - identity.base or digest != fact["hash"]:
            raise DoesNotFit(fact["seq"])
        header = header_of(device.device_id, device.incarnation, fact)
        row = (position, *header[1:], fact["payload"], bytes.fromhex(digest))
        conn.exec_driver_sql(_FACT, row)
        try:
            project(conn, position, device.incarnation, fact)
        except _UNTELLABLE as error:
            raise DoesNotFit(fact["seq"]) from error
        previous, taken = digest, taken + 1
    return taken


def project(conn: Connection, position: int, incarnation: int, fact: WireFactDict) -> None:
    """The rows that booking this fact made; of types without rows there is nothing to do."""
    if fact["type"] == "sale.completed.v1":
        payload = orjson.loads(fact["payload"])
        if not fetch(conn, _BOOKED, (payload["sale_id"], payload["receipt_no"])):
            # told again, its number is of the series in which it was sold
            series = payload.get("forked_from", {}).get("incarnation", incarnation)
            sales.write(conn, sale_of(payload, fact["hash"]), position, series)
    elif fact["type"] == "shift.opened.v1":
        it = orjson.loads(fact["payload"])
        conn.exec_driver_sql(
            _SHIFT,
            (
                it["shift_id"],
                it["number"],
                it["cashier_id"],
                it["cashier_name"],
                it["opened_at_ms"],
                it["float_minor"],
                it["business_on"],
            ),
        )


def sale_of(it: dict[str, Any], fact_hash_hex: str) -> Sale:
    """The sale a payload of `sale.completed.v1` tells of; one that does not add up is a RuleError."""
    return Sale(
        sale_id=it["sale_id"],
        receipt_no=it["receipt_no"],
        number=it["number"],
        store_id=it["store_id"],
        till_id=it["till_id"],
        shift_id=it["shift_id"],
        cashier_id=it["cashier_id"],
        cashier_name=it["cashier_name"],
        currency=Currency(it["currency"], it["digits"], it["cash_step"]),
        policy=TaxPolicy(TaxMode(it["tax_mode"]), TaxRounding(it["tax_rounding"])),
        completed_at_ms=it["completed_at_ms"],
        lines=tuple(_line(line) for line in it["lines"]),
        taxes=tuple(
            TaxTotal(t["code"], t["name"], t["ppm"], t["net_minor"], t["tax_minor"])
            for t in it["taxes"]
        ),
        tenders=tuple(
            Tender(t["tender_id"], TenderKind(t["kind"]), t["amount_minor"], t["ref"])
            for t in it["tenders"]
        ),
        subtotal=it["subtotal_minor"],
        discount=it["discount_minor"],
        tax=it["tax_minor"],
        total=it["total_minor"],
        rounding=it["rounding_minor"],
        change=it["change_minor"],
        fingerprint=fact_hash_hex[:8],
    )


def _line(it: dict[str, Any]) -> SaleLine:
    return SaleLine(
        line_id=it["line_id"],
        sku=it["sku"],
        name=it["name"],
        detail=it["detail"],
        unit=Unit(it["unit"]),
        qty=it["qty"],
        unit_price=it["unit_minor"],
        amount=it["amount_minor"],
        discount=it["disc_minor"],
        tax_code=it["tax_code"],
        tax_ppm=it["tax_ppm"],
        net=it["net_minor"],
        tax=it["tax_minor"],
        discount_reason=it["disc_reason"],
        code=it["code"],
    )
