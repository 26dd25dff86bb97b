"""The till's one window: the places in a stack and the bars around them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QLayout,
    QVBoxLayout,
    QWidget,
)

from pos_app.ui.actions import KeyMap
from pos_app.ui.connection import SyncFace, condition, sign
from pos_app.ui.focus_ring import FocusRing
from pos_app.ui.layout import Metrics, arrange, metrics_for
from pos_app.ui.screen import Screen
from pos_app.ui.signals import AppSignals
from pos_app.ui.theme import Look, theme
from pos_app.ui.tokens import TEXT_SCALES, ThemeName
from pos_app.ui.units import u
from pos_app.ui.widgets.banner import Banner
from pos_app.ui.widgets.dialog import BlockingDialog, Choice
from pos_app.ui.widgets.nav_rail import PLACES, NavRail
from pos_app.ui.widgets.stack import Stack
from pos_app.ui.widgets.toast import ToastHost
from pos_app.ui.widgets.top_bar import TopBar

SIGN_IN: Final = "signin"
OPEN_SHIFT: Final = "open_shift"
SELL: Final = "sell"
DEVICES: Final = "devices"
_LEAST_WIDE: Final = 760
_LEAST_TALL: Final = 560


class MainWindow(QWidget):
    """The frame: made and painted before the store is open, so it knows no till (see TillLink).

    `add_screen` gives it places; nothing that sells is imported for the first paint.
    """

    look_changed = Signal(object)
    """A person chose another Look: keep it."""
    place_changed = Signal(str)
    lock_asked = Signal()
    search_asked = Signal()
    """The search field of the top bar, / or Ctrl+F."""

    def __init__(self, signals: AppSignals) -> None:
        super().__init__()
        self._signals = signals
        self._screens: dict[str, Screen] = {}
        self._place = ""
        self._staff_name = ""
        self._back_to = SELL
        self._dialog: BlockingDialog | None = None
        self._sync: SyncFace | None = None
        self._trouble = ""
        self._metrics: Metrics | None = None
        self._rail_below = False
        self.keys = KeyMap()
        self.setWindowTitle("Omnitill")
        self.setProperty("pane", "app")
        self.setProperty("sink", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.top_bar = TopBar()
        self.banner = Banner()
        self.rail = NavRail()
        self.rail.hide()
        self._stack = Stack()
        self._bars = Stack()
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle.setSpacing(0)
        self._middle.addWidget(self.rail)
        self._middle.addWidget(self._stack, 1)
        column = self._column = QVBoxLayout(self)
        # one class must be able to shrink into the next: what fits is the screens' business
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setMinimumSize(u(_LEAST_WIDE), u(_LEAST_TALL))
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.banner)
        column.addLayout(self._middle, 1)
        column.addWidget(self._bars)
        self.toasts = ToastHost(self)
        self.ring = FocusRing(self)

    def _connect(self) -> None:
        bar, signals = self.top_bar, self._signals
        bar.lock_asked.connect(self.lock_asked)
        bar.search_asked.connect(self.search_asked)
        bar.basket_asked.connect(lambda: self.show_place(SELL))
        bar.connection_asked.connect(lambda: self.show_place(DEVICES))
        bar.theme_asked.connect(self.next_theme)
        bar.text_asked.connect(self.step_text)
        self.banner.acted.connect(lambda: self.show_place(DEVICES))
        self.rail.asked.connect(self.show_place)
        for place in PLACES:
            self.keys.bind(place, partial(self.show_place, place))
        self.keys.bind("lock", self.lock_asked.emit)
        for action in ("search", "search_slash"):
            self.keys.bind(action, self.search_asked.emit)
        self.toasts.covers.connect(self._make_room)
        signals.navigate.connect(self.show_place)
        signals.sync_state.connect(self._show_sync)
        signals.sound.connect(self._sound)

    @property
    def place(self) -> str:
        """The name of the place in front."""
        return self._place

    @property
    def in_front(self) -> Screen | None:
        return self._screens.get(self._place)

    @property
    def blocking(self) -> BlockingDialog | None:
        """The dialog that must be answered before anything else."""
        return self._dialog

    def add_screen(self, place: str, screen: Screen) -> None:
        """A place of the till; the first one comes to the front, a second of a name replaces."""
        old = self._screens.pop(place, None)
        if old is not None:
            self._forget(old)
        self._screens[place] = screen
        self._stack.addWidget(screen)
        self._bars.addWidget(screen.action_bar)
        self.rail.set_places(frozenset(self._screens))
        self._arrange()
        if not self._place or (old is not None and place == self._place):
            self._place = ""
            self.show_place(place)

    def _forget(self, screen: Screen) -> None:
        self._stack.removeWidget(screen)
        self._bars.removeWidget(screen.action_bar)
        screen.deleteLater()
        screen.action_bar.deleteLater()

    @Slot(str)
    def show_place(self, place: str) -> None:
        """Go there, unless a question is open or nobody is signed in."""
        screen = self._screens.get(place)
        if screen is None:
            self.say(self.tr("Not part of this version yet"), icon="info")
            return
        if self._dialog is not None:
            self._dialog.flash()
            return
        if screen.needs_staff and not self._staff_name:
            self._back_to = place
            place, screen = SIGN_IN, self._screens[SIGN_IN]
        self._bring(place, screen)

    def _bring(self, place: str, screen: Screen) -> None:
        if place == self._place:
            screen.setFocus()
            return
        if self.in_front is not None:
            self.in_front.make_room(0)
            self.in_front.leave()
        self._place = place
        self._stack.setCurrentWidget(screen)
        self._bars.setCurrentWidget(screen.action_bar)
        self._bars.setVisible(not screen.action_bar.is_empty)
        self._bars.setFixedHeight(screen.action_bar.height())
        self.rail.setVisible(screen.has_rail)
        self.rail.set_front(screen.rail_place or place)
        self._show_banner()
        self._move_toasts()
        self.place_changed.emit(place)
        screen.enter()

    def say(
        self,
        text: str,
        *,
        icon: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
        stays_ms: int = 0,
    ) -> None:
        """A toast; scans and keys go on."""
        self._place_toasts()
        self.toasts.say(text, icon=icon, action=action, on_action=on_action, stays_ms=stays_ms)
        if self._dialog is not None:
            self._dialog.raise_()
        self.ring.raise_()

    def ask(self, title: str, text: str, choices: tuple[Choice, ...]) -> BlockingDialog:
        """A blocking dialog: connect `chosen`. There is never one on another."""
        if self._dialog is not None:
            raise RuntimeError("a question is already open")
        dialog = self._dialog = BlockingDialog(self, title, text, choices)
        dialog.chosen.connect(self._answered)
        self.ring.raise_()
        return dialog

    def sign_in(self, name: str, place: str = "") -> None:
        """Somebody may use the till now: go to this place, else to where the till was left."""
        self._staff_name = name
        self.top_bar.set_staff(name)
        back = place or self._back_to
        self.show_place(back if back in self._screens else SELL)

    def sign_out(self, *, keeps_place: bool) -> None:
        """Back to sign-in; after a lock the next sign-in finds the till as it was left."""
        keeps = keeps_place and self._place not in {SIGN_IN, OPEN_SHIFT}
        self._back_to = self._place if keeps else SELL
        self._staff_name = ""
        self.top_bar.set_staff("")
        self.top_bar.set_basket("")
        self.toasts.clear()
        self.show_place(SIGN_IN)

    @Slot()
    def next_theme(self) -> None:
        """Light, dark, high contrast, light."""
        names = list(ThemeName)
        now = theme().look
        self.apply_look(replace(now, name=names[(names.index(now.name) + 1) % len(names)]))

    @Slot(int)
    def step_text(self, step: int) -> None:
        """One text size up or down, as far as there are any."""
        now = theme().look
        index = TEXT_SCALES.index(now.text_scale) + step
        if 0 <= index < len(TEXT_SCALES):
            self.apply_look(replace(now, text_scale=TEXT_SCALES[index]))

    def apply_look(self, look: Look) -> None:
        """Show everything in this look, hand included, and tell who keeps it."""
        theme().apply(look)
        self._arrange()
        self.look_changed.emit(look)

    @Slot(str)
    def _answered(self, _choice: str) -> None:
        self._dialog = None

    @Slot(object)
    def _show_sync(self, state: SyncFace) -> None:
        self._sync = state
        shown = sign(state)
        narrow = self._metrics is not None and not self._metrics.has_room
        self.top_bar.set_connection(shown.short if narrow else shown.text, shown.icon, shown.ink)
        self._show_banner()

    def show_trouble(self, text: str) -> None:
        """A device that somebody must see to now; empty when that is done."""
        self._trouble = text
        self._show_banner()

    def _show_banner(self) -> None:
        front = self.in_front
        bad = condition(self._sync) if self._sync is not None else None
        if front is None or not front.shows_banner:
            self.banner.over()
        elif self._trouble:
            # first what can be mended here; the connection has its sign in the top bar too
            self.banner.show_condition(self._trouble, self.tr("Details"))
        elif bad is None:
            self.banner.over()
        else:
            self.banner.show_condition(bad.text, self.tr("Details"), bad.tone)

    @Slot(str)
    def _sound(self, name: str) -> None:
        if name == "refuse":
            QApplication.beep()

    def _arrange(self) -> None:
        """Fit the bars and every screen to the window's class and the person's hand."""
        mirrored = theme().look.left_handed
        metrics = self._metrics = metrics_for(self.width(), self.height(), mirrored=mirrored)
        self.top_bar.set_metrics(metrics)
        self.rail.set_metrics(metrics)
        self._place_rail(metrics)
        for screen in self._screens.values():
            screen.set_metrics(metrics)
            screen.action_bar.set_metrics(metrics)
        self._move_toasts()
        if self._sync is not None:
            self._show_sync(self._sync)

    def _place_rail(self, metrics: Metrics) -> None:
        """Beside the screen, in portrait below the action bar."""
        arrange(self._middle, metrics)
        if metrics.is_portrait is self._rail_below:
            return
        self._rail_below = metrics.is_portrait
        self._middle.removeWidget(self.rail)
        self._column.removeWidget(self.rail)
        if self._rail_below:
            self._column.addWidget(self.rail)
        else:
            self._middle.insertWidget(0, self.rail)

    def _place_toasts(self) -> None:
        screen = self.in_front
        if screen is None:
            return
        # bars that have just come or gone count already
        self._column.activate()
        area = screen.toast_area()
        area.moveTopLeft(screen.mapTo(self, area.topLeft()))
        mirrored = self._metrics is not None and self._metrics.mirrored
        self.toasts.set_place(area, on_right=mirrored)

    def _move_toasts(self) -> None:
        """Those that can be seen; a new one asks for its place itself."""
        if not self.toasts.isHidden():
            self._place_toasts()

    @Slot(int)
    def _make_room(self, covered: int) -> None:
        if self.in_front is not None:
            self.in_front.make_room(covered)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keys.take(event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
