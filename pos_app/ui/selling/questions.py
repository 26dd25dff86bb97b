"""The sheets of the register: they open for what the till asks, and give it the answers."""

from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import QElapsedTimer, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from pos_app.domain.basket import Discount, Line
from pos_app.domain.catalog import SearchHit, Unit
from pos_app.domain.events import ChooseVariant, MatrixWanted, PriceWanted, WeightWanted
from pos_app.domain.staff import Right
from pos_app.services.till import Till
from pos_app.ui.format import formats
from pos_app.ui.layout import Metrics
from pos_app.ui.models.pick_model import PickRow, variant_row
from pos_app.ui.screens.choose import ChooseSheet
from pos_app.ui.screens.discount import DiscountSheet
from pos_app.ui.screens.held import HeldSheet
from pos_app.ui.screens.matrix import MatrixSheet
from pos_app.ui.screens.price_entry import EntrySheet
from pos_app.ui.screens.search import SearchSheet
from pos_app.ui.screens.totals_detail import TotalsSheet
from pos_app.ui.selling.attempt import Attempts
from pos_app.ui.selling.discount_mode import Mode
from pos_app.ui.selling.search_worker import SearchWorker
from pos_app.ui.selling.stock_words import age
from pos_app.ui.tokens import TIMES
from pos_app.ui.widgets.sheet import Sheet

S = TypeVar("S", bound=Sheet)


