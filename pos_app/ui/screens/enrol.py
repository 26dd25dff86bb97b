"""The first start: tell the till its server and prove with a one-time code that it may belong there."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit

from pos_app.ui.background import Call
from pos_app.ui.enrol_words import place, words
from pos_app.ui.screen import Screen
from pos_app.ui.theme import restyle
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.centred import centre
from pos_app.ui.widgets.icon_label import IconLabel
from pos_app.ui.widgets.text import TextLabel

_WIDE: Final = 720
Enrol = Callable[[str, str, str], str]
"""Server address, code and fingerprint; the name of the store and till. Runs off the GUI thread."""
Explain = Callable[[Exception], str]
"""What went wrong: a key of `enrol_words.words`."""
Read = Callable[[str], tuple[str, str, str] | None]
"""The three fields of an invitation; None for any other text, an error for a broken invitation."""


class EnrolScreen(Screen):
    """Three fields, filled by one scan or by hand, and one button; every error says at its field what
    is wrong and what to do."""

    has_rail: ClassVar[bool] = False
    needs_staff: ClassVar[bool] = False
    shows_banner: ClassVar[bool] = False
    enrolled = Signal()

    def __init__(self, enrol: Enrol, explain: Explain, read: Read, server_url: str = "") -> None:
        super().__init__()
        self._enrol, self._explain, self._read = enrol, explain, read
        self._address = QLineEdit(server_url)
        self._address.setPlaceholderText("https://")
        self._code, self._pin = QLineEdit(), QLineEdit()
        self._address_fault = TextLabel("", "body", "danger", wraps=True)
        self._code_fault = TextLabel("", "body", "danger", wraps=True)
        self._pin_fault = TextLabel("", "body", "danger", wraps=True)
        self._news = TextLabel("", "body", "soft", wraps=True)
        self._build()

    def _build(self) -> None:
        card = Card(self.tr("Connect this till to your shop"))
        card.body.setContentsMargins(u(32), u(24), u(32), u(24))
        card.body.setSpacing(u(8))
        card.head.insertWidget(0, IconLabel("plug", "primary", 40))
        card.head.setSpacing(u(16))
        intro = self.tr(
            "Scan the QR code that the office made for this till, or type what stands below it. "
            "The code works once, for ten minutes."
        )
        card.body.addWidget(TextLabel(intro, "body", "soft", wraps=True))
        card.body.addSpacing(u(8))
        for name, field, fault in (
            (self.tr("Server address"), self._address, self._address_fault),
            (self.tr("One-time code"), self._code, self._code_fault),
            (self.tr("Server fingerprint, if you were given one"), self._pin, self._pin_fault),
        ):
            field.setAccessibleName(name)
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
        self._address.returnPressed.connect(self._entered)
        self._code.returnPressed.connect(self._connect.fire)
        self._pin.returnPressed.connect(self._connect.fire)

    def enter(self) -> None:
        """The first empty field has the caret: this screen is for typing."""
        (self._code if self._address.text() else self._address).setFocus()

    @Slot(object, str)
    def scan(self, raw: bytes | str, source: str) -> bool:
        """The office's QR code fills every field; another code is taken for the one-time code."""
        text = (raw.decode("ascii", "replace") if isinstance(raw, bytes) else raw).strip()
        self._clear_faults()
        if not self._unfold(text):
            self._code.setText(text)
        return True

    @Slot()
    def _entered(self) -> None:
        """Enter in the first field: with a whole invitation in it there is nothing more to type."""
        if not self._unfold(self._address.text()):
            self._code.setFocus()

    def _unfold(self, text: str) -> bool:
        """Fill the fields from an invitation; False if the text is none. A broken one is said."""
        try:
            found = self._read(text)
        except ValueError as error:
            self._say(self._explain(error))
            return True
        if found is None:
            return False
        for field, value in zip((self._address, self._code, self._pin), found, strict=True):
            field.setText(value)
            field.setCursorPosition(0)
        self._news.setText(self.tr("Read. Check the server address, then connect."))
        self._code.setFocus()
        return True

    @Slot()
    def _start(self) -> None:
        self._clear_faults()
        for pasted in (self._address, self._code, self._pin):
            if self._read_fails(pasted.text()):
                return
        address, code, pin = (
            field.text().strip() for field in (self._address, self._code, self._pin)
        )
        if not address.startswith(("http://", "https://")):
            self._say("bad_url")
        elif not code:
            text = self.tr("Enter the code that was made for this till.")
            self._fault(self._code, self._code_fault, text)
        else:
            self._connect.set_busy(self.tr("Connecting…"))
            ask = partial(self._enrol, address, code, pin)
            Call(self, ask, self._done, self._failed, waits=True)

    def _read_fails(self, text: str) -> bool:
        """Unfold what was pasted; True if it is a broken invitation and that was said."""
        return self._unfold(text) and self._is_faulty()

    def _is_faulty(self) -> bool:
        faults = self._address_fault, self._code_fault, self._pin_fault
        return any(label.text() for label in faults)

    def _done(self, name: str) -> None:
        self._connect.set_busy("")
        self._news.setText(self.tr("Connected as {}. The catalogue is being loaded.").format(name))
        self.enrolled.emit()

    def _failed(self, error: Exception) -> None:
        self._connect.set_busy("")
        self._say(self._explain(error))

    def _say(self, key: str) -> None:
        self._news.setText("")
        match place(key):
            case "code":
                self._fault(self._code, self._code_fault, words(key))
            case "pin":
                self._fault(self._pin, self._pin_fault, words(key))
            case _:
                self._fault(self._address, self._address_fault, words(key))

    def _clear_faults(self) -> None:
        self._fault(self._address, self._address_fault, "")
        self._fault(self._code, self._code_fault, "")
        self._fault(self._pin, self._pin_fault, "")

    def _fault(self, field: QLineEdit, label: TextLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))
        field.setAccessibleDescription(text)
        restyle(field, "state", "error" if text else "")
        if text:
            field.setFocus()
