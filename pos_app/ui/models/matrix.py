"""A product's variants as a grid: which axes stand where, and what one cell says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from pos_app.domain.catalog import Product, Stock, Variant
from pos_app.domain.money import ONE
from pos_app.ui.format import formats
from pos_app.ui.models.rows import RowsModel

MOST = 8
"""More values than this on an axis make a grid nobody can read: chips and a list then."""
_SHOWN = 9


class Shape(StrEnum):
    """How a product's variants are best shown."""

    GRID = "grid"
    CHIPS = "chips"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class CellRow:
    """One cell. `sku` empty: not made. `gone`: none here, `elsewhere` says whether others have it."""

    sku: str
    name: str
    label: str
    here: str
    price: str
    gone: bool
    elsewhere: bool

    @property
    def spoken(self) -> str:
        if not self.sku:
            return f"{self.name}, {_tr('not made')}"
        stock = _tr("{count} here").format(count=self.here) if self.here else ""
        other = _tr("others have it") if self.elsewhere else ""
        return ", ".join(part for part in (self.name, stock, other, self.price) if part)


@dataclass(frozen=True, slots=True)
class Matrix:
    """What the sheet shows for the values chosen on the axes above the grid."""

    shape: Shape
    columns: tuple[str, ...]
    lines: tuple[str, ...]
    cells: tuple[CellRow, ...]


Stocks = Mapping[str, Sequence[Stock]]


def axis_values(variants: Sequence[Variant], axis: str) -> tuple[str, ...]:
    """The values of an axis in the order the shop sorted its variants."""
    found = (dict(variant.options).get(axis, "") for variant in variants)
    return tuple(dict.fromkeys(value for value in found if value))


def chip_axes(product: Product) -> tuple[str, ...]:
    """Axes that stand as chips above: the third and later ones, or the first of too large a grid."""
    axes = product.axes
    if len(axes) < 2:
        return ()
    tall, wide = (len(axis_values(product.variants, axis)) for axis in axes[:2])
    return (axes[0], *axes[2:]) if max(tall, wide) > MOST else axes[2:]


def matrix(product: Product, stocks: Stocks, chosen: Mapping[str, str]) -> Matrix:
    """The cells for the values chosen on the chip axes."""
    left = tuple(axis for axis in product.axes if axis not in chosen)
    variants = [it for it in product.variants if _fits(it, chosen)]
    prices = {variant.price for variant in product.variants}
    if len(left) == 2 and _one_each(variants, left):
        return _grid(variants, left, stocks, show_price=len(prices) > 1)
    label = left[0] if len(left) == 1 else ""
    differ = len(prices) > 1
    cells = tuple(_cell(it, _label(it, label), stocks, show_price=differ) for it in variants)
    shape = Shape.CHIPS if len(left) == 1 and len(cells) <= MOST else Shape.LIST
    return Matrix(shape, (), (), cells)


def _fits(variant: Variant, chosen: Mapping[str, str]) -> bool:
    options = dict(variant.options)
    return all(options.get(axis) == value for axis, value in chosen.items())


def _one_each(variants: Sequence[Variant], axes: tuple[str, ...]) -> bool:
    """Dirty data can put two variants in one cell; a list then shows both."""
    keys = [tuple(dict(it.options).get(axis, "") for axis in axes) for it in variants]
    return len(set(keys)) == len(keys) and all(all(key) for key in keys)


def _grid(
    variants: Sequence[Variant], axes: tuple[str, ...], stocks: Stocks, *, show_price: bool
) -> Matrix:
    lines, columns = axis_values(variants, axes[0]), axis_values(variants, axes[1])
    found = {tuple(dict(it.options)[axis] for axis in axes): it for it in variants}
    cells = []
    for line in lines:
        for column in columns:
            variant = found.get((line, column))
            if variant is None:
                cells.append(CellRow("", f"{line}, {column}", "", "", "", False, False))
            else:
                cells.append(_cell(variant, "", stocks, show_price=show_price))
    return Matrix(Shape.GRID, columns, lines, tuple(cells))


def _label(variant: Variant, axis: str) -> str:
    """The value of the one axis that is left, or all that tells a variant from the others."""
    return dict(variant.options).get(axis, "") or variant.detail or variant.name


def _cell(variant: Variant, label: str, stocks: Stocks, *, show_price: bool) -> CellRow:
    places = stocks.get(variant.sku, ())
    here = places[0].qty if places else None
    price = ""
    if show_price:
        price = _tr("any price") if variant.price is None else formats().amount(variant.price)
    return CellRow(
        sku=variant.sku,
        name=variant.detail.replace(" / ", ", ") or variant.name,
        label=label,
        here="" if here is None else here_text(here),
        price=price,
        gone=here is not None and here <= 0,
        elsewhere=any(place.qty > 0 for place in places[1:]),
    )


def here_text(qty: int) -> str:
    """9+ above nine; a negative figure is a counting error and reads 0."""
    pieces = max(0, qty) // ONE
    return f"{_SHOWN}+" if pieces > _SHOWN else str(pieces)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Matrix", text)


class MatrixModel(RowsModel[CellRow]):
    """The cells, line by line."""
