"""The goods side of the register: categories, tiles, pages. Sheets open over it."""

from PySide6.QtCore import QRect, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pos_app.domain.catalog import Tile
from pos_app.services.needs import CatalogReader
from pos_app.ui.layout import LayoutClass, Metrics
from pos_app.ui.models.tile_model import TileModel
from pos_app.ui.selling.category_bar import CategoryBar
from pos_app.ui.selling.tile_grid import TILE, TILE_COMPACT, TILE_WIDE, TileGrid
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.text import TextLabel

_BAR = 64
_PAGER = 56


class GoodsPane(QWidget):
    """Reads the catalogue when asked to; tells which product was tapped."""

    wanted = Signal(str)
    """A product id."""
    more_asked = Signal()

    def __init__(self, catalog: CatalogReader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._compact = False
        self._tiles = TileModel(self)
        self.bar = CategoryBar(self)
        self.grid = TileGrid(self._tiles, self)
        self.empty = TextLabel("", "body", "soft", wraps=True)
        self.empty.setParent(self)
        self._pager = QWidget(self)
        self._page = TextLabel("", "body")
        self._back = self._page_button("left", self.tr("Page before"), -1)
        self._on = self._page_button("right", self.tr("Next page"), 1)
        self._build()

    def _build(self) -> None:
        row = QHBoxLayout(self._pager)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._back)
        row.addStretch(1)
        row.addWidget(self._page)
        row.addStretch(1)
        row.addWidget(self._on)
        self.bar.chosen.connect(self._show_category)
        self.bar.more_asked.connect(self.more_asked)
        self._tiles.paged.connect(self._show_page)
        self.grid.tapped.connect(self._tap)

    def _page_button(self, icon: str, name: str, step: int) -> TouchButton:
        button = TouchButton("", Kind.SECONDARY, icon, repeats=True)
        button.setFixedSize(u(SIZES["button_wide"]), u(SIZES["floor"]))
        button.setAccessibleName(name)
        button.tapped.connect(lambda: self._tiles.turn(step))
        return button

    def read(self) -> None:
        """The catalogue changed, or is here for the first time: categories and tiles anew."""
        self.bar.take(self._catalog.categories())
        self._tiles.renew(self._catalog.tiles(self.bar.current) if self.bar.names else ())
        self._show_empty()

    def open_price_articles(self) -> tuple[Tile, ...]:
        """Tiles of articles whose price is keyed, of all categories."""
        tiles = (tile for name in self.bar.names for tile in self._catalog.tiles(name))
        single = {it.product_id: it for it in tiles if it.price is None and it.variant_count == 1}
        return tuple(single.values())

    @Slot(str)
    def _show_category(self, name: str) -> None:
        self._tiles.take(self._catalog.tiles(name))
        self._show_empty()

    def _show_empty(self) -> None:
        self.empty.setText(
            ""
            if self._tiles.rowCount()
            else self.tr("No tiles here yet. Scan the goods, or search for them by name with /.")
        )
        self.empty.setVisible(not self._tiles.rowCount())

    @Slot(int, int)
    def _show_page(self, page: int, count: int) -> None:
        text = self.tr("page {page} of {count}").format(page=page, count=count)
        self._page.setText(text)
        only = self.tr("There is only one page of tiles")
        last = self.tr("This is the last page")
        first = self.tr("This is the first page")
        self._back.set_available(page > 1, only if count == 1 else first)
        self._on.set_available(page < count, only if count == 1 else last)

    @Slot(int)
    def _tap(self, row: int) -> None:
        tile = self._tiles.row_at(row)
        if tile is not None:
            self.wanted.emit(tile.product_id)

    def set_metrics(self, metrics: Metrics) -> None:
        self._compact = metrics.is_compact
        tiles = {LayoutClass.COMPACT: TILE_COMPACT, LayoutClass.WIDE: TILE_WIDE}
        self.grid.set_least(tiles.get(metrics.kind, TILE))
        self._place()

    def _place(self) -> None:
        pad = u(8 if self._compact else 12)
        area = self.rect().adjusted(pad, 0, -pad, 0)
        self.bar.setGeometry(QRect(area.x(), 0, area.width(), u(_BAR)))
        tall = area.height() - u(_BAR) - u(_PAGER)
        self.grid.setGeometry(QRect(area.x(), u(_BAR), area.width(), tall))
        self.empty.setGeometry(QRect(area.x(), u(_BAR), area.width(), u(_BAR)))
        self._pager.setGeometry(
            QRect(area.x(), area.bottom() + 1 - u(_PAGER), area.width(), u(_PAGER))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()
