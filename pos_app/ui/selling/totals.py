"""The totals under the basket: a painter of fixed size, so that a new sum moves nothing."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.domain.basket import Basket
from pos_app.ui.delegates.ink import Align, Canvas, Ink
from pos_app.ui.format import formats
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton

HEIGHT = 112
"""In u."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The finished texts: what it comes to, how many items, and what is saved."""

    count: str = ""
    saved: str = ""
    money: str = ""
    amount: str = ""


class TotalsBlock(QWidget):
    """Tapping it asks for the detail: taxes, discounts, subtotal. Page buttons show on overflow."""

    tapped = Signal()
    paged = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = Totals()
        self._ink = Ink(self)
        self._down = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(u(HEIGHT))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Total"))
        self._pages = (self._page_button("up", -1), self._page_button("down", 1))
        self.set_paged(False)

    def _page_button(self, icon: str, step: int) -> TouchButton:
        button = TouchButton("", Kind.SECONDARY, icon, self, repeats=True)
        button.setFixedSize(u(SIZES["standard"]), u(SIZES["floor"]))
        button.setAccessibleName(self.tr("Page up") if step < 0 else self.tr("Page down"))
        button.tapped.connect(lambda: self.paged.emit(step))
        return button

    def show_basket(self, basket: Basket) -> None:
        """Take over the basket's figures."""
        words, figures = formats(), basket.figures
        saved = self.tr("You save {amount}").format(amount=words.amount(figures.discount))
        texts = Totals(
            count=self._count_text(basket.piece_count),
            saved=saved if figures.discount else "",
            money=words.money(figures.total),
            amount=words.amount(figures.total),
        )
        if texts != self._texts:
            self._texts = texts
            self.setAccessibleDescription(f"{texts.count}, {texts.money}")
            self._repaint_words()

    def _count_text(self, count: int) -> str:
        one = self.tr("TOTAL · 1 item")
        return one if count == 1 else self.tr("TOTAL · %n items", "", count)

    def set_paged(self, paged: bool) -> None:
        for button in self._pages:
            button.setVisible(paged)
        self.update()

    def _pages_width(self) -> int:
        return 0 if self._pages[0].isHidden() else 2 * u(SIZES["standard"]) + u(24)

    def paintEvent(self, event: QPaintEvent) -> None:
        canvas = Canvas(self._ink, QPainter(self), self.rect(), self.layoutDirection())
        canvas.fill(self.rect(), "selected" if self._down else "surface")
        canvas.fill(QRect(0, 0, self.width(), self._ink.line), "border")
        box = self._words_box()
        used = canvas.text(box, self._texts.count, "strong", "text")
        canvas.text(
            box.adjusted(used + u(12), 0, 0, 0), self._texts.saved, "label", "text2", Align.END
        )
        self._paint_sum(canvas, self._sum_box())

    def _repaint_words(self) -> None:
        """Not the page buttons: every scan comes here."""
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            self.update()
            return
        self.update(self._words_box())
        self.update(self._sum_box())

    def _words_box(self) -> QRect:
        """Where the count and the savings stand."""
        pad = u(16)
        return QRect(pad, u(10), self.width() - 2 * pad, u(28))

    def _sum_box(self) -> QRect:
        """Where the total stands, beside the page buttons while these are there."""
        room = self.rect().adjusted(u(16) + self._pages_width(), 0, -u(16), 0)
        return QRect(room.x(), u(44), room.width(), u(50))

    def _paint_sum(self, canvas: Canvas, box: QRect) -> None:
        """Never cut: first the currency goes, then the size."""
        texts = self._texts
        for text, face in (
            (texts.money, "total"),
            (texts.amount, "total"),
            (texts.amount, "pad"),
            (texts.amount, "title"),
        ):
            if self._ink.width(text, face) <= box.width() or face == "title":
                canvas.text(box, text, face, "text", Align.END)
                return

    def resizeEvent(self, event: QResizeEvent) -> None:
        x = u(16)
        for button in self._pages:
            button.move(x, self.height() - button.height() - u(8))
            x += button.width() + u(8)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._show_down(True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self._down and self.rect().contains(event.position().toPoint())
        self._show_down(False)
        if inside:
            self.tapped.emit()

    def _show_down(self, down: bool) -> None:
        self._down = down
        self.update()
