"""The goods of the sale in progress and what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from pos_app.domain.catalog import Unit, Variant
from pos_app.domain.errors import AmountOutOfRange, DiscountTooLarge, QuantityOutOfRange
from pos_app.domain.events import LineAdded, LineChanged, LineRemoved
from pos_app.domain.money import MAX_MONEY, ONE, Money, Qty, checked, rounded, split, times
from pos_app.domain.tax import MILLION, TaxedAmount, TaxPolicy, TaxRate, TaxTotal, taxed

MAX_QTY: Qty = 99_999 * ONE
"""More than this on one line is a typing error."""
MAX_LINES = 500
"""With more, and with long names, the sale would not fit into a message to central (sync.wire)."""


class DiscountKind(StrEnum):
    PERCENT = "percent"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Discount:
    """A person's reduction: parts per million of the amount (percent) or minor units (amount)."""

    kind: DiscountKind
    value: int
    reason: str

    def of(self, amount: Money) -> Money:
        """How much this takes off an amount; DiscountTooLarge above it."""
        off = (
            rounded(amount * self.value, MILLION)
            if self.kind is DiscountKind.PERCENT
            else self.value
        )
        too_much = self.kind is DiscountKind.PERCENT and self.value > MILLION
        if self.value < 0 or too_much or off > max(amount, 0):
            raise DiscountTooLarge(f"{off} off {amount}")
        return off


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the basket. It copies what it needs, so a later catalogue change cannot touch it.

    `own_row` marks goods with a quantity or price of their own (weighed, open price): a second scan
    makes a second row.
    """

    line_id: str
    sku: str
    name: str
    detail: str
    unit: Unit
    qty: Qty
    unit_price: Money
    tax: TaxRate
    code: str = ""
    discount: Discount | None = None
    own_row: bool = False

    @property
    def amount(self) -> Money:
        """Unit price times quantity, before any discount."""
        return times(self.unit_price, self.qty)

    @property
    def line_discount(self) -> Money:
        return self.discount.of(self.amount) if self.discount else 0


def line_of(
    variant: Variant,
    line_id: str,
    qty: Qty,
    unit_price: Money | None = None,
    *,
    own_row: bool = False,
) -> Line:
    """A new line for a variant; an open price must be given."""
    price = variant.price if unit_price is None else unit_price
    if price is None:
        raise ValueError(f"{variant.sku} has an open price and none was given")
    if not 0 <= price <= MAX_MONEY:
        raise AmountOutOfRange(f"{variant.sku}: a price of {price} is not one")
    return Line(
        line_id=line_id,
        sku=variant.sku,
        name=variant.name,
        detail=variant.detail,
        unit=variant.unit,
        qty=check_qty(qty, variant.unit),
        unit_price=price,
        tax=variant.tax,
        code=variant.code,
        own_row=own_row or variant.unit is Unit.KG or variant.price is None,
    )


def check_qty(qty: Qty, unit: Unit) -> Qty:
    """The quantity itself, or QuantityOutOfRange. Pieces are whole."""
    if not 0 < qty <= MAX_QTY or (unit is Unit.PIECE and qty % ONE):
        raise QuantityOutOfRange(f"{qty} thousandths is not a quantity a line by {unit} can hold")
    return qty


@dataclass(frozen=True, slots=True)
class LineFigures:
    """What one line comes to: amount before discounts, both discounts, and the taxed rest."""

    amount: Money
    line_discount: Money
    basket_discount: Money
    taxed: TaxedAmount

    @property
    def discount(self) -> Money:
        return self.line_discount + self.basket_discount

    @property
    def payable(self) -> Money:
        """After discounts, as the shop states prices (gross if tax is inclusive, else net)."""
        return self.amount - self.discount


@dataclass(frozen=True, slots=True)
class Figures:
    """What a basket comes to. Every total is the sum of its lines."""

    lines: tuple[LineFigures, ...]
    taxes: tuple[TaxTotal, ...]
    subtotal: Money
    discount: Money
    tax: Money
    total: Money


def figures(lines: Sequence[Line], discount: Discount | None, policy: TaxPolicy) -> Figures:
    """Price a basket: line discounts, basket discount by largest remainder, tax by policy."""
    amounts = [line.amount for line in lines]
    line_off = [line.line_discount for line in lines]
    after = [amount - off for amount, off in zip(amounts, line_off, strict=True)]
    basket_off = [0] * len(lines)
    if discount and lines:
        basket_off = split(discount.of(sum(after)), after)
    rest = [amount - off for amount, off in zip(after, basket_off, strict=True)]
    parts, taxes = taxed(
        [(amount, line.tax) for amount, line in zip(rest, lines, strict=True)], policy
    )
    rows = tuple(
        LineFigures(amount, off, share, part)
        for amount, off, share, part in zip(amounts, line_off, basket_off, parts, strict=True)
    )
    total = sum(part.gross for part in parts)
    return Figures(
        lines=rows,
        taxes=tuple(taxes),
        subtotal=checked(sum(amounts)),
        discount=sum(line_off) + sum(basket_off),
        tax=sum(part.tax for part in parts),
        total=checked(total),
    )


def _at_most(discount: Discount | None, left: Money) -> Discount | None:
    """A fixed sum above what is left would make it impossible to remove a line."""
    if discount and left == 0:
        return None
    if discount and discount.kind is DiscountKind.AMOUNT:
        return replace(discount, value=min(discount.value, left))
    return discount


Memo: TypeAlias = tuple[list[Line], Discount | None]


@dataclass(slots=True)
class Basket:
    """The sale in progress: mutable, owned by one thread. Every change returns what happened."""

    basket_id: str
    policy: TaxPolicy
    lines: list[Line] = field(default_factory=list)
    discount: Discount | None = None
    _figures: Figures | None = None

    @property
    def figures(self) -> Figures:
        """Computed once after each change."""
        if self._figures is None:
            self._figures = figures(self.lines, self.discount, self.policy)
        return self._figures

    @property
    def total(self) -> Money:
        return self.figures.total

    @property
    def piece_count(self) -> int:
        """Items as a cashier counts them: pieces, and one for each weighed line."""
        return sum(line.qty // ONE if line.unit is Unit.PIECE else 1 for line in self.lines)

    def add(self, line: Line) -> LineAdded | LineChanged:
        """Add goods; the same article at the same price raises the quantity of its row."""
        if not line.own_row:
            for row, old in enumerate(self.lines):
                if self._same_article(old, line):
                    return self.set_qty(row, old.qty + line.qty)
        self._try([*self.lines, line], self.discount)
        return LineAdded(len(self.lines) - 1)

    def set_qty(self, row: int, qty: Qty) -> LineChanged:
        line = self.lines[row]
        return self._replace(row, replace(line, qty=check_qty(qty, line.unit)))

    def set_line_discount(self, row: int, discount: Discount | None) -> LineChanged:
        return self._replace(row, replace(self.lines[row], discount=discount))

    def set_discount(self, discount: Discount | None) -> None:
        self._try(list(self.lines), discount)

    def remove(self, row: int) -> LineRemoved:
        rest = [*self.lines[:row], *self.lines[row + 1 :]]
        self._try(rest, _at_most(self.discount, sum(it.amount - it.line_discount for it in rest)))
        return LineRemoved(row)

    def insert(self, row: int, line: Line) -> LineAdded:
        """Put a removed line back where it was (undo)."""
        row = min(row, len(self.lines))
        self._try([*self.lines[:row], line, *self.lines[row:]], self.discount)
        return LineAdded(row)

    def memo(self) -> Memo:
        """What `back_to` needs to take every later change back; lists are replaced, never altered."""
        return self.lines, self.discount

    def back_to(self, memo: Memo) -> None:
        self._try(*memo)

    def _replace(self, row: int, line: Line) -> LineChanged:
        self._try([*self.lines[:row], line, *self.lines[row + 1 :]], self.discount)
        return LineChanged(row)

    def _try(self, lines: list[Line], discount: Discount | None) -> None:
        """All or nothing: figures that cannot be computed leave the basket as it was."""
        if len(lines) > MAX_LINES:
            raise QuantityOutOfRange(f"{len(lines)} lines in one basket")
        self._figures = figures(lines, discount, self.policy)
        self.lines, self.discount = lines, discount

    @staticmethod
    def _same_article(old: Line, new: Line) -> bool:
        return (
            old.sku == new.sku
            and old.unit_price == new.unit_price
            and old.tax == new.tax
            and not old.own_row
            and old.discount is None
        )
