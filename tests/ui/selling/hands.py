"""What a cashier's finger does on the painted parts: rows, zones, tiles, cells."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from pos_app.ui.delegates.line_delegate import Zone, line_sizes, zone_boxes
from pos_app.ui.selling.line_list import LineList
from pos_app.ui.selling.plain_view import PlainView


def tap_row(view: PlainView, row: int) -> None:
    """A finger down and up in the upper part of a row, tile or cell."""
    place = view.cell(row)
    point = QPoint(place.center().x(), place.top() + min(place.height(), 64) // 2)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)


def zone_centre(lines: LineList, zone: Zone) -> QPoint:
    """The middle of a button of the open line."""
    boxes = dict(
        zone_boxes(
            lines.cell(lines.chosen),
            line_sizes(),
            compact=lines.compact,
            direction=lines.layoutDirection(),
        )
    )
    return boxes[zone].center()


def tap_zone(lines: LineList, zone: Zone) -> None:
    QTest.mouseClick(lines.viewport(), Qt.MouseButton.LeftButton, pos=zone_centre(lines, zone))
