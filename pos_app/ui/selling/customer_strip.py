"""The strip above the basket: the customer, and the quantity keyed for the next article."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

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
        self._hint = TextLabel(self.tr("Scan the first item"), "label", "soft")
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
        row = QHBoxLayout(self)
        row.setContentsMargins(u(8), u(8), u(8), u(8))
        row.setSpacing(u(8))
        self.customer.setFixedHeight(u(SIZES["floor"]))
        row.addWidget(self.customer)
        row.addStretch(1)
        for widget in (self._hint, self._pending, self._forget):
            row.addWidget(widget)

    def show_pending(self, qty: Qty | None) -> None:
        """The quantity the next article gets, or nothing."""
        keyed = qty is not None
        self._hint.setText(self.tr("for the next item") if keyed else "")
        self._pending.setText(f"{qty_text(qty)}×" if qty is not None else "")
        self._forget.setVisible(keyed)
