"""Checking a sale that has happened: its figures computed again, differences named, nothing altered."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pos_app.domain.catalog import Unit
from pos_app.domain.errors import RuleError
from pos_app.domain.money import Currency, split, times
from pos_app.domain.sale import Sale, SaleLine, Tender, TenderKind, settle
from pos_app.domain.tax import TaxMode, TaxPolicy, TaxRate, TaxRounding, TaxTotal, tax_of, taxed
from sync.wire_facts import SaleCompletedV1, SaleLineV1


class Finding(NamedTuple):
    """A rule the fact breaks: a key, and what was seen, in figures."""

    code: str
    detail: str = ""


def findings(sale: SaleCompletedV1) -> list[Finding]:
    """Everything about this sale's figures that the domain computes differently."""
    kinds = {tender.kind for tender in sale.tenders} - set(TenderKind)
    if kinds:
        return [Finding("tender_kind", ", ".join(sorted(kinds)))]
    try:
        return [*_sums(sale), *_lines(sale), *_taxes(sale), *_settlement(sale)]
    except (RuleError, ValueError) as error:
        return [Finding("figures", str(error))]


def _sums(sale: SaleCompletedV1) -> Iterator[Finding]:
    """The domain says what is wrong; a sale that adds up is not built for it, which is most of them."""
    if _adds_up(sale):
        return
    try:
        _domain_sale(sale)
    except RuleError as error:
        yield Finding("sums", str(error))


def _adds_up(sale: SaleCompletedV1) -> bool:
    """No rule of `Sale` is broken for certain: its sums, in one pass over the lines."""
    amount = discount = net = tax = 0
    for line in sale.lines:
        amount += line.amount_minor
        discount += line.disc_minor
        net += line.net_minor
        tax += line.tax_minor
    by_rate = sum(it.tax_minor for it in sale.taxes), sum(it.net_minor for it in sale.taxes)
    paid = sum(it.amount_minor for it in sale.tenders) - sale.change_minor
    return (
        (amount, discount, tax) == (sale.subtotal_minor, sale.discount_minor, sale.tax_minor)
        and by_rate == (tax, net)
        and net + tax == sale.total_minor
        and paid == sale.total_minor + sale.rounding_minor
        and sale.change_minor >= 0
    )


def _lines(sale: SaleCompletedV1) -> Iterator[Finding]:
    for line in sale.lines:
        amount = times(line.unit_minor, line.qty)
        if amount != line.amount_minor:
            yield Finding("line_amount", f"{line.line_id}: {line.amount_minor}, is {amount}")


def _taxes(sale: SaleCompletedV1) -> Iterator[Finding]:
    """As with the sums: most sales are right, and those are not built for the domain."""
    if _is_taxed_right(sale):
        return
    names = {(total.code, total.ppm): total.name for total in sale.taxes}
    rest = [
        (line.amount_minor - line.disc_minor, _rate(line, names.get((line.tax_code, line.tax_ppm))))
        for line in sale.lines
    ]
    parts, totals = taxed(rest, _policy(sale))
    for line, part in zip(sale.lines, parts, strict=True):
        if (line.net_minor, line.tax_minor) != (part.net, part.tax):
            yield Finding("line_tax", f"{line.line_id}: {line.tax_minor}, is {part.tax}")
    if sorted(totals, key=_by_rate) != sorted(_totals(sale), key=_by_rate):
        yield Finding("tax_totals", f"{[total.tax for total in totals]}")


def _is_taxed_right(sale: SaleCompletedV1) -> bool:
    """No tax differs for certain: tax by document, and no line that takes goods back."""
    if TaxRounding(sale.tax_rounding) is not TaxRounding.DOCUMENT:
        return False
    mode, groups = TaxMode(sale.tax_mode), dict[tuple[str, int], list[SaleLineV1]]()
    for line in sale.lines:
        groups.setdefault((line.tax_code, line.tax_ppm), []).append(line)
    totals = {(it.code, it.ppm): (it.net_minor, it.tax_minor) for it in sale.taxes}
    if len(totals) != len(sale.taxes) or totals.keys() != groups.keys():
        return False
    for (code, ppm), lines in groups.items():
        amounts = [line.amount_minor - line.disc_minor for line in lines]
        taxes, whole = [line.tax_minor for line in lines], sum(amounts)
        if min(amounts) < 0 or split(tax_of(whole, ppm, mode), amounts) != taxes:
            return False
        rest = amounts
        if mode is TaxMode.INCLUSIVE:
            rest = [amount - tax for amount, tax in zip(amounts, taxes, strict=True)]
        if rest != [it.net_minor for it in lines] or totals[code, ppm] != (sum(rest), sum(taxes)):
            return False
    return True


