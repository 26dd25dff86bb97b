"""The time and the day, large: what a waiting till shows where there is room for it."""

from typing import Final

from PySide6.QtCore import QLocale, Qt, QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.ui.format import formats
from pos_app.ui.units import u
from pos_app.ui.widgets.text import TextLabel

_MINUTE_MS: Final = 60_000
_WANDER: Final = 24


class ClockFace(QWidget):
    """It moves a little every minute, so that nothing burns into a screen that stands still."""

    def __init__(self) -> None:
        super().__init__()
        self._time = TextLabel("", "display")
        self._day = TextLabel("", "title", "soft")
        self._column = QVBoxLayout(self)
        self._column.setSpacing(u(4))
        self._column.addStretch(1)
        for line in (self._time, self._day):
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._column.addWidget(line)
        self._column.addStretch(1)
        self._tick = QTimer(self, singleShot=True)
        self._tick.timeout.connect(self.show_time)
        self.show_time()

    @Slot()
    def show_time(self) -> None:
        """Now, where the shop is."""
        now = formats().now()
        locale = QLocale()
        self._time.setText(locale.toString(now.time(), QLocale.FormatType.ShortFormat))
        self._day.setText(locale.toString(now.date(), QLocale.FormatType.LongFormat))
        self._column.setContentsMargins(0, u(now.time().minute() % 5 * _WANDER), 0, 0)
        self._tick.start(_MINUTE_MS - now.time().msecsSinceStartOfDay() % _MINUTE_MS + 20)
