"""The tiles of one category, a page at a time."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Signal

from pos_app.domain.catalog import Tile
from pos_app.domain.money import ONE, Qty
from pos_app.ui.format import formats
from pos_app.ui.models.rows import RowsModel

_MANY = 999


@dataclass(frozen=True, slots=True)
class TileRow:
    """One painted tile; `gone` says that none is here."""

    product_id: str
    name: str
    price: str
    stock: str
    gone: bool
    has_variants: bool

    @property
    def spoken(self) -> str:
        return ", ".join(part for part in (self.name, self.price, self.stock) if part)


def tile_row(tile: Tile) -> TileRow:
    """Every text of a tile, made once."""
    # what has no price of its own is a service or a catch-all: nobody counts it
    stock = None if tile.price is None else tile.stock
    price = _tr("any price") if tile.price is None else formats().short_amount(tile.price)
    return TileRow(
        product_id=tile.product_id,
        name=tile.label,
        price=price,
        stock=_stock(stock),
        gone=stock is not None and stock <= 0,
        has_variants=tile.variant_count > 1,
    )


def _stock(stock: Qty | None) -> str:
    """A negative figure is a counting error: nobody is helped by seeing minus three."""
    if stock is None:
        return ""
    pieces = max(0, stock) // ONE
    if pieces > _MANY:
        return _tr("{count}+ here").format(count=_MANY)
    if not pieces and stock > 0:
        return _tr("{qty} here").format(qty=formats().qty(stock))
    return _tr("{count} here").format(count=pieces)


def _tr(text: str) -> str:
    return QCoreApplication.translate("TileRow", text)


class TileModel(RowsModel[TileRow]):
    """Holds all tiles of a category and shows one page of them."""

    paged = Signal(int, int)
    """The page in front, from 1, and how many there are."""

    _all: tuple[TileRow, ...] = ()
    _size = 1
    _page = 0

    @property
    def page_count(self) -> int:
        return max(1, -(-len(self._all) // self._size))

    def take(self, tiles: tuple[Tile, ...]) -> None:
        """Show other tiles, from their first page."""
        self._all = tuple(tile_row(tile) for tile in tiles)
        self._page = 0
        self._show_page()

    def renew(self, tiles: tuple[Tile, ...]) -> None:
        """The same tiles with new figures: the page stays."""
        self._all = tuple(tile_row(tile) for tile in tiles)
        self._show_page()

    def set_page_size(self, size: int) -> None:
        if size != self._size:
            first = self._page * self._size
            self._size = max(1, size)
            self._page = first // self._size
            self._show_page()

    def turn(self, step: int) -> None:
        """So many pages on; it stops at either end."""
        self._page += step
        self._show_page()

    def _show_page(self) -> None:
        self._page = max(0, min(self._page, self.page_count - 1))
        first = self._page * self._size
        self.show(self._all[first : first + self._size])
        self.paged.emit(self._page + 1, self.page_count)
