"""The blocking dialog: inside the window, focus trapped, Enter is the safe choice, no nested loop."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from pos_app.ui.tokens import SCRIM_ALPHA, SIZES, TIMES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.sheet import keep_focus_inside, paint_scrim
from pos_app.ui.widgets.text import TextLabel

ENTER_KEYS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a dialog; its text is a verb with its object. Exactly one choice is safe."""

    id: str
    text: str
    kind: Kind = Kind.SECONDARY
    safe: bool = False


class BlockingDialog(QWidget):
    """Only for the six cases of ux.md 3.9. `title` is a sentence, `text` says what it means.

    It shows itself at once over the whole window and emits `chosen` with a choice's id, once.
    Scans are refused while it stands there: `flash` shows why.
    """

    chosen = Signal(str)

    def __init__(self, window: QWidget, title: str, text: str, choices: tuple[Choice, ...]) -> None:
        super().__init__(window.window())
        self._window = window.window()
        self._choices = choices
        self._answered = False
        self._back_to = self._window.focusWidget()
        self._buttons: dict[str, TouchButton] = {}
        self.setProperty("sink", True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.card = QFrame(self)
        self.card.setProperty("pane", "dialog")
        self._note = TextLabel("", "strong", "danger", wraps=True)
        self._calm = QTimer(self, singleShot=True, interval=4 * TIMES["flash"])
        self._calm.timeout.connect(lambda: self._note.setText(""))
        self._build(title, text)
        self._window.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()
        self.button(self._safe.id).setFocus(Qt.FocusReason.OtherFocusReason)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{title} {text}"))

    @property
    def _safe(self) -> Choice:
        return next(choice for choice in self._choices if choice.safe)

    def _build(self, title: str, text: str) -> None:
        column = QVBoxLayout(self.card)
        column.setContentsMargins(u(32), u(24), u(32), u(24))
        column.setSpacing(u(16))
        column.addWidget(TextLabel(title, "title", wraps=True))
        self.body = QVBoxLayout()
        self.body.addWidget(TextLabel(text, "body", wraps=True))
        column.addLayout(self.body)
        self._note.setMinimumHeight(u(28))
        column.addWidget(self._note)
        row = QHBoxLayout()
        risky = any(choice.kind is Kind.DANGER for choice in self._choices)
        row.setSpacing(u(SIZES["danger_apart"] if risky else 16))
        row.addStretch(1)
        for choice in self._choices:
            row.addWidget(self._button(choice))
        column.addLayout(row)

    def _button(self, choice: Choice) -> TouchButton:
        button = self._buttons[choice.id] = TouchButton(choice.text, choice.kind)
        button.tapped.connect(lambda: self.answer(choice.id))
        return button

    def button(self, choice_id: str) -> TouchButton:
        return self._buttons[choice_id]

    def answer(self, choice_id: str) -> None:
        """Close with this choice; a second answer is not heard."""
        if self._answered:
            return
        self._answered = True
        self.hide()
        if self._back_to is not None and isValid(self._back_to) and self._back_to.isVisible():
            self._back_to.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit(choice_id)
        self.deleteLater()

    def flash(self) -> None:
        """Say once that this must be answered before anything else."""
        self._note.setText(self.tr("Answer this first"))
        self._calm.start()

    def _place(self) -> None:
        area = self._window.rect()
        self.setGeometry(area)
        width = min(u(SIZES["dialog_wide"]), area.width() - 2 * u(SIZES["edge"]))
        height = max(self.card.heightForWidth(width), self.card.sizeHint().height())
        left, top = (area.width() - width) // 2, (area.height() - height) // 2
        self.card.setGeometry(left, top, width, height)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Focus is trapped."""
        return keep_focus_inside(self, forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc take the safe choice; every other key ends here."""
        if event.key() in ENTER_KEYS | {Qt.Key.Key_Escape} and not event.isAutoRepeat():
            self.answer(self._safe.id)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_scrim(self, SCRIM_ALPHA)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False
