"""Rows to pick from: variants, search hits, held sales, things to do."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from pos_app.domain.catalog import SearchHit, Unit, Variant
from pos_app.domain.held import SuspendedBasket
from pos_app.domain.money import Money
from pos_app.ui.format import formats
from pos_app.ui.models.rows import RowsModel


@dataclass(frozen=True, slots=True)
class PickRow:
    """Two lines at the start, an amount and a small text at the end, a word for what a tap does."""

    key: str
    title: str
    detail: str = ""
    end: str = ""
    note: str = ""
    verb: str = ""

    @property
    def spoken(self) -> str:
        parts = (self.verb, self.title, self.detail, self.end, self.note)
        return ", ".join(part for part in parts if part)


class PickModel(RowsModel[PickRow]):
    """The rows of one list."""


def hit_row(hit: SearchHit) -> PickRow:
    """A search hit: one article, or a product with several variants."""
    several = hit.variant_count > 1
    count = _tr("{count} variants").format(count=hit.variant_count)
    return PickRow(
        key=hit.product_id if several else hit.sku,
        title=hit.name,
        detail=hit.detail if not several else count,
        end=price_text(hit.price),
        note=_tr("per kg") if hit.unit is Unit.KG else hit.sku,
    )


def variant_row(variant: Variant) -> PickRow:
    return PickRow(
        key=variant.sku,
        title=variant.name,
        detail=variant.detail,
        end=price_text(variant.price),
        note=variant.sku,
    )


def held_row(held: SuspendedBasket) -> PickRow:
    """A held sale: when, under which name, how much, by whom."""
    words = formats()
    one, many = _tr("1 item"), QCoreApplication.translate("PickRow", "%n items", "", held.count)
    return PickRow(
        key=held.basket_id,
        title=f"{words.time(held.at_ms)}   {held.label}",
        detail=_tr("held by {name}").format(name=held.by),
        end=words.amount(held.total),
        note=one if held.count == 1 else many,
        verb=_tr("Recall"),
    )


def price_text(price: Money | None) -> str:
    return _tr("any price") if price is None else formats().amount(price)


def _tr(text: str) -> str:
    return QCoreApplication.translate("PickRow", text)
