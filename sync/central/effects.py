"""What facts do: rows of sales and shifts, stock movements. Keyed by business key, never by message."""

from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

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


def apply(conn: Connection, origin: Origin, facts: Sequence[ReadFact], changes: Changes) -> None:
    """Apply facts in their order, all in the caller's savepoint.

    A broken rule is added to the fact's findings and stops nothing; only what cannot be stored
    raises. Every write is an upsert or an addition, so the order of tills does not matter.
    """
    for fact in facts:
        if '"forked_from":{' in fact.wire.payload:
            fact.findings.append(Finding("forked_from", fact.wire.id))
    _apply_shifts(conn, origin, facts)
    _apply_sales(conn, origin, facts, changes)
    holds.apply_rest(conn, origin, facts)


def _apply_shifts(conn: Connection, origin: Origin, facts: Sequence[ReadFact]) -> None:
    opened = [(fact, fact.payload) for fact in facts if isinstance(fact.payload, ShiftOpenedV1)]
    for fact, payload in opened:
        row = payload.model_dump() | {
            "store_id": origin.who.store_id,
            "device_id": origin.who.device_id,
        }
        statement = db.insert(conn, shift).values(row).on_conflict_do_nothing()
        if conn.execute(statement.returning(shift.c.shift_id)).one_or_none() is None:
            fact.findings.append(Finding("duplicate_shift", payload.shift_id))


def _apply_sales(
    conn: Connection, origin: Origin, facts: Sequence[ReadFact], changes: Changes
) -> None:
    sales = [(fact, fact.payload) for fact in facts if isinstance(fact.payload, SaleCompletedV1)]
    if not sales:
        return
    known = _known(conn, origin, [payload for _, payload in sales])
    fresh = _fresh(sales, known)
    _check(origin, fresh, known)
    if not fresh:
        return
    payloads = [payload for _, payload in fresh]
    _store(conn, origin, fresh)
    _store_lines(conn, origin, fresh, known)
    holds.apply_sales(conn, origin, fresh)
    moved = ((it.stock_loc, it.sku, -it.qty) for payload in payloads for it in payload.lines)
    stock.change(conn, moved, origin.at_ms, changes)


class _Known(NamedTuple):
    """What of that which the sales of a batch name is there already."""

    sales: set[str]
    numbers: set[str]
    refunded: set[str]
    """Sales of which a line was paid back before they came."""
    skus: set[str]
    places: set[str]


def _known(conn: Connection, origin: Origin, sales: list[SaleCompletedV1]) -> _Known:
    mine, of_all = {"store_id": origin.who.store_id}, {"tenant_id": origin.who.tenant_id}
    lines = [line for payload in sales for line in payload.lines]
    questions = (
        bulk.Asked(sale.c.sale_id, [it.sale_id for it in sales], mine),
        bulk.Asked(sale.c.receipt_no, [it.receipt_no for it in sales], mine),
        bulk.Asked(sale_line.c.sale_id, [it.sale_id for it in sales], mine),
        bulk.Asked(variant.c.sku, {line.sku for line in lines}, of_all),
        bulk.Asked(place.c.place_id, {line.stock_loc for line in lines}, {}),
    )
    return _Known(*bulk.answers(conn, questions))


def _fresh(
    sales: list[tuple[ReadFact, SaleCompletedV1]], known: _Known
) -> list[tuple[ReadFact, SaleCompletedV1]]:
    """Sales not booked yet. A second fact about the same sale is kept, flagged, and moves nothing."""
    seen, fresh = set(known.sales), []
    for fact, payload in sales:
        if payload.sale_id in seen:
            fact.findings.append(Finding("duplicate_sale", payload.sale_id))
        else:
            seen.add(payload.sale_id)
            fresh.append((fact, payload))
    return fresh


def _check(origin: Origin, sales: list[tuple[ReadFact, SaleCompletedV1]], known: _Known) -> None:
    """Rules a sale may have broken; see recompute for its figures."""
    numbers = set(known.numbers)
    for fact, payload in sales:
        fact.findings += findings(payload) if fact.figures is None else fact.figures
        if payload.store_id != origin.who.store_id:
            fact.findings.append(Finding("other_store", payload.store_id))
        if payload.receipt_no in numbers:
            fact.findings.append(Finding("receipt_no_reused", payload.receipt_no))
        numbers.add(payload.receipt_no)
        fact.findings += _unknown("unknown_sku", {it.sku for it in payload.lines} - known.skus)
        places = {it.stock_loc for it in payload.lines}
        fact.findings += _unknown("unknown_place", places - known.places)


def _unknown(code: str, names: set[str]) -> list[Finding]:
    return [Finding(code, ", ".join(sorted(names))[:500])] if names else []


_SALE = tuple(
    name
    for name in SaleCompletedV1.model_fields
    if name not in {"lines", "taxes", "tenders", "hold_ids", "store_id"}
)
_sale_values = attrgetter(*_SALE)
_LINE = tuple(SaleLineV1.model_fields)
_line_values = attrgetter(*_LINE)
_TENDER = tuple(TenderV1.model_fields)
_tender_values = attrgetter(*_TENDER)


def _store(
    conn: Connection, origin: Origin, sales: Sequence[tuple[ReadFact, SaleCompletedV1]]
) -> None:
    """The sales as they are, with their tenders."""
    payloads = [payload for _, payload in sales]
    mine: dict[str, str | int] = {"store_id": origin.who.store_id}
    told: dict[str, str | int] = {
        "device_id": origin.who.device_id,
        "incarnation": origin.incarnation,
        "received_at_ms": origin.at_ms,
    }
    rows = [(fact.wire.seq, *_sale_values(payload)) for fact, payload in sales]
    bulk.add(conn, sale, mine | told, ("seq", *_SALE), rows)
    rows = [
        (payload.sale_id, position, *_tender_values(tender))
        for payload in payloads
        for position, tender in enumerate(payload.tenders)
    ]
    bulk.add(conn, sale_tender, mine, ("sale_id", "position", *_TENDER), rows)


def _store_lines(
    conn: Connection,
    origin: Origin,
    sales: Sequence[tuple[ReadFact, SaleCompletedV1]],
    known: _Known,
) -> None:
    """The sold lines, from now on to be refunded.

    A refund that comes in between breaks this off; the sales are tried again one by one then.
    """
    names = ("sale_id", "position", *_LINE, "sold")
    rows = [
        (payload.sale_id, position, *_line_values(line), max(line.qty, 0))
        for _, payload in sales
        for position, line in enumerate(payload.lines)
    ]
    if not known.refunded:
        bulk.add(conn, sale_line, {"store_id": origin.who.store_id}, names, rows)
        return
    over_refunded = paid_back.sold(conn, origin.who.store_id, names, rows)
    for fact, payload in sales:
        if over := over_refunded & {line.line_id for line in payload.lines}:
            fact.findings.append(Finding("over_refunded", ", ".join(sorted(over))[:500]))
