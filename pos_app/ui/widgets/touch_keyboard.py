"""The on-screen keyboard: there for a text field reached by finger while nobody uses real keys."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton
from pos_app.ui.widgets.sheet import COVERED

REAL_KEYS_MS: Final = 60_000
"""Whoever pressed a real key within this time has a keyboard at hand."""
SHIFT, BACK, ENTER, ACCENTS, SPACE, HIDE = "shift", "back", "enter", "accents", "space", "hide"
_LETTERS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm.")
_ACCENTED: Final = ("ěščřžýáíéú", "ůďťňóąćęł", "ńśźżæøåñ")
"""The letters of cs, pl, nb and fil that a plain keyboard lacks; a search folds them anyway."""
_KEY: Final = (72, 64)
_GAP: Final = 6
_WIDEST: Final = 1120
_UNDER_FIELD: Final = 40
"""Room for the message under the field, in u."""


class TouchKeyboard(QFrame):
    """Docked at the bottom; a field it would hide moves up. Takes no focus itself.

    `keys_idle_ms` says how long ago a real key was pressed (WedgeFilter.keys_idle_ms).
    """

    def __init__(self, window: QWidget, keys_idle_ms: Callable[[], int]) -> None:
        super().__init__(window)
        self._window, self._keys_idle_ms = window, keys_idle_ms
        self._field: QLineEdit | None = None
        self._moved: QWidget | None = None
        self._moved_by = 0
        self._upper = self._accented = False
        self._letters: list[TouchButton] = []
        self._keys: dict[str, TouchButton] = {}
        self.setProperty("pane", "sheet")
        self.setAccessibleName(self.tr("Keyboard"))
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _build(self) -> None:
        column = self._column = QVBoxLayout(self)
        column.setSpacing(u(_GAP))
        rows: tuple[tuple[str, ...], ...] = (
            (*"1234567890", BACK),
            (*_LETTERS[0], "-"),
            (*_LETTERS[1], ENTER),
            (SHIFT, *_LETTERS[2], "/"),
            (ACCENTS, "@", ":", SPACE, "_", HIDE),
        )
        for names in rows:
            row = QHBoxLayout()
            row.setSpacing(u(_GAP))
            for name in names:
                row.addWidget(self._key(name), 4 if name == SPACE else 1)
            column.addLayout(row)

    def _key(self, name: str) -> TouchButton:
        icons = {BACK: "backspace", ENTER: "enter", HIDE: "down", SHIFT: "up"}
        texts = {ACCENTS: self.tr("áé"), SPACE: self.tr("Space")}
        names = {
            BACK: self.tr("Delete last letter"),
            ENTER: self.tr("Enter"),
            HIDE: self.tr("Hide the keyboard"),
            SHIFT: self.tr("Capital letter"),
            ACCENTS: self.tr("Accented letters"),
        }
        text = texts.get(name, "" if name in icons else name)
        type_ = "strong" if name == SPACE else "title"
        key = TouchButton(
            text, Kind.SECONDARY, icons.get(name, ""), type_=type_, on_press=True, repeats=True
        )
        key.setAccessibleName(names.get(name, text))
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        key.setMinimumSize(u(_KEY[0]), u(_KEY[1]))
        key.tapped.connect(partial(self._press, name))
        self._keys[name] = key
        if len(name) == 1 and name in "".join(_LETTERS):
            self._letters.append(key)
        return key

    def key(self, name: str) -> TouchButton:
        """The key of a sign on the plain page, or one of the named keys."""
        return self._keys[name]

    def _press(self, name: str) -> None:
        field = self._field
        match name:
            case "shift":
                self._upper = not self._upper
            case "accents":
                self._accented = not self._accented
            case "hide":
                self.hide()
            case "back" if field:
                field.backspace()
            case "enter" if field:
                self._enter(field)
            case "space" if field:
                field.insert(" ")
            case _ if field:
                field.insert(self._keys[name].text())
                self._upper = False
        self._show_letters()

    @staticmethod
    def _enter(field: QLineEdit) -> None:
        """As a key of the field's own: past the wedge filter, which watches real keys."""
        none = Qt.KeyboardModifier.NoModifier
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            field.event(QKeyEvent(kind, Qt.Key.Key_Return, none, "\r"))

    def _show_letters(self) -> None:
        signs = "".join(_ACCENTED if self._accented else _LETTERS)
        for key, sign in zip(self._letters, signs, strict=True):
            key.set_text(sign.upper() if self._upper else sign)

    @Slot(QWidget, QWidget)
    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        wanted = (
            isinstance(now, QLineEdit) and not now.isReadOnly() and now.window() is self._window
        )
        if not wanted or not isinstance(now, QLineEdit):
            self._field = None
            self.hide()
            return
        self._field = now
        if self._keys_idle_ms() >= REAL_KEYS_MS:
            if not self._keys:  # most tills have real keys, and every start would wait for these
                self._build()
            self._settle()
            self._dock(now)
            self.show()
            self.raise_()

    def _dock(self, field: QLineEdit) -> None:
        """At the bottom; what it would hide of the field and its message moves up."""
        area = self._window.rect()
        beside = max((area.width() - u(_WIDEST)) // 2, u(8))
        self._column.setContentsMargins(beside, u(8), beside, u(8))
        height = self.sizeHint().height()
        bottom = area.height() - height
        # a sheet moves up when it hears this, and its field with it
        self._window.setProperty(COVERED, height)
        self.setGeometry(QRect(0, bottom, area.width(), height))
        below = field.mapTo(self._window, QPoint(0, field.height() + u(_UNDER_FIELD))).y()
        self._pan(field, max(below - bottom, 0))

    def _pan(self, field: QWidget, by: int) -> None:
        """Move the part of the window the field stands in up, under the bars above it."""
        part = field
        while (parent := part.parentWidget()) is not None and parent is not self._window:
            part = parent
        self._moved, self._moved_by = part, self._moved_by + by
        part.lower()
        part.move(part.x(), part.y() - by)

    def _settle(self) -> None:
        """Everything back where it was."""
        if self._moved is not None and isValid(self._moved):
            self._moved.move(self._moved.x(), self._moved.y() + self._moved_by)
        self._moved, self._moved_by = None, 0
        self._window.setProperty(COVERED, 0)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._settle()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Between the keys there is nothing to press."""
        event.accept()
