"""The first start: tell the till its server and prove with a one-time code that it may belong there."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QLineEdit

from pos_app.ui.background import Call
from pos_app.ui.icons import pixmap
from pos_app.ui.screen import Screen
from pos_app.ui.theme import color, restyle
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.centred import centre
from pos_app.ui.widgets.text import TextLabel

_WIDE: Final = 720
Enrol = Callable[[str, str], str]
"""Server address and code; the name of the store and till. Runs off the GUI thread."""
Explain = Callable[[Exception], str]
"""What went wrong: unreachable, server, upgrade, code or used."""


class EnrolScreen(Screen):
    """Two fields and one button; every error says at its field what is wrong and what to do."""

    has_rail: ClassVar[bool] = False
    needs_staff: ClassVar[bool] = False
    shows_banner: ClassVar[bool] = False
    enrolled = Signal()

    def __init__(self, enrol: Enrol, explain: Explain, server_url: str = "") -> None:
        super().__init__()
        self._enrol, self._explain = enrol, explain
        self._address = QLineEdit(server_url)
        self._address.setPlaceholderText("https://")
        self._address.setAccessibleName(self.tr("Server address"))
        self._code = QLineEdit()
        self._code.setAccessibleName(self.tr("One-time code"))
        self._address_fault = TextLabel("", "body", "danger", wraps=True)
        self._code_fault = TextLabel("", "body", "danger", wraps=True)
        self._news = TextLabel("", "body", "soft", wraps=True)
        self._build()

    def _build(self) -> None:
        card = Card(self.tr("Connect this till to your shop"))
        card.body.setContentsMargins(u(32), u(24), u(32), u(24))
        card.body.setSpacing(u(8))
        picture = QLabel()
        picture.setPixmap(pixmap("plug", color("primary"), u(40)))
        card.head.insertWidget(0, picture)
        card.head.setSpacing(u(16))
        intro = self.tr(
            "Ask the office for both: the address of the central server, and a code made for this till. "
            "The code works once."
        )
        card.body.addWidget(TextLabel(intro, "body", "soft", wraps=True))
        card.body.addSpacing(u(8))
        for name, field, fault in (
            (self.tr("Server address"), self._address, self._address_fault),
            (self.tr("One-time code"), self._code, self._code_fault),
        ):
            card.body.addWidget(TextLabel(name, "strong"))
            card.body.addWidget(field)
            card.body.addWidget(fault)
            fault.hide()
        card.body.addWidget(self._news)
        centre(self, card, wide=_WIDE)
        self._connect = TouchButton(self.tr("Connect"), Kind.PRIMARY, "plug")
        self._connect.tapped.connect(self._start)
        self.action_bar.add_strong(self._connect)
        self.bind("confirm", self._connect.fire)
        self._address.returnPressed.connect(self._code.setFocus)
        self._code.returnPressed.connect(self._connect.fire)

    def enter(self) -> None:
        """The first empty field has the caret: this screen is for typing."""
        (self._code if self._address.text() else self._address).setFocus()

    @Slot(object, str)
    def scan(self, raw: bytes | str, source: str) -> bool:
        """A code printed as a barcode or QR may be scanned."""
        text = raw.decode("ascii", "replace") if isinstance(raw, bytes) else raw
        self._code.setText(text.strip())
        return True

    @Slot()
    def _start(self) -> None:
        address, code = self._address.text().strip(), self._code.text().strip()
        self._fault(self._address, self._address_fault, "")
        self._fault(self._code, self._code_fault, "")
        if not address.startswith(("http://", "https://")):
            text = self.tr("The address begins with https:// . Copy it as the office gave it.")
            self._fault(self._address, self._address_fault, text)
        elif not code:
            text = self.tr("Enter the code that was made for this till.")
            self._fault(self._code, self._code_fault, text)
        else:
            self._connect.set_busy(self.tr("Connecting…"))
            Call(self, partial(self._enrol, address, code), self._done, self._failed, waits=True)

    def _done(self, name: str) -> None:
        self._connect.set_busy("")
        self._news.setText(self.tr("Connected as {}. The catalogue is being loaded.").format(name))
        self.enrolled.emit()

    def _failed(self, error: Exception) -> None:
        self._connect.set_busy("")
        key = self._explain(error)
        at_code = key in {"code", "used"}
        field = self._code if at_code else self._address
        fault = self._code_fault if at_code else self._address_fault
        self._fault(field, fault, self._words(key))

    def _words(self, key: str) -> str:
        match key:
            case "unreachable":
                return self.tr(
                    "No answer from this address. Check the network and the address, then try again."
                )
            case "upgrade":
                return self.tr("The server asks for a newer program. Install it, then try again.")
            case "code":
                return self.tr(
                    "The server does not know this code. Check each letter, or ask for a new one."
                )
            case "used":
                return self.tr("This code was already used or is too old. Ask for a new one.")
            case _:
                return self.tr("What answers there is not a shop's server. Check the address.")

    def _fault(self, field: QLineEdit, label: TextLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))
        field.setAccessibleDescription(text)
        restyle(field, "state", "error" if text else "")
        if text:
            field.setFocus()
