"""A line of a health page: a sign, a name, what is known about it, and one thing to do."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.icon_label import IconLabel
from pos_app.ui.widgets.text import ElidedLabel, TextLabel


class FactRow(QWidget):
    """Icon and word, never colour alone. The button is there only with a text."""

    def __init__(self, icon: str, name: str, button: str = "") -> None:
        super().__init__()
        self.sign = IconLabel(icon, "text2", SIZES["icon_large"])
        self.name = ElidedLabel(name, "body")
        self.value = TextLabel("", "label", "soft", wraps=True)
        self.button = TouchButton(button, Kind.SECONDARY)
        self.button.setAccessibleName(f"{name}: {button}")
        self.button.setVisible(bool(button))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.name)
        words.addWidget(self.value)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, u(2), 0, u(2))
        row.setSpacing(u(16))
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self.button)
        self.button.setFixedHeight(u(SIZES["floor"]))
        self.setMinimumHeight(u(SIZES["standard"]))
        self.value.hide()

    def show_fact(self, text: str, ink: str = "text2", icon: str = "") -> None:
        """What is known now; `ink` is the token of the sign, `icon` another sign."""
        self.value.setText(text)
        self.value.setVisible(bool(text))
        self.setAccessibleName(f"{self.name.text()}: {text}")
        self.sign.show_icon(ink, icon)
