"""A column that scrolls by finger or by page buttons, never sideways."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QScroller,
    QScrollerProperties,
    QVBoxLayout,
    QWidget,
)

from pos_app.ui.units import u
from pos_app.ui.widgets.buttons import Kind, TouchButton


class ScrollColumn(QWidget):
    """Add widgets to `column`. The page buttons stand there only while there is more than fits."""

    def __init__(self) -> None:
        super().__init__()
        inside = QWidget()
        inside.setProperty("pane", "clear")
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(u(8))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(inside)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll_by_finger()
        self._buttons = QWidget()
        self._up = self._button("up", self.tr("Page up"), -1)
        self._down = self._button("down", self.tr("Page down"), 1)
        pages = QVBoxLayout(self._buttons)
        pages.setContentsMargins(0, 0, 0, 0)
        pages.addWidget(self._up)
        pages.addStretch(1)
        pages.addWidget(self._down)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(u(8))
        row.addWidget(self._area, 1)
        row.addWidget(self._buttons)
        bar = self._area.verticalScrollBar()
        # the range changes in the middle of a layout, which must not change under itself
        bar.rangeChanged.connect(self._show_buttons, Qt.ConnectionType.QueuedConnection)
        bar.valueChanged.connect(self._show_buttons)
        self._show_buttons()

    def _scroll_by_finger(self) -> None:
        """Qt would wait a quarter of a second before a press reaches a button; we do not."""
        scroller = QScroller.scroller(self._area.viewport())
        properties = scroller.scrollerProperties()
        metric = QScrollerProperties.ScrollMetric
        properties.setScrollMetric(metric.MousePressEventDelay, 0.0)
        off = QScrollerProperties.OvershootPolicy.OvershootAlwaysOff
        properties.setScrollMetric(metric.VerticalOvershootPolicy, off)
        scroller.setScrollerProperties(properties)
        gesture = QScroller.ScrollerGestureType.TouchGesture
        QScroller.grabGesture(self._area.viewport(), gesture)

    def _button(self, icon: str, name: str, step: int) -> TouchButton:
        button = TouchButton("", Kind.SECONDARY, icon, repeats=True)
        button.setFixedSize(u(56), u(56))
        button.setAccessibleName(name)
        button.tapped.connect(lambda: self._turn(step))
        return button

    def _turn(self, step: int) -> None:
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + step * (bar.pageStep() - u(32)))

    @Slot()
    def _show_buttons(self) -> None:
        bar = self._area.verticalScrollBar()
        self._buttons.setVisible(bar.maximum() > 0)
        self._up.set_available(bar.value() > 0, self.tr("This is the top."))
        self._down.set_available(bar.value() < bar.maximum(), self.tr("This is the end."))
