"""A titled card: the pane most screens are made of."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from pos_app.ui.units import u
from pos_app.ui.widgets.text import TextLabel


class Card(QFrame):
    """Add content to `body`, small things beside the title to `head`."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("pane", "card")
        self.head = QHBoxLayout()
        self.head.addWidget(TextLabel(title, "title"), 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(u(20), u(12), u(20), u(12))
        self.body.setSpacing(u(4))
        self.body.addLayout(self.head)


def rule() -> QFrame:
    """A divider."""
    line = QFrame()
    line.setProperty("pane", "rule")
    line.setFixedHeight(u(1))
    return line
