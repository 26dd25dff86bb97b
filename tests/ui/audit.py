"""The checks of ux.md 4.1 on a shown window: target sizes, gaps, names, cut texts, text sizes."""

from itertools import combinations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton, two_line_width
from pos_app.ui.widgets.nav_rail import RailButton
from pos_app.ui.widgets.staff_tile import StaffTile

FLOOR, GAP, DANGER_GAP, LEAST_TEXT = 48, 8, 32, 16


def controls(window: QWidget) -> list[QWidget]:
    """Everything a finger may press that can be seen."""
    kinds = (QAbstractButton, QLineEdit)
    return [widget for kind in kinds for widget in window.findChildren(kind) if _seen(widget)]


def _seen(widget: QWidget) -> bool:
    return widget.isVisible() and not widget.visibleRegion().isEmpty()


def _named(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()!r}"


def _place(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())


def too_small(window: QWidget) -> list[str]:
    """Targets under 48 u, or outside the window."""
    small = [
        f"{_named(widget)} {widget.width()}x{widget.height()}"
        for widget in controls(window)
        if widget.width() < u(FLOOR) or widget.height() < u(FLOOR)
    ]
    outside = [
        f"{_named(widget)} is outside"
        for widget in controls(window)
        if not window.rect().contains(_place(widget)) and not _scrolls(widget)
    ]
    return small + outside


def _scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if parent.objectName() == "qt_scrollarea_viewport":
            return True
        parent = parent.parentWidget()
    return False


def too_close(window: QWidget) -> list[str]:
    """Neighbouring targets less than 8 u apart; destructive ones less than 32 u."""
    found = []
    for one, other in combinations(controls(window), 2):
        if _scrolls(one) or _scrolls(other):
            continue
        danger = any(isinstance(it, TouchButton) and it.kind is Kind.DANGER for it in (one, other))
        reach = u(DANGER_GAP if danger else GAP) - 1
        near = _place(one).adjusted(-reach, -reach, reach, reach)
        if near.intersects(_place(other)):
            found.append(f"{_named(one)} and {_named(other)}")
    return found


def overflow(window: QWidget) -> list[str]:
    """Content that asks for more room than the window has."""
    needs = window.minimumSizeHint()
    if needs.width() <= window.width() and needs.height() <= window.height():
        return []
    return [f"needs {needs.width()}x{needs.height()}, has {window.width()}x{window.height()}"]


def nameless(window: QWidget) -> list[str]:
    """Controls a screen reader has no words for."""
    return [
        type(widget).__name__
        for widget in controls(window)
        if not (widget.accessibleName() or "").strip()
    ]


def cut_texts(window: QWidget) -> list[str]:
    """Buttons whose text does not fit on two lines, labels smaller than their text."""
    found = []
    for button in window.findChildren(TouchButton):
        special = isinstance(button, RailButton | StaffTile)
        if not _seen(button) or special or not button.text():
            continue
        metrics = QFontMetrics(button._text_font())
        needed = two_line_width(button.text(), metrics) + button._extras()
        if needed > button.width() + 1:
            found.append(f"{_named(button)} needs {needed}, has {button.width()}")
    labels = [it for it in window.findChildren(QLabel) if _seen(it) and it.text()]
    found += [f"label {it.text()!r} {it.width()}x{it.height()}" for it in labels if _too_narrow(it)]
    return found


def _too_narrow(label: QLabel) -> bool:
    metrics = label.fontMetrics()
    if not label.wordWrap():
        return metrics.horizontalAdvance(label.text()) > label.width() + 1
    flags = Qt.TextFlag.TextWordWrap
    needed = metrics.boundingRect(QRect(0, 0, label.width(), 10_000), flags, label.text())
    return needed.height() > label.height() + metrics.descent()


def tiny_texts(window: QWidget) -> list[str]:
    """Text under 16 u."""
    return [
        f"{label.text()!r} {label.font().pixelSize()}"
        for label in window.findChildren(QLabel)
        if _seen(label) and label.text() and label.font().pixelSize() < u(LEAST_TEXT)
    ]


def faults(window: QWidget) -> dict[str, list[str]]:
    """All of it, without what is in order."""
    checks = (overflow, too_small, too_close, nameless, cut_texts, tiny_texts)
    found = {check.__name__: check(window) for check in checks}
    return {name: list_ for name, list_ in found.items() if list_}
