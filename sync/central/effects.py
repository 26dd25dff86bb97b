"""What facts do: rows of sales and shifts, stock movements. Keyed by business key, never by message."""

from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection

from sync.central import bulk, db, stock
from sync.central.facts import ReadFact
from sync.central.feed import Changes
from sync.central.holds import effects as holds
from sync.central.holds import paid_back
from sync.central.origin import Origin
from sync.central.recompute import Finding, findings
from sync.central.schema import place, sale, sale_line, sale_tender, shift, variant
from sync.wire_facts import SaleCompletedV1, SaleLineV1, ShiftOpenedV1, TenderV1

Told: TypeAlias = tuple[Origin, ReadFact]
Sold: TypeAlias = tuple[Origin, ReadFact, SaleCompletedV1]


def apply(conn: Connection, told: Sequence[Told], changes: Changes) -> None:
    """Apply facts of one till or of several, all or none: what was put on cards first, then each
    till's in their order.

    A broken rule is added to the fact's findings and stops nothing; only what cannot be stored
    raises. Every write is an upsert or an addition, so the order of tills does not matter.
    """
    for _, fact in told:
        if '"forked_from":{' in fact.wire.payload:
            fact.findings.append(Finding("forked_from", fact.wire.id))
    _apply_shifts(conn, told)
    holds.apply_issues(conn, told)
    _apply_sales(conn, told, changes)
    holds.apply_rest(conn, told)


def _apply_shifts(conn: Connection, told: Sequence[Told]) -> None:
    for origin, fact in told:
        payload = fact.payload
        if not isinstance(payload, ShiftOpenedV1):
            continue
        row = payload.model_dump() | {
            "store_id": origin.who.store_id,
            "device_id": origin.who.device_id,
        }
        statement = db.insert(conn, shift).values(row).on_conflict_do_nothing()
        if conn.execute(statement.returning(shift.c.shift_id)).one_or_none() is None:
            fact.findings.append(Finding("duplicate_shift", payload.shift_id))


def _apply_sales(conn: Connection, told: Sequence[Told], changes: Changes) -> None:
    sales = [
        (origin, fact, fact.payload)
        for origin, fact in told
        if isinstance(fact.payload, SaleCompletedV1)
    ]
    if not sales:
        return
    known = _known(conn, sales)
    fresh = _fresh(sales, known)
    _check(fresh, known)
    if not fresh:
        return
    _store(conn, fresh)
    _store_lines(conn, fresh, known)
    holds.apply_sales(conn, fresh)
    moved = ((it.stock_loc, it.sku, -it.qty) for _, _, payload in fresh for it in payload.lines)
    stock.change(conn, moved, fresh[0][0].at_ms, changes)


_Keys: TypeAlias = set[tuple[str, ...]]


class _Known(NamedTuple):
    """What of that which sales name is there already, by store, or by tenant for goods."""

    sales: _Keys
    numbers: _Keys
    refunded: _Keys
    """Sales of which a line was paid back before they came."""
    skus: _Keys
    places: _Keys


def _known(conn: Connection, sales: Sequence[Sold]) -> _Known:
    ids = [(origin.who.store_id, it.sale_id) for origin, _, it in sales]
    numbers = [(origin.who.store_id, it.receipt_no) for origin, _, it in sales]
    skus = {(origin.who.tenant_id, line.sku) for origin, _, it in sales for line in it.lines}
    places = {(line.stock_loc,) for _, _, it in sales for line in it.lines}
    questions = (
        bulk.Asked(sale, ("store_id", "sale_id"), ids),
        bulk.Asked(sale, ("store_id", "receipt_no"), numbers),
        bulk.Asked(sale_line, ("store_id", "sale_id"), ids),
        bulk.Asked(variant, ("tenant_id", "sku"), skus, grows=False),
        bulk.Asked(place, ("place_id",), places, grows=False),
    )
    return _Known(*bulk.answers(conn, questions))


def _fresh(sales: Sequence[Sold], known: _Known) -> list[Sold]:
    """Sales not booked yet. A second fact about the same sale is kept, flagged, and moves nothing."""
    seen, fresh = set(known.sales), []
    for origin, fact, payload in sales:
        key = origin.who.store_id, payload.sale_id
        if key in seen:
            fact.findings.append(Finding("duplicate_sale", payload.sale_id))
        else:
            seen.add(key)
            fresh.append((origin, fact, payload))
    return fresh


def _check(sales: Sequence[Sold], known: _Known) -> None:
    """Rules a sale may have broken; see recompute for its figures."""
    numbers = set(known.numbers)
    for origin, fact, payload in sales:
        who = origin.who
        fact.findings += findings(payload) if fact.figures is None else fact.figures
        if payload.store_id != who.store_id:
            fact.findings.append(Finding("other_store", payload.store_id))
        number = who.store_id, payload.receipt_no
        if number in numbers:
            fact.findings.append(Finding("receipt_no_reused", payload.receipt_no))
        numbers.add(number)
        skus = {it.sku for it in payload.lines if (who.tenant_id, it.sku) not in known.skus}
        fact.findings += _unknown("unknown_sku", skus)
        places = {it.stock_loc for it in payload.lines if (it.stock_loc,) not in known.places}
        fact.findings += _unknown("unknown_place", places)


def _unknown(code: str, names: set[str]) -> list[Finding]:
    return [Finding(code, ", ".join(sorted(names))[:500])] if names else []


_SALE = tuple(
    name
    for name in SaleCompletedV1.model_fields
    if name not in {"lines", "taxes", "tenders", "holds", "store_id"}
)
_sale_values = attrgetter(*_SALE)
_LINE = tuple(SaleLineV1.model_fields)
_line_values = attrgetter(*_LINE)
_TENDER = tuple(TenderV1.model_fields)
_tender_values = attrgetter(*_TENDER)


def _store(conn: Connection, sales: Sequence[Sold]) -> None:
    """The sales as they are, with their tenders."""
    rows = [
        (
            origin.who.store_id,
            origin.who.device_id,
            origin.incarnation,
            fact.wire.seq,
            *_sale_values(payload),
        )
        for origin, fact, payload in sales
    ]
    names = ("store_id", "device_id", "incarnation", "seq", *_SALE)
    bulk.add(conn, sale, {"received_at_ms": sales[0][0].at_ms}, names, rows)
    rows = [
        (origin.who.store_id, payload.sale_id, position, *_tender_values(tender))
        for origin, _, payload in sales
        for position, tender in enumerate(payload.tenders)
    ]
    bulk.add(conn, sale_tender, {}, ("store_id", "sale_id", "position", *_TENDER), rows)


def _store_lines(conn: Connection, sales: Sequence[Sold], known: _Known) -> None:
    """The sold lines, from now on to be refunded.

    A refund that comes in between breaks this off; the sales are tried again one by one then.
    """
    names = ("store_id", "sale_id", "position", *_LINE, "sold")
    rows = [
        (origin.who.store_id, payload.sale_id, position, *_line_values(line), max(line.qty, 0))
        for origin, _, payload in sales
        for position, line in enumerate(payload.lines)
    ]
    if not known.refunded:
        bulk.add(conn, sale_line, {}, names, rows)
        return
    over_refunded = paid_back.sold(conn, names, rows)
    for origin, fact, payload in sales:
        lines = {it.line_id for it in payload.lines}
        over = {line_id for line_id in lines if (origin.who.store_id, line_id) in over_refunded}
        if over:
            fact.findings.append(Finding("over_refunded", ", ".join(sorted(over))[:500]))
