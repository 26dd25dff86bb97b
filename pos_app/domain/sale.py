"""Tenders and the finished, immutable sale."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from pos_app.domain.catalog import Unit
from pos_app.domain.errors import SaleDoesNotAddUp, TenderRefused
from pos_app.domain.money import Currency, Money, Qty, cash_rounded
from pos_app.domain.tax import TaxPolicy, TaxTotal


class TenderKind(StrEnum):
    CASH = "cash"
    CARD_EXTERNAL = "card_external"
    """A card terminal beside the till, recorded by hand."""


@dataclass(frozen=True, slots=True)
class Tender:
    """Means and amount handed over. `amount` is what was given: for cash it may exceed the rest."""

    tender_id: str
    kind: TenderKind
    amount: Money
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How far tenders pay a total. `due` is the exact rest; `cash_due` the rest as coins can pay it."""

    total: Money
    paid: Money
    due: Money
    cash_due: Money
    rounding: Money
    change: Money

    @property
    def is_complete(self) -> bool:
        return self.due == 0


def settle(total: Money, tenders: Sequence[Tender], currency: Currency) -> Settlement:
    """Apply tenders in order. Rounding touches only the cash part, and only when cash finishes it.

    Invariant when complete: sum of tender amounts - change == total + rounding.
    """
    paid = sum(tender.amount for tender in tenders)
    due = total - paid
    if tenders and tenders[-1].kind is TenderKind.CASH:
        before = due + tenders[-1].amount
        wanted = cash_rounded(before, currency)
        if tenders[-1].amount >= wanted:
            change = tenders[-1].amount - wanted
            return Settlement(total, paid, 0, 0, wanted - before, change)
    return Settlement(total, paid, due, cash_rounded(due, currency), 0, 0)


def check_tender(
    tender: Tender, settlement: Settlement, currency: Currency, max_change: Money
) -> None:
    """Refuse a tender that makes no sense before it is taken: TenderRefused says why."""
    nothing_to_pay = tender.kind is TenderKind.CASH and settlement.cash_due == 0
    if tender.amount < 0 or (tender.amount == 0 and not nothing_to_pay):
        raise TenderRefused("zero", "a tender must be above zero")
    if tender.kind is TenderKind.CASH:
        if tender.amount % currency.cash_step:
            raise TenderRefused("no_such_coins", f"{tender.amount} in {currency.code}")
        if tender.amount - settlement.cash_due > max_change:
            raise TenderRefused("change_too_large", f"{tender.amount} for {settlement.cash_due}")
    elif tender.amount > settlement.due:
        raise TenderRefused("above_due", f"{tender.amount} is above the rest {settlement.due}")


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A sold line with all its figures, as printed and booked."""

    line_id: str
    sku: str
    name: str
    detail: str
    unit: Unit
    qty: Qty
    unit_price: Money
    amount: Money
    discount: Money
    tax_code: str
    tax_ppm: int
    net: Money
    tax: Money
    discount_reason: str = ""
    code: str = ""

    @property
    def gross(self) -> Money:
        return self.net + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleDraft:
    """A sale that is paid but not booked yet: everything but the receipt number.

    Times are UTC milliseconds; they are for people, never for order.
    """

    sale_id: str
    store_id: str
    till_id: str
    shift_id: str
    cashier_id: str
    cashier_name: str
    currency: Currency
    policy: TaxPolicy
    completed_at_ms: int
    lines: tuple[SaleLine, ...]
    taxes: tuple[TaxTotal, ...]
    tenders: tuple[Tender, ...]
    subtotal: Money
    discount: Money
    tax: Money
    total: Money
    rounding: Money
    change: Money

    def __post_init__(self) -> None:
        """A sale that does not add up cannot exist."""
        for found, said, what in _sums(self):
            if found != said:
                raise SaleDoesNotAddUp(f"{what}: {found}, stated {said}")
        if self.change < 0:
            raise SaleDoesNotAddUp(f"change of {self.change}")

    def booked(self, receipt_no: str, number: int, fingerprint: str = "") -> "Sale":
        """The sale this draft becomes under its receipt number."""
        values = {it.name: getattr(self, it.name) for it in fields(SaleDraft)}
        return Sale(**values, receipt_no=receipt_no, number=number, fingerprint=fingerprint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale(SaleDraft):
    """A completed sale."""

    receipt_no: str
    number: int
    fingerprint: str = ""
    """First 8 characters of the fact's hash, printed on the receipt; known only after the booking."""


def _sums(sale: SaleDraft) -> tuple[tuple[Money, Money, str], ...]:
    """What was found, what was stated, and its name."""
    paid = sum(tender.amount for tender in sale.tenders) - sale.change
    return (
        (sum(line.amount for line in sale.lines), sale.subtotal, "line amounts"),
        (sum(line.discount for line in sale.lines), sale.discount, "discounts"),
        (sum(line.gross for line in sale.lines), sale.total, "line totals"),
        (sum(line.tax for line in sale.lines), sale.tax, "line taxes"),
        (sum(total.tax for total in sale.taxes), sale.tax, "taxes by rate"),
        (sum(total.gross for total in sale.taxes), sale.total, "totals by rate"),
        (paid, sale.total + sale.rounding, "tenders"),
    )


def receipt_no(store_no: str, till_no: str, incarnation: int, number: int) -> str:
    """The printed receipt number; the incarnation shows only after the first (protocol.md 5)."""
    series = f"{store_no}-{till_no}" if incarnation == 1 else f"{store_no}-{till_no}-{incarnation}"
    return f"{series}-{number:06d}"
