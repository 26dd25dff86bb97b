"""The scanner's test: whatever is scanned now is shown, and goes nowhere else."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from pos_app.ui.units import u
from pos_app.ui.widgets.sheet import Sheet
from pos_app.ui.widgets.text import TextLabel

_WIDE = 640
_LONGEST = 120


class ScanTest(Sheet):
    """Counts what arrives, so that a scanner that sends twice is seen."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, over.tr("Test the scanner"), wide=_WIDE)
        self._count = 0
        self._hint = TextLabel(
            self.tr("Scan any barcode or QR code now. It is only shown here."), "body", wraps=True
        )
        self._code = TextLabel("–", "pad", wraps=True)
        self._code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._code.setMinimumHeight(u(96))
        self._facts = TextLabel("", "hint", "soft", wraps=True)
        for widget in (self._hint, self._code, self._facts):
            self.body.addWidget(widget)

    def show_scan(self, raw: bytes | str, source: str) -> None:
        self._count += 1
        text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
        plain = "".join(sign if sign.isprintable() else "·" for sign in text)
        self._code.setText(plain[:_LONGEST])
        facts = self.tr("{} characters from {}. Scan number {}.")
        self._facts.setText(facts.format(len(text), source or self.tr("a scanner"), self._count))
