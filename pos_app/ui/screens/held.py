"""Held sales: put aside by anybody at this till, brought back by one tap."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pos_app.domain.held import SuspendedBasket
from pos_app.ui.models.pick_model import held_row
from pos_app.ui.selling.pick_list import PickList
from pos_app.ui.widgets.sheet import Sheet
from pos_app.ui.widgets.text import TextLabel


class HeldSheet(Sheet):
    """Oldest first. With goods in the basket a tap says what to do with them first."""

    recalled = Signal(str)
    """The id of a basket."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, "")
        self.list = PickList(self.tr("Held sales"))
        self._hint = TextLabel("", "body", "soft", wraps=True)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self._hint)
        self.list.picked.connect(self._recall)

    def show_held(self, held: Sequence[SuspendedBasket], *, busy: bool) -> None:
        """`busy`: there are goods in the basket, which must be held or finished first."""
        self.title.setText(f"{self.tr('Held sales')} ({len(held)})")
        self.setAccessibleName(self.title.text())
        self.list.show_rows([held_row(it) for it in held])
        self.list.setVisible(bool(held))
        if not held:
            hint = self.tr("No sale is held. F8 puts the sale in the basket aside.")
        elif busy:
            hint = self.tr("There are goods in the basket. Hold or finish that sale first.")
        else:
            hint = self.tr("One held sale only? F8 on an empty basket brings it back at once.")
        self._hint.setText(hint)
        self.open(self.list.view)

    def _recall(self, basket_id: str) -> None:
        self.close_sheet()
        self.recalled.emit(basket_id)
