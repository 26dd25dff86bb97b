"""From a paid basket to the sale that is booked: every figure copied, none computed again."""

from dataclasses import replace

from pos_app.domain.basket import Basket, Line, LineFigures
from pos_app.domain.money import Currency
from pos_app.domain.sale import SaleDraft, SaleLine, Settlement, Tender
from pos_app.domain.shift import Shift
from pos_app.domain.staff import Staff

MAX_TEXT = 512
"""Characters of a name or reason: with a longer one central would put the whole sale aside
(sync.wire)."""


def sale_lines(basket: Basket) -> tuple[SaleLine, ...]:
    """The basket's lines with what they came to."""
    reason = basket.discount.reason if basket.discount else ""
    rows = zip(basket.lines, basket.figures.lines, strict=True)
    return tuple(_sale_line(line, sums, reason) for line, sums in rows)


def _sale_line(line: Line, sums: LineFigures, basket_reason: str) -> SaleLine:
    own = line.discount.reason if line.discount else ""
    reasons = [own, basket_reason if sums.basket_discount else ""]
    return SaleLine(
        line_id=line.line_id,
        sku=line.sku,
        name=line.name[:MAX_TEXT],
        detail=line.detail[:MAX_TEXT],
        unit=line.unit,
        qty=line.qty,
        unit_price=line.unit_price,
        amount=sums.amount,
        discount=sums.discount,
        tax_code=line.tax.code,
        tax_ppm=line.tax.ppm,
        net=sums.taxed.net,
        tax=sums.taxed.tax,
        discount_reason=", ".join(it for it in reasons if it)[:MAX_TEXT],
        code=line.code[:MAX_TEXT],
    )


def draft(
    basket: Basket,
    tenders: tuple[Tender, ...],
    settlement: Settlement,
    currency: Currency,
    *,
    store_id: str,
    till_id: str,
    shift: Shift,
    cashier: Staff,
    completed_at_ms: int,
) -> SaleDraft:
    """The sale of a settled basket. It takes the basket's id, so one basket is sold once."""
    sums = basket.figures
    return SaleDraft(
        sale_id=basket.basket_id,
        store_id=store_id,
        till_id=till_id,
        shift_id=shift.shift_id,
        cashier_id=cashier.staff_id,
        cashier_name=cashier.name[:MAX_TEXT],
        currency=currency,
        policy=basket.policy,
        completed_at_ms=completed_at_ms,
        lines=sale_lines(basket),
        taxes=tuple(replace(it, name=it.name[:MAX_TEXT]) for it in sums.taxes),
        tenders=tenders,
        subtotal=sums.subtotal,
        discount=sums.discount,
        tax=sums.tax,
        total=sums.total,
        rounding=settlement.rounding,
        change=settlement.change,
    )
