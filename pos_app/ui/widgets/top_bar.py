"""The bar at the top: where, who, search, basket, connection, time. Nothing personal before sign-in."""

from typing import Final

from PySide6.QtCore import QLocale, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from pos_app.ui.actions import ACTIONS, label, spoken
from pos_app.ui.format import formats
from pos_app.ui.layout import Metrics, arrange
from pos_app.ui.tokens import SIZES
from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.text import ElidedLabel, TextLabel

_MINUTE_MS: Final = 60_000
_SEARCH_WIDE: Final = 480
_SEARCH_NARROW: Final = 256
_MOST: Final = 1000


class TopBar(QWidget):
    """Emits what is asked; the window knows what to do."""

    lock_asked = Signal()
    search_asked = Signal()
    basket_asked = Signal()
    connection_asked = Signal()
    theme_asked = Signal()
    text_asked = Signal(int)
    """+1 or -1 step of the text size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("pane", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(u(SIZES["top_bar"]))
        self.shop = ElidedLabel("", "strong")
        self.staff = ElidedLabel("", "body", "text2")
        self.lock = self._quiet("lock", label("lock"), "lock")
        self.search = TouchButton(
            self.tr("Search or scan"), Kind.SECONDARY, "search", type_="body", leading=True
        )
        self.search.setAccessibleName(spoken("search"))
        self.search.set_key_hint(ACTIONS["search"].key)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # the rest of the row is free, so that words that come and go move nothing
        self.search.setMaximumWidth(u(_SEARCH_WIDE))
        self.basket = self._quiet("sell", "", "sell")
        self.connection = TouchButton("", Kind.QUIET, "offline", type_="body")
        self.theme = self._quiet("contrast", label("theme"), "theme")
        self.smaller = self._quiet("", label("text_smaller"), "text_smaller")
        self.larger = self._quiet("", label("text_larger"), "text_larger")
        self.clock = TextLabel("", "body")
        self._build()
        self._tick = QTimer(self, singleShot=True)
        self._tick.timeout.connect(self._show_time)
        self._show_time()
        self.set_staff("")

    def _build(self) -> None:
        for button in (self.search, self.basket, self.connection, self.lock, self.theme):
            button.setFixedHeight(u(SIZES["floor"]))
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(u(16), 0, u(16), 0)
        row.setSpacing(u(12))
        for widget in (self.shop, self.staff, self.lock):
            row.addWidget(widget)
        row.addWidget(self.search, _MOST)
        row.addStretch(1)
        for widget in (self.basket, self.connection, self.theme, self.smaller, self.larger):
            row.addWidget(widget)
        row.addWidget(self.clock)
        self.lock.tapped.connect(self.lock_asked)
        self.search.tapped.connect(self.search_asked)
        self.basket.tapped.connect(self.basket_asked)
        self.connection.tapped.connect(self.connection_asked)
        self.theme.tapped.connect(self.theme_asked)
        self.smaller.tapped.connect(lambda: self.text_asked.emit(-1))
        self.larger.tapped.connect(lambda: self.text_asked.emit(1))
        self.basket.hide()
        self.connection.hide()

    def _quiet(self, icon: str, text: str, action: str) -> TouchButton:
        button = TouchButton(text, Kind.QUIET, icon, type_="body")
        button.setAccessibleName(spoken(action))
        return button

    def set_shop(self, text: str) -> None:
        """Store and till: 014 Brno · Till 2. The clock goes by the shop's zone from then on."""
        self.shop.set_text(text)
        self._show_time()

    def set_staff(self, name: str) -> None:
        """Who is signed in; empty shows what belongs to nobody: theme and text size."""
        self.staff.set_text(name)
        for widget in (self.staff, self.lock, self.search):
            widget.setVisible(bool(name))
        for widget in (self.theme, self.smaller, self.larger):
            widget.setVisible(not name)

    def set_basket(self, text: str) -> None:
        """Count and total while another place is in front; empty hides the chip."""
        self.basket.set_text(text)
        self.basket.setVisible(bool(text))

    def set_connection(self, text: str, icon: str, ink: str) -> None:
        """Word and sign, never colour alone; nothing stands there before the first call."""
        self.connection.show()
        self.connection.set_ink(ink)
        self.connection.set_icon(icon)
        self.connection.set_text(text, self.tr("Connection: {}").format(text))

    def set_metrics(self, metrics: Metrics) -> None:
        narrow = metrics.is_compact or metrics.is_portrait
        self.search.set_key_hint("" if narrow else ACTIONS["search"].key)
        self.search.setMaximumWidth(u(_SEARCH_NARROW if narrow else _SEARCH_WIDE))
        self._row.setSpacing(u(8 if narrow else 12))
        arrange(self._row, metrics)

    def _show_time(self) -> None:
        now = formats().now().time()
        self.clock.setText(QLocale().toString(now, QLocale.FormatType.ShortFormat))
        self._tick.start(_MINUTE_MS - now.msecsSinceStartOfDay() % _MINUTE_MS + 20)