def _settlement(sale: SaleCompletedV1) -> Iterator[Finding]:
    if _is_settled(sale):
        return
    settled = settle(sale.total_minor, _tenders(sale), _currency(sale))
    if not settled.is_complete:
        yield Finding("underpaid", f"{settled.due} is missing")
    elif (settled.rounding, settled.change) != (sale.rounding_minor, sale.change_minor):
        yield Finding("settlement", f"rounding {settled.rounding}, change {settled.change}")


def _is_settled(sale: SaleCompletedV1) -> bool:
    """Settled for certain: coins of every amount exist, and only cash that came last gave change."""
    due = sale.total_minor - sum(it.amount_minor for it in sale.tenders)
    is_cash = bool(sale.tenders) and sale.tenders[-1].kind == TenderKind.CASH
    return (
        sale.cash_step == 1
        and sale.rounding_minor == 0
        and sale.change_minor == -due
        and (due == 0 or (due < 0 and is_cash))
    )


def _domain_sale(sale: SaleCompletedV1) -> Sale:
    return Sale(
        sale_id=sale.sale_id,
        receipt_no=sale.receipt_no,
        number=sale.number,
        store_id=sale.store_id,
        till_id=sale.till_id,
        shift_id=sale.shift_id,
        cashier_id=sale.cashier_id,
        cashier_name=sale.cashier_name,
        currency=_currency(sale),
        policy=_policy(sale),
        completed_at_ms=sale.completed_at_ms,
        lines=tuple(_sale_line(line) for line in sale.lines),
        taxes=tuple(_totals(sale)),
        tenders=tuple(_tenders(sale)),
        subtotal=sale.subtotal_minor,
        discount=sale.discount_minor,
        tax=sale.tax_minor,
        total=sale.total_minor,
        rounding=sale.rounding_minor,
        change=sale.change_minor,
    )


def _sale_line(line: SaleLineV1) -> SaleLine:
    return SaleLine(
        line_id=line.line_id,
        sku=line.sku,
        name=line.name,
        detail=line.detail,
        unit=Unit(line.unit),
        qty=line.qty,
        unit_price=line.unit_minor,
        amount=line.amount_minor,
        discount=line.disc_minor,
        tax_code=line.tax_code,
        tax_ppm=line.tax_ppm,
        net=line.net_minor,
        tax=line.tax_minor,
    )


def _rate(line: SaleLineV1, name: str | None) -> TaxRate:
    return _tax_rate(line.tax_code, name or "", line.tax_ppm)


@lru_cache(maxsize=256)
def _tax_rate(code: str, name: str, ppm: int) -> TaxRate:
    """A shop has a handful, and each of its lines names one."""
    return TaxRate(code, name, ppm)


def _totals(sale: SaleCompletedV1) -> list[TaxTotal]:
    return [TaxTotal(t.code, t.name, t.ppm, t.net_minor, t.tax_minor) for t in sale.taxes]


def _by_rate(total: TaxTotal) -> tuple[str, int]:
    return total.code, total.ppm


def _tenders(sale: SaleCompletedV1) -> list[Tender]:
    return [
        Tender(tender.tender_id, TenderKind(tender.kind), tender.amount_minor, tender.ref)
        for tender in sale.tenders
    ]


def _policy(sale: SaleCompletedV1) -> TaxPolicy:
    return TaxPolicy(TaxMode(sale.tax_mode), TaxRounding(sale.tax_rounding))


def _currency(sale: SaleCompletedV1) -> Currency:
    return Currency(sale.currency, sale.digits, sale.cash_step)
