"""Recognises keyboard-wedge scans before any widget sees a key, and gives human keys back."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from hardware.keymap import set1
from hardware.wedge import Decision, Key, KeyStroke, WedgeDecoder, WedgeRules

_KEYS: Final = {
    Qt.Key.Key_Return: Key.ENTER,
    Qt.Key.Key_Enter: Key.ENTER,
    Qt.Key.Key_Tab: Key.TAB,
    Qt.Key.Key_Shift: Key.SHIFT,
    Qt.Key.Key_CapsLock: Key.SHIFT,
    Qt.Key.Key_AltGr: Key.SHIFT,
}
_PRESS: Final = QEvent.Type.KeyPress
_RELEASE: Final = QEvent.Type.KeyRelease
_TOUCH: Final = QEvent.Type.MouseButtonPress
_AWAY: Final = QEvent.Type.ApplicationDeactivate
_MODIFIED: Final = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_NEVER_MS: Final = 10**9
_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a key was going, and the key."""

    target: QObject
    event: QKeyEvent


class WedgeFilter(QObject):
    """One for the application, the only application-wide event filter there is.

    Every key is taken when it is first seen and, unless it is part of a scan, sent again to where
    it was going. While that happens the filter lets everything pass, so it never meets its own keys.
    """

    scanned = Signal(object, str)
    """The code and `wedge`: connect to AppSignals.scanned."""
    keyboard_used = Signal(bool)
    """True at the first key a person presses after a touch, False at the first touch after a key."""

    def __init__(self, app: QApplication, rules: WedgeRules | None = None) -> None:
        super().__init__(app)
        self._decoder = WedgeDecoder(rules)
        self._resending = False
        self._by_keyboard = False
        self._clock = QElapsedTimer()
        self._clock.start()
        self._active_at = 0
        self._key_at: int | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look_once_more)
        app.installEventFilter(self)

    def idle_ms(self) -> int:
        """How long nobody has pressed or touched anything."""
        return self._clock.elapsed() - self._active_at

    def keys_idle_ms(self) -> int:
        """How long ago a person pressed a real key; very long when nobody has."""
        return _NEVER_MS if self._key_at is None else self._clock.elapsed() - self._key_at

    @Slot()
    def note_activity(self) -> None:
        """A code from another scanner is activity too."""
        self._active_at = self._clock.elapsed()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is _PRESS or kind is _RELEASE:
            return isinstance(event, QKeyEvent) and self._key(watched, event, down=kind is _PRESS)
        if kind is _TOUCH:
            self.note_activity()
            if self._by_keyboard:
                self._set_by_keyboard(False)
        elif kind is _AWAY:
            self._follow(self._decoder.reset())
        return False

    def _key(self, watched: QObject, event: QKeyEvent, *, down: bool) -> bool:
        if self._resending:
            return False
        self._active_at = self._clock.elapsed()
        stroke = self._stroke(watched, event, down)
        decision = self._decoder.press(stroke) if down else self._decoder.release(stroke)
        self._follow(decision)
        self._wait(stroke.at_ms)
        return True

    def _stroke(self, watched: QObject, event: QKeyEvent, down: bool) -> KeyStroke:
        # synthesised events have no time stamp of the window system
        at_ms = event.timestamp() or self._clock.elapsed()
        modifiers = event.modifiers()
        text = event.text()
        default = Key.TEXT if text else Key.OTHER
        return KeyStroke(
            at_ms=at_ms,
            text=text,
            key=_KEYS.get(Qt.Key(event.key()), default),
            modified=bool(modifiers & _MODIFIED),
            shift=bool(modifiers & _SHIFT),
            scancode=set1(event.nativeScanCode()),
            repeat=event.isAutoRepeat(),
            down=down,
            origin=_Origin(watched, _copy(event)),
        )

    def _follow(self, decision: Decision) -> None:
        for stroke in decision.release:
            self._send_on(stroke)
        if decision.code is not None:
            self.scanned.emit(decision.code, "wedge")

    def _send_on(self, stroke: KeyStroke) -> None:
        if stroke.down:
            self._key_at = self._clock.elapsed()
            if not self._by_keyboard:
                self._set_by_keyboard(True)
        origin = stroke.origin
        if not isinstance(origin, _Origin) or not isValid(origin.target):
            return
        self._resending = True
        try:
            QApplication.sendEvent(origin.target, origin.event)
        finally:
            self._resending = False

    def _set_by_keyboard(self, by_keyboard: bool) -> None:
        self._by_keyboard = by_keyboard
        self.keyboard_used.emit(by_keyboard)

    def _wait(self, now_ms: int) -> None:
        deadline = self._decoder.deadline_ms()
        if deadline is None:
            self._timer.stop()
        else:
            self._timer.start(max(deadline - now_ms, 0))

    @Slot()
    def _look_once_more(self) -> None:
        # keys that came in time may still wait in the queue of a loop that was busy
        QTimer.singleShot(0, self._give_up)

    @Slot()
    def _give_up(self) -> None:
        deadline = self._decoder.deadline_ms()
        if deadline is not None and not self._timer.isActive():
            self._follow(self._decoder.timeout(deadline))


def _copy(event: QKeyEvent) -> QKeyEvent:
    copy = QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )
    copy.setTimestamp(event.timestamp())
    return copy
