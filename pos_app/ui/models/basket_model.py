"""The basket's lines as rows, kept in step with the domain by its events."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from pos_app.domain.basket import Basket, Discount, DiscountKind, Line
from pos_app.domain.catalog import Unit
from pos_app.domain.events import BasketReplaced, Event, LineAdded, LineChanged, LineRemoved
from pos_app.domain.money import ONE, Money, Qty
from pos_app.domain.sale import SaleLine
from pos_app.ui.format import Formats, formats
from pos_app.ui.models.rows import RowsModel


@dataclass(frozen=True, slots=True)
class LineRow:
    """One painted line. `was` is the amount before its discount, `note` says who took what off."""

    line_id: str
    qty: str
    unit: str
    name: str
    detail: str
    amount: str
    was: str
    note: str
    each: str
    is_one: bool

    @property
    def has_second(self) -> bool:
        return bool(self.detail or self.note or self.each or self.unit)

    @property
    def spoken(self) -> str:
        """Line as a sentence, for a screen reader."""
        amount = _tr("{amount}, discount {note}") if self.note else "{amount}"
        said = amount.format(amount=self.amount, note=self.note)
        parts = (self.name, self.detail, f"{self.qty.rstrip('×')} {self.unit}", said)
        return ", ".join(part.strip() for part in parts if part.strip())


def line_row(line: Line) -> LineRow:
    """Every text of a line, made once."""
    words = formats()
    off = line.line_discount
    is_one_piece = line.qty == ONE and line.unit is Unit.PIECE
    detail, each = line.detail, "" if is_one_piece else _each(line)
    if off and each:  # the old amount takes the place under the new one
        detail, each = f"{detail} · {each}".removeprefix(" · "), ""
    return LineRow(
        line_id=line.line_id,
        qty=_qty_text(words, line.qty, line.unit),
        unit=_tr("kg") if line.unit is Unit.KG else "",
        name=line.name,
        detail=detail,
        amount=words.amount(line.amount - off),
        was=words.amount(line.amount) if off else "",
        note=discount_text(line.discount, off) if line.discount else "",
        each=each,
        is_one=line.qty <= ONE,
    )


def sold_row(line: SaleLine) -> LineRow:
    """A line of a finished sale, as it was booked."""
    words = formats()
    off = line.discount
    note = f"{words.amount(-off)} {line.discount_reason}".strip()
    return LineRow(
        line_id=line.line_id,
        qty=_qty_text(words, line.qty, line.unit),
        unit=_tr("kg") if line.unit is Unit.KG else "",
        name=line.name,
        detail=line.detail,
        amount=words.amount(line.amount - off),
        was=words.amount(line.amount) if off else "",
        note=note if off else "",
        each="",
        is_one=line.qty <= ONE,
    )


def _qty_text(words: Formats, qty: Qty, unit: Unit) -> str:
    return words.qty(qty) if unit is Unit.KG else f"{words.qty(qty)}×"


def _each(line: Line) -> str:
    text = _tr("{price} per kg") if line.unit is Unit.KG else _tr("{price} each")
    return text.format(price=formats().amount(line.unit_price))


def discount_text(discount: Discount, off: Money) -> str:
    """Amount, percentage if it was one, and the reason: −129,00 (10 %) Damaged."""
    amount = formats().amount(-off)
    if discount.kind is DiscountKind.PERCENT:
        amount = f"{amount} ({formats().percent(discount.value)})"
    return f"{amount} {discount.reason}".strip()


def _tr(text: str) -> str:
    return QCoreApplication.translate("LineRow", text)


class BasketModel(RowsModel[LineRow]):
    """Follows the till's events; a row is made again only when its line changed."""

    def follow(self, event: Event, basket: Basket) -> None:
        """Take over what the event says happened to this basket."""
        match event:
            case LineAdded(row):
                self.insert(row, line_row(basket.lines[row]))
            case LineChanged(row):
                self.change(row, line_row(basket.lines[row]))
            case LineRemoved(row):
                self.remove(row)
            case BasketReplaced():
                self.show_all(basket)

    def show_all(self, basket: Basket) -> None:
        self.show([line_row(line) for line in basket.lines])
