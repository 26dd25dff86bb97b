"""The variant matrix: a product with several variants was chosen, one tap says which."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.domain.catalog import Product, Stock
from pos_app.domain.money import ONE, Qty
from pos_app.services.needs import CatalogReader
from pos_app.ui.format import formats
from pos_app.ui.layout import Metrics
from pos_app.ui.models.matrix import (
    MatrixModel,
    axis_values,
    chip_axes,
    matrix,
)
from pos_app.ui.selling.chip_flow import ChipFlow
from pos_app.ui.selling.matrix_grid import MatrixGrid
from pos_app.ui.selling.stepper import Stepper
from pos_app.ui.selling.stock_words import elsewhere
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.sheet import Sheet
from pos_app.ui.widgets.text import TextLabel


class MatrixSheet(Sheet):
    """Arrow keys move, Enter or a tap adds and closes, digits set the quantity first."""

    picked = Signal(str, int)
    """The SKU and the quantity in thousandths."""

    def __init__(self, over: QWidget, catalog: CatalogReader) -> None:
        super().__init__(over, "")
        self._catalog = catalog
        self._product: Product | None = None
        self._stocks: dict[str, tuple[Stock, ...]] = {}
        self._chosen: dict[str, str] = {}
        self._cells = MatrixModel(self)
        self.grid = MatrixGrid(self._cells)
        self.quantity = Stepper(self.tr("Quantity"))
        self._chips = QVBoxLayout()
        self._elsewhere = QFrame()
        self._where = TextLabel("", "body", wraps=True)
        self._anyway = TouchButton(self.tr("Add it anyway"), Kind.SECONDARY)
        self._fill()

    def _fill(self) -> None:
        self._elsewhere.setProperty("pane", "info")
        row = QHBoxLayout(self._elsewhere)
        row.setContentsMargins(u(16), u(8), u(8), u(8))
        row.setSpacing(u(12))
        row.addWidget(self._where, 1)
        row.addWidget(self._anyway)
        self._chips.setSpacing(u(SIZES["edge"]))
        self.body.addLayout(self._chips)
        self.body.addWidget(self.grid, 1)
        self.body.addWidget(self._elsewhere)
        legend = self.tr("Number: here now · truck: only elsewhere · –: not made")
        self._legend = TextLabel(legend, "label", "soft", wraps=True)
        self.body.addWidget(self._legend)
        self.bar.add_secondary(self.quantity)
        self.grid.tapped.connect(self._tap)
        self._anyway.tapped.connect(self._add_anyway)

    def show_product(self, product: Product, pending: Qty | None) -> None:
        """Open for a product; a quantity keyed before is taken over."""
        self._product = product
        self._stocks = {it.sku: self._catalog.stock(it.sku) for it in product.variants}
        self._chosen = {
            axis: axis_values(product.variants, axis)[0]
            for axis in chip_axes(product)
            if axis_values(product.variants, axis)
        }
        prices = {variant.price for variant in product.variants}
        price = next(iter(prices)) if len(prices) == 1 else None
        self.title.setText(
            product.name if price is None else f"{product.name}   {formats().money(price)}"
        )
        self.quantity.restart((pending or ONE) // ONE)
        self._build_chips(product)
        self._show_cells()
        self.open(self.grid)

    def set_metrics(self, metrics: Metrics) -> None:
        self.grid.set_compact(metrics.is_compact)
        self.bar.set_metrics(metrics)

    def _build_chips(self, product: Product) -> None:
        """One row of chips for each axis that stands above the grid."""
        while (item := self._chips.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for axis in self._chosen:
            self._chips.addWidget(self._chip_row(axis, axis_values(product.variants, axis)))

    def _chip_row(self, axis: str, values: tuple[str, ...]) -> QWidget:
        """The values of an axis, wrapped into as many lines as they need."""
        texts = [(value, value) for value in values]
        return ChipFlow(axis, texts, self._chosen[axis], lambda it: self._choose_value(axis, it))

    def _choose_value(self, axis: str, value: str) -> None:
        self._chosen[axis] = value
        self._show_cells()

    def _show_cells(self) -> None:
        if self._product is None:
            return
        self._elsewhere.hide()
        self._legend.show()
        shown = matrix(self._product, self._stocks, self._chosen)
        width = min(self._over.width(), u(SIZES["sheet_wide"])) - u(68)
        self.grid.take(shown, width)

    @Slot(int)
    def _tap(self, row: int) -> None:
        cell = self._cells.row_at(row)
        if cell is None or not cell.sku:
            return
        if cell.gone:
            self._explain_gone(cell.sku, cell.name)
        else:
            self._pick(cell.sku)

    def _explain_gone(self, sku: str, name: str) -> None:
        """None here by the books: say who has it; the piece in the hand may still be sold."""
        where = elsewhere(self._stocks[sku])
        none = self.tr("{name}: none here by the books.").format(name=name)
        found = self.tr("Others have: {places}").format(places=where)
        nobody = self.tr("No other place has it either.")
        self._where.setText(f"{none} {found if where else nobody}")
        self._anyway.setProperty("sku", sku)
        # on a low screen there is room for one of the two
        self._legend.hide()
        self._elsewhere.show()
        self._place()
        self._anyway.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _add_anyway(self) -> None:
        self._pick(str(self._anyway.property("sku")))

    def _pick(self, sku: str) -> None:
        self.close_sheet()
        self.picked.emit(sku, self.quantity.count * ONE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.quantity.take_key(event):
            super().keyPressEvent(event)
