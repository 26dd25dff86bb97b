"""A question with a short list of answers: which variant, what to do with a line, which category."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from pos_app.ui.models.pick_model import PickRow
from pos_app.ui.selling.pick_list import PickList
from pos_app.ui.widgets.sheet import Sheet
from pos_app.ui.widgets.text import TextLabel


class ChooseSheet(Sheet):
    """One tap answers and closes; arrow keys and Enter do the same."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, "", wide=640)
        self._on_pick: Callable[[str], object] | None = None
        self._text = TextLabel("", "body", "soft", wraps=True)
        self.list = PickList(self.tr("Answers"))
        self.body.addWidget(self._text)
        self.body.addWidget(self.list, 1)
        self.list.picked.connect(self._pick)

    def ask(
        self, title: str, text: str, rows: list[PickRow], on_pick: Callable[[str], object]
    ) -> None:
        """Open with these answers; `on_pick` gets the key of the one tapped."""
        self._on_pick = on_pick
        self.title.setText(title)
        self.setAccessibleName(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.list.show_rows(rows)
        self.open(self.list.view)

    @Slot(str)
    def _pick(self, key: str) -> None:
        answer, self._on_pick = self._on_pick, None
        self.close_sheet()
        if answer is not None:
            answer(key)
