"""A sale as its fact's payload and as table rows, and back."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from pos_app.domain.catalog import Unit
from pos_app.domain.money import Currency, Money
from pos_app.domain.sale import Sale, SaleDraft, SaleLine, Tender, TenderKind
from pos_app.domain.tax import TaxMode, TaxPolicy, TaxRounding, TaxTotal


def payload(draft: SaleDraft, receipt_no: str, number: int, place_id: str) -> dict[str, Any]:
    """The fields of sync.wire.SaleCompletedV1."""
    return {
        "sale_id": draft.sale_id,
        "receipt_no": receipt_no,
        "number": number,
        "store_id": draft.store_id,
        "till_id": draft.till_id,
        "shift_id": draft.shift_id,
        "cashier_id": draft.cashier_id,
        "cashier_name": draft.cashier_name,
        "currency": draft.currency.code,
        "digits": draft.currency.digits,
        "cash_step": draft.currency.cash_step,
        "tax_mode": draft.policy.mode,
        "tax_rounding": draft.policy.rounding,
        "completed_at_ms": draft.completed_at_ms,
        "lines": [_line_payload(line, place_id) for line in draft.lines],
        "taxes": [_tax_payload(it) for it in draft.taxes],
        "tenders": [_tender_payload(it) for it in draft.tenders],
        "holds": [],
        "subtotal_minor": draft.subtotal,
        "discount_minor": draft.discount,
        "tax_minor": draft.tax,
        "total_minor": draft.total,
        "rounding_minor": draft.rounding,
        "change_minor": draft.change,
    }


def _line_payload(line: SaleLine, place_id: str) -> dict[str, Any]:
    return {
        "line_id": line.line_id,
        "sku": line.sku,
        "name": line.name,
        "detail": line.detail,
        "code": line.code,
        "unit": line.unit,
        "qty": line.qty,
        "unit_minor": line.unit_price,
        "amount_minor": line.amount,
        "disc_minor": line.discount,
        "disc_reason": line.discount_reason,
        "net_minor": line.net,
        "tax_code": line.tax_code,
        "tax_ppm": line.tax_ppm,
        "tax_minor": line.tax,
        "stock_loc": place_id,
    }


def _tax_payload(total: TaxTotal) -> dict[str, Any]:
    return {
        "code": total.code,
        "name": total.name,
        "ppm": total.ppm,
        "net_minor": total.net,
        "tax_minor": total.tax,
    }


def _tender_payload(tender: Tender) -> dict[str, Any]:
    return {
        "tender_id": tender.tender_id,
        "kind": tender.kind,
        "amount_minor": tender.amount,
        "ref": tender.ref,
    }


def sale_row(sale: Sale, position: int, incarnation: int) -> tuple[Any, ...]:
    """In the order of the table's columns."""
    return (
        position,
        sale.sale_id,
        sale.receipt_no,
        sale.number,
        incarnation,
        sale.store_id,
        sale.till_id,
        sale.shift_id,
        sale.cashier_id,
        sale.cashier_name,
        sale.currency.code,
        sale.currency.digits,
        sale.currency.cash_step,
        sale.policy.mode,
        sale.policy.rounding,
        sale.completed_at_ms,
        sale.subtotal,
        sale.discount,
        sale.tax,
        sale.total,
        sale.rounding,
        sale.change,
        orjson.dumps([(it.code, it.name, it.ppm, it.net, it.tax) for it in sale.taxes]).decode(),
        sale.fingerprint,
    )


def line_rows(sale: Sale, position: int) -> list[tuple[Any, ...]]:
    return [
        (
            position,
            row,
            line.line_id,
            line.sku,
            line.name,
            line.detail,
            line.unit,
            line.qty,
            line.unit_price,
            line.amount,
            line.discount,
            line.tax_code,
            line.tax_ppm,
            line.net,
            line.tax,
            line.discount_reason,
            line.code,
        )
        for row, line in enumerate(sale.lines)
    ]


def tender_rows(sale: Sale, position: int) -> list[tuple[Any, ...]]:
    return [
        (position, row, it.tender_id, it.kind, it.amount, it.ref)
        for row, it in enumerate(sale.tenders)
    ]


def taken(sale: Sale) -> dict[str, Money]:
    """What each kind of tender took, net of the change, which is always cash."""
    sums: dict[str, Money] = {}
    for tender in sale.tenders:
        sums[tender.kind] = sums.get(tender.kind, 0) + tender.amount
    if sale.change:
        sums[TenderKind.CASH] = sums.get(TenderKind.CASH, 0) - sale.change
    return sums


def sale_of(row: Sequence[Any], lines: Iterable[Any], tenders: Iterable[Any]) -> Sale:
    """The sale its rows were made of."""
    return Sale(
        sale_id=row[1],
        receipt_no=row[2],
        number=row[3],
        store_id=row[5],
        till_id=row[6],
        shift_id=row[7],
        cashier_id=row[8],
        cashier_name=row[9],
        currency=Currency(row[10], row[11], row[12]),
        policy=TaxPolicy(TaxMode(row[13]), TaxRounding(row[14])),
        completed_at_ms=row[15],
        subtotal=row[16],
        discount=row[17],
        tax=row[18],
        total=row[19],
        rounding=row[20],
        change=row[21],
        taxes=tuple(TaxTotal(*it) for it in orjson.loads(row[22])),
        fingerprint=row[23],
        lines=tuple(_line(it) for it in lines),
        tenders=tuple(Tender(it[2], TenderKind(it[3]), it[4], it[5]) for it in tenders),
    )


def _line(row: Sequence[Any]) -> SaleLine:
    return SaleLine(
        line_id=row[2],
        sku=row[3],
        name=row[4],
        detail=row[5],
        unit=Unit(row[6]),
        qty=row[7],
        unit_price=row[8],
        amount=row[9],
        discount=row[10],
        tax_code=row[11],
        tax_ppm=row[12],
        net=row[13],
        tax=row[14],
        discount_reason=row[15],
        code=row[16],
    )
