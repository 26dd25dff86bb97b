"""A card taken on a terminal beside the till: one question, because the till cannot see the answer."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from pos_app.domain.money import Money
from pos_app.ui.format import formats
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.text import TextLabel

_MOST = 24
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ReferenceField(QLineEdit):
    """Enter gives the focus back: the answer is a button's, never a key's by accident."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER or event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class CardConfirm(QFrame):
    """Nothing is recorded before the yes. `answered` brings the amount and the reference."""

    approved = Signal(object, str)
    declined = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("pane", "info")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._amount: Money = 0
        self._question = TextLabel("", "title", "info", wraps=True)
        self._hint = TextLabel(
            self.tr("Take the card on the terminal first. Nothing is recorded until you answer."),
            "body",
            "info",
            wraps=True,
        )
        self.reference = ReferenceField()
        self.reference.setMaxLength(_MOST)
        self.reference.setPlaceholderText(self.tr("Number on the slip (optional)"))
        self.reference.setAccessibleName(self.tr("Number on the slip, optional"))
        self.yes = TouchButton(self.tr("Approved"), Kind.PRIMARY, type_="strong")
        self.no = TouchButton(self.tr("Not approved"), Kind.SECONDARY)
        self._build()

    def _build(self) -> None:
        answers = QHBoxLayout()
        answers.setSpacing(u(12))
        self.no.setMinimumHeight(u(SIZES["pay"]))
        answers.addWidget(self.no, 1)
        answers.addWidget(self.yes, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(u(16), u(12), u(16), u(16))
        column.setSpacing(u(12))
        for widget in (self._question, self._hint, self.reference):
            column.addWidget(widget)
        column.addLayout(answers)
        self.yes.tapped.connect(self._approve)
        self.no.tapped.connect(self.declined)

    @property
    def amount(self) -> Money:
        """What the question is about."""
        return self._amount

    def ask(self, amount: Money) -> None:
        self._amount = amount
        text = self.tr("Did the card terminal approve {amount}?")
        self._question.setText(text.format(amount=formats().money(amount)))
        self.setAccessibleName(self._question.text())
        self.reference.clear()
        self.show()

    @Slot()
    def _approve(self) -> None:
        self.approved.emit(self._amount, self.reference.text().strip())