class Questions(QObject):
    """One sheet at a time, over the goods; the basket stays in view and scans go on."""

    code_asked = Signal(str)
    """Enter in the search field, on what may be a code."""

    def __init__(self, over: QWidget, till: Till, attempts: Attempts, worker: SearchWorker) -> None:
        super().__init__(over)
        self._over, self._till, self._attempts, self._worker = over, till, attempts, worker
        self._metrics: Metrics | None = None
        self._sheets: list[Sheet] = []
        self._since_closed = QElapsedTimer()

    # a sheet is made when it is first asked for: a start that makes all of them takes a third longer

    @cached_property
    def matrix(self) -> MatrixSheet:
        sheet = self._kept(MatrixSheet(self._over, self._till.catalog))
        sheet.picked.connect(self._add_picked)
        return sheet

    @cached_property
    def choose(self) -> ChooseSheet:
        return self._kept(ChooseSheet(self._over))

    @cached_property
    def entry(self) -> EntrySheet:
        return self._kept(EntrySheet(self._over))

    @cached_property
    def discount(self) -> DiscountSheet:
        return self._kept(DiscountSheet(self._over))

    @cached_property
    def held(self) -> HeldSheet:
        sheet = self._kept(HeldSheet(self._over))
        sheet.recalled.connect(self.recall)
        return sheet

    @cached_property
    def search(self) -> SearchSheet:
        sheet = self._kept(SearchSheet(self._over, self._worker))
        sheet.chosen.connect(self._add_hit)
        sheet.code_asked.connect(self.code_asked)
        return sheet

    @cached_property
    def totals(self) -> TotalsSheet:
        sheet = self._kept(TotalsSheet(self._over))
        sheet.void_asked.connect(self._void)
        return sheet

    def _kept(self, sheet: S) -> S:
        sheet.closed.connect(self._since_closed.start)
        self._sheets.append(sheet)
        self._arrange(sheet)
        return sheet

    def _arrange(self, sheet: Sheet) -> None:
        if self._metrics is not None and isinstance(
            sheet, MatrixSheet | EntrySheet | DiscountSheet
        ):
            sheet.set_metrics(self._metrics)

    @property
    def open_sheet(self) -> Sheet | None:
        return next((sheet for sheet in self._sheets if not sheet.isHidden()), None)

    def closed_just_now(self) -> bool:
        """A sheet closed within the time of a double tap."""
        since = self._since_closed
        return since.isValid() and since.elapsed() < TIMES["double_tap"]

    def close(self) -> None:
        """End whatever is asked; nothing is done."""
        sheet = self.open_sheet
        if sheet is not None:
            sheet.close_sheet()

    def set_metrics(self, metrics: Metrics) -> None:
        self._metrics = metrics
        for sheet in self._sheets:
            self._arrange(sheet)

    def hear(self, event: object) -> None:
        """What the till wants to know."""
        match event:
            case MatrixWanted(product):
                self.close()
                self.matrix.show_product(product, self._till.pending_qty)
            case ChooseVariant(variants=variants):
                self.close()
                self.choose.ask(
                    self.tr("Which one is it?"),
                    self.tr("Code {code} stands on several articles.").format(code=event.code),
                    [variant_row(variant) for variant in variants],
                    lambda sku: self._attempts.run(lambda: self._till.choose_variant(event, sku)),
                )
            case PriceWanted(variant, qty):
                self.close()
                self.entry.ask_price(
                    variant.name,
                    lambda price: self._attempts.run(
                        lambda: self._till.add_variant(variant.sku, qty, price)
                    ),
                )
            case WeightWanted(variant):
                self.close()
                self.entry.ask_weight(
                    variant.name,
                    variant.price,
                    lambda weight: self._attempts.run(
                        lambda: self._till.add_variant(variant.sku, weight)
                    ),
                )

    def ask_category(self, names: tuple[str, ...], on_pick: object) -> None:
        """All categories, for those that do not fit the bar."""
        if callable(on_pick):
            rows = [PickRow(name, name or self.tr("Other")) for name in names]
            self.close()
            self.choose.ask(self.tr("Categories"), "", rows, on_pick)

    def ask_search(self, text: str = "") -> None:
        self.close()
        self.search.ask(text)

    def ask_totals(self) -> None:
        self.close()
        may = self._till.may(Right.VOID_BASKET)
        reason = "" if may else self.tr("You may not void a sale. The basket is still here.")
        self.totals.show_basket(self._till.basket, reason)

    def ask_held(self) -> None:
        """The list of held sales."""
        self.close()
        self.held.show_held(self._till.suspended(), busy=bool(self._till.basket.lines))

    def ask_line_discount(self, row: int, mode: Mode = Mode.PERCENT) -> None:
        line = self._line(row)
        if line is not None:
            self.close()
            self.discount.for_line(line, lambda it: self._discount_line(line.line_id, it), mode)

    def ask_basket_discount(self) -> None:
        basket = self._till.basket
        before = basket.figures.subtotal - sum(it.line_discount for it in basket.figures.lines)
        self.close()
        self.discount.for_basket(
            before,
            basket.discount,
            lambda it: self._attempts.run(lambda: self._till.set_discount(it)),
        )

    def ask_quantity(self, row: int) -> None:
        """Pieces, or the weight of goods by weight."""
        line = self._line(row)
        if line is None:
            return
        self.close()
        if line.unit is Unit.KG:
            self.entry.ask_weight(
                line.name, line.unit_price, lambda it: self._set_qty(line.line_id, it), line.qty
            )
        else:
            self.entry.ask_quantity(line.name, line.qty, lambda it: self._set_qty(line.line_id, it))

    def ask_options(self, row: int) -> None:
        """What else can be done with a line."""
        line = self._line(row)
        if line is None:
            return
        rows = [
            PickRow("discount", self.tr("Discount on this line"), self.tr("with a reason")),
            PickRow(
                "quantity", self.tr("Key the quantity"), self.tr("also with * on the keyboard")
            ),
            PickRow(
                "stock", self.tr("Stock of all places"), self.tr("here and elsewhere, with its age")
            ),
            PickRow("remove", self.tr("Remove the line"), self.tr("can be undone")),
        ]
        self.close()
        self.choose.ask(line.name, line.detail, rows, lambda key: self._do(key, line.line_id))

    def _do(self, key: str, line_id: str) -> None:
        row = self._row_of(line_id)
        if row < 0:
            return
        match key:
            case "discount":
                self.ask_line_discount(row)
            case "quantity":
                self.ask_quantity(row)
            case "stock":
                self._show_stock(row)
            case "remove":
                self._attempts.run(lambda: self._till.remove_line(row))

    def _show_stock(self, row: int) -> None:
        line = self._till.basket.lines[row]
        rows = [
            PickRow(it.place_id, it.place_name, age(it.as_of_ms), formats().qty(it.qty))
            for it in self._till.catalog.stock(line.sku)
        ]
        text = line.detail if rows else self.tr("No stock figures are known for this article.")
        self.choose.ask(
            self.tr("Stock of {name}").format(name=line.name), text, rows, lambda _: None
        )

    def _line(self, row: int) -> Line | None:
        lines = self._till.basket.lines
        return lines[row] if 0 <= row < len(lines) else None

    def _row_of(self, line_id: str) -> int:
        """Where a line is now: a scan may have come while a sheet was open."""
        ids = [line.line_id for line in self._till.basket.lines]
        return ids.index(line_id) if line_id in ids else -1

    def _discount_line(self, line_id: str, discount: Discount | None) -> None:
        row = self._row_of(line_id)
        if row >= 0:
            self._attempts.run(lambda: self._till.set_line_discount(row, discount))

    def _set_qty(self, line_id: str, qty: int) -> None:
        row = self._row_of(line_id)
        if row >= 0:
            self._attempts.run(lambda: self._till.change_qty(row, qty))

    @Slot(str, int)
    def _add_picked(self, sku: str, qty: int) -> None:
        variant = self._till.catalog.by_sku(sku)
        # goods by weight ask for the weight: a count of pieces says nothing about it
        by_weight = variant is not None and variant.unit is Unit.KG
        self._attempts.run(lambda: self._till.add_variant(sku, None if by_weight else qty))

    @Slot(object)
    def _add_hit(self, hit: SearchHit) -> None:
        if hit.variant_count > 1:
            self._attempts.run(lambda: self._till.choose_product(hit.product_id))
        else:
            self._attempts.run(lambda: self._till.add_variant(hit.sku))

    @Slot()
    def _void(self) -> None:
        self._attempts.run(self._till.void_basket)

    @Slot(str)
    def recall(self, basket_id: str) -> None:
        self._attempts.run(lambda: self._till.resume(basket_id))
