"""The virtual printer's paper tray: every piece as it was cut off, newest in front."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from hardware.emulators.virtual_printer import Faults
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.text import TextLabel


class PaperWindow(QWidget):
    """`paper_came` may be emitted on any thread with the PNG of a piece of paper."""

    paper_came = Signal(bytes)

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self._faults = faults
        self._count = 0
        self._paper = QPixmap()
        self.setWindowTitle(self.tr("Receipt printer (virtual)"))
        self.setProperty("pane", "app")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self.resize(u(640), u(760))
        self.paper_came.connect(self._show)

    def _build(self) -> None:
        self._said = TextLabel(self.tr("No paper has come out yet. Finish a sale."), "body", "soft")
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._picture.setAccessibleName(self.tr("The last piece of paper"))
        tray = self._tray = QScrollArea()
        tray.setWidgetResizable(True)
        tray.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        tray.setWidget(self._picture)
        faults = QHBoxLayout()
        for name, text in (
            ("paper_out", self.tr("Paper out")),
            ("cover_open", self.tr("Cover open")),
            ("offline", self.tr("Off line")),
        ):
            faults.addWidget(self._switch(name, text))
        column = QVBoxLayout(self)
        column.setContentsMargins(u(12), u(12), u(12), u(12))
        column.setSpacing(u(12))
        column.addWidget(self._said)
        column.addWidget(tray, 1)
        column.addLayout(faults)

    def _switch(self, fault: str, text: str) -> TouchButton:
        button = TouchButton(text, Kind.CHIP)
        button.tapped.connect(lambda: self._toggle(fault, button))
        return button

    def _toggle(self, fault: str, button: TouchButton) -> None:
        wanted = not getattr(self._faults, fault)
        setattr(self._faults, fault, wanted)
        button.setChecked(wanted)

    @Slot(bytes)
    def _show(self, png: bytes) -> None:
        self._count += 1
        self._paper.loadFromData(png)
        self._said.setText(self.tr("Paper {}").format(self._count))
        self._fit()

    def _fit(self) -> None:
        """As wide as the tray, never larger than printed."""
        if not self._paper.isNull():
            wide = min(self._paper.width(), self._tray.viewport().width())
            smooth = Qt.TransformationMode.SmoothTransformation
            self._picture.setPixmap(self._paper.scaledToWidth(wide, smooth))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
