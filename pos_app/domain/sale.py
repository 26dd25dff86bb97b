"""Tenders and the finished, immutable sale."""

from collections.abc import Sequence
from dataclasses import dataclass
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


def check_tender(tender: Tender, settlement: Settlement, max_change: Money) -> None:
    """Refuse a tender that makes no sense before it is taken: TenderRefused says why."""
    nothing_to_pay = tender.kind is TenderKind.CASH and settlement.cash_due == 0
    if tender.amount < 0 or (tender.amount == 0 and not nothing_to_pay):
        raise TenderRefused("zero", "a tender must be above zero")
    if tender.kind is TenderKind.CASH:
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


@dataclass(frozen=True, slots=True)
class Sale:
    """A completed sale. Times are UTC milliseconds; they are for people, never for order."""

    sale_id: str
    receipt_no: str
    number: int
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
    fingerprint: str = ""
    """First 8 characters of the fact's hash, printed on the receipt; known only after the booking."""

    def __post_init__(self) -> None:
        """A sale that does not add up cannot exist."""
        checks = (
            (sum(line.amount for line in self.lines), self.subtotal, "line amounts"),
            (sum(line.discount for line in self.lines), self.discount, "discounts"),
            (sum(line.gross for line in self.lines), self.total, "line totals"),
            (sum(line.tax for line in self.lines), self.tax, "line taxes"),
            (sum(total.tax for total in self.taxes), self.tax, "taxes by rate"),
            (sum(total.gross for total in self.taxes), self.total, "totals by rate"),
            (
                sum(tender.amount for tender in self.tenders) - self.change,
                self.total + self.rounding,
                "tenders",
            ),
        )
        for found, said, what in checks:
            if found != said:
                raise SaleDoesNotAddUp(f"{what}: {found}, stated {said}")
        if self.change < 0:
            raise SaleDoesNotAddUp(f"change of {self.change}")


def receipt_no(store_no: str, till_no: str, incarnation: int, number: int) -> str:
    """The printed receipt number; the incarnation shows only after the first (protocol.md 5)."""
    series = f"{store_no}-{till_no}" if incarnation == 1 else f"{store_no}-{till_no}-{incarnation}"
    return f"{series}-{number:06d}"
