"""The strip above the basket: the customer, and the quantity keyed for the next article."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.domain.money import Qty
from pos_app.ui.actions import ACTIONS
from pos_app.ui.format import qty as qty_text
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.text import TextLabel


class CustomerStrip(QWidget):
    """Customers come with a later version: the place is kept, and says so when tapped."""

    forget = Signal()
    """The keyed quantity is not wanted any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("pane", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.customer = TouchButton(self.tr("Add customer"), Kind.QUIET, "person", leading=True)
        self.customer.set_key_hint(ACTIONS["customer"].key)
        self.customer.set_available(False, self.missing())
        self._hint = TextLabel("", "label", "soft")
        self._pending = TextLabel("", "title")
        self._forget = TouchButton("", Kind.QUIET, "close")
        self._forget.setAccessibleName(self.tr("Forget the quantity"))
        self._forget.tapped.connect(self.forget)
        self._build()
        self.show_pending(None)

    def missing(self) -> str:
        """Why no customer can be attached."""
        return self.tr("Customers come with a later version. The sale goes on without one.")

    def _build(self) -> None:
        rule = QFrame()
        rule.setProperty("pane", "rule")
        rule.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rule.setFixedHeight(u(SIZES["line"]))
        row = QHBoxLayout()
        row.setContentsMargins(u(8), u(8), u(8), u(7))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(rule)
        row.setSpacing(u(8))
        self.customer.setFixedHeight(u(SIZES["floor"]))
        row.addWidget(self.customer)
        row.addStretch(1)
        for widget in (self._hint, self._pending, self._forget):
            row.addWidget(widget)

    def show_pending(self, qty: Qty | None, typed: str = "") -> None:
        """The quantity the next article gets; digits too many for one are a code being typed."""
        shown = f"{qty_text(qty)}×" if qty is not None else typed
        hint = self.tr("for the next item") if qty is not None else self.tr("Enter looks it up")
        self._hint.setText(hint if shown else "")
        self._pending.setText(shown)
        self._forget.setVisible(bool(shown))
