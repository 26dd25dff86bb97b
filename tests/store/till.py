"""Values of a till in tests: who it is, what time it is, what it sold."""

from dataclasses import replace

from pos_app.domain.basket import Line
from pos_app.domain.catalog import Unit
from pos_app.domain.clock import Now
from pos_app.domain.held import SavedBasket
from pos_app.domain.money import ONE, Currency, Money
from pos_app.domain.sale import SaleDraft, SaleLine, Tender, TenderKind
from pos_app.domain.shift import Shift
from pos_app.domain.tax import TaxPolicy, TaxRate, TaxTotal
from pos_app.store.journal import Device

DEVICE = Device("device-1", "store-14", "014", "Brno", "2", 1, "https://central.example", "pepper")
SHIFT = Shift("shift-1", 1, "jana", "Jana N.", 1_000, 20_000, "2026-11-21")
VAT = TaxRate("std", "21 %", 210_000)
EURO = Currency("EUR", 2)


def at(ms: int, mono_ms: int | None = None, boot_id: str = "boot-1") -> Now:
    """A moment; unless said otherwise both clocks agree."""
    return Now(ms, ms if mono_ms is None else mono_ms, boot_id)


def a_line(line_id: str = "line-1", price: Money = 121, sku: str = "A1") -> Line:
    return Line(line_id, sku, "Žlutý hrnek", "Blue / L", Unit.PIECE, ONE, price, VAT, "859")


def a_basket(basket_id: str = "basket-1", *lines: Line) -> SavedBasket:
    return SavedBasket(basket_id, lines or (a_line(),), None, ())


def a_draft(
    sale_id: str = "sale-1", *, given: Money = 200, sku: str = "A1", qty: int = ONE
) -> SaleDraft:
    """One mug of 1.21 with 21 % inside, paid in cash."""
    line = SaleLine(
        "l-" + sale_id, sku, "Hrnek", "", Unit.PIECE, qty, 121, 121, 0, "std", 210_000, 100, 21
    )
    return SaleDraft(
        sale_id=sale_id,
        store_id="store-14",
        till_id="device-1",
        shift_id="shift-1",
        cashier_id="jana",
        cashier_name="Jana N.",
        currency=EURO,
        policy=TaxPolicy(),
        completed_at_ms=5_000,
        lines=(line,),
        taxes=(TaxTotal("std", "21 %", 210_000, 100, 21),),
        tenders=(Tender("t-" + sale_id, TenderKind.CASH, given),),
        subtotal=121,
        discount=0,
        tax=21,
        total=121,
        rounding=0,
        change=given - 121,
    )


def paid_in_parts(sale_id: str) -> SaleDraft:
    """The same mug: 1.00 by card, the rest from a coin of 0.50."""
    card = Tender("t1-" + sale_id, TenderKind.CARD_EXTERNAL, 100, "A123")
    cash = Tender("t2-" + sale_id, TenderKind.CASH, 50)
    return replace(a_draft(sale_id), tenders=(card, cash), change=29)
