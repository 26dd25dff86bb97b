"""The painted basket: where things are, what a finger does to them, and how little is repainted."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QCursor, QPaintEvent, QRegion
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pos_app.domain.basket import Basket, Line
from pos_app.domain.catalog import Unit
from pos_app.domain.events import LineRemoved
from pos_app.domain.tax import TaxPolicy, TaxRate
from pos_app.ui.delegates.line_delegate import Zone, line_sizes, zone_boxes
from pos_app.ui.models.basket_model import BasketModel
from pos_app.ui.selling.line_list import LineList
from tests.ui.selling.hands import zone_centre

RATE = TaxRate("S", "VAT", 210_000)


def line(number: int) -> Line:
    name = f"Article {number}"
    return Line(str(number), str(number), name, "Navy / M", Unit.PIECE, 1000, 49_900, RATE)


class Watched(LineList):
    """Remembers what it was asked to paint."""

    painted = QRegion()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += event.region()
        super().paintEvent(event)


@pytest.fixture
def basket() -> Basket:
    return Basket("b", TaxPolicy(), [line(number) for number in range(20)])


@pytest.fixture
def lines(qtbot: QtBot, basket: Basket) -> Iterator[Watched]:
    model = BasketModel()
    model.show_all(basket)
    view = Watched(model)
    view.resize(472, 448)
    qtbot.addWidget(view)
    QCursor.setPos(2000, 2000)
    view.show()
    qtbot.waitExposed(view)
    view.choose(19)
    qtbot.wait(20)
    return view  # type: ignore[return-value]


def test_six_lines_are_in_view_with_one_chosen(lines: Watched) -> None:
    seen = [row for row in range(20) if lines.viewport().rect().contains(lines.cell(row))]

    assert seen == [14, 15, 16, 17, 18, 19]
    assert lines.cell(19).height() == 128


def test_every_place_is_the_row_that_is_painted_there(lines: Watched) -> None:
    for row in range(14, 20):
        place = lines.cell(row)
        for point in (place.topLeft(), place.center(), place.bottomRight()):
            assert lines.indexAt(point).row() == row
    lines.choose(15)
    assert all(lines.indexAt(lines.cell(row).center()).row() == row for row in range(14, 19))


def test_a_scan_paints_only_what_moved_in(qtbot: QtBot, lines: Watched, basket: Basket) -> None:
    model = lines.rows
    assert isinstance(model, BasketModel)
    lines.painted = QRegion()

    event = basket.add(line(20))
    model.follow(event, basket)
    lines.choose(20)
    qtbot.wait(20)

    painted = lines.painted.boundingRect()
    assert painted == QRect(0, 448 - 192, 472, 192)


def test_the_model_is_never_reset(qtbot: QtBot, lines: Watched, basket: Basket) -> None:
    model = lines.rows
    assert isinstance(model, BasketModel)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))

    basket.remove(0)
    model.follow(LineRemoved(0), basket)
    model.show_all(Basket("c", TaxPolicy(), [line(99)]))

    assert (model.rowCount(), resets) == (1, [])


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("width", [400, 472, 560, 1080])
def test_zones_are_large_enough_and_apart(width: int, compact: bool) -> None:
    row = QRect(0, 0, width, 128)
    boxes = zone_boxes(row, line_sizes(), compact=compact, direction=Qt.LayoutDirection.LeftToRight)
    pressable = [box for zone, box in boxes if zone is not Zone.COUNT]

    assert all(box.width() >= 48 and box.height() >= 48 for box in pressable)
    assert all(row.contains(box) for box in pressable)
    if width >= 472 or compact:
        for one, other in pairwise(pressable):
            assert other.left() - one.right() - 1 >= 8


def test_zones_mirror_where_the_language_runs_the_other_way() -> None:
    row = QRect(0, 0, 472, 128)
    there = zone_boxes(row, line_sizes(), compact=False, direction=Qt.LayoutDirection.LeftToRight)
    back = dict(
        zone_boxes(row, line_sizes(), compact=False, direction=Qt.LayoutDirection.RightToLeft)
    )

    assert all(back[zone].right() == row.right() - box.left() for zone, box in there)


def test_a_finger_that_leaves_a_zone_presses_nothing(lines: Watched) -> None:
    pressed: list[str] = []
    lines.zone_tapped.connect(lambda _row, zone: pressed.append(zone))
    view, start = lines.viewport(), zone_centre(lines, Zone.REMOVE)

    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    shown = lines._lines.pressed
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start - QPoint(0, 60))

    assert shown is not None
    assert shown.zone is Zone.REMOVE
    assert pressed == []
    assert lines._lines.pressed is None


def test_fast_fingers_count_every_press_of_plus(lines: Watched) -> None:
    pressed: list[str] = []
    lines.zone_tapped.connect(lambda _row, zone: pressed.append(zone))
    point = zone_centre(lines, Zone.MORE)

    QTest.mouseClick(lines.viewport(), Qt.MouseButton.LeftButton, pos=point)
    QTest.mouseDClick(lines.viewport(), Qt.MouseButton.LeftButton, pos=point)
    QTest.mouseRelease(lines.viewport(), Qt.MouseButton.LeftButton, pos=point)

    assert pressed == ["more", "more"]


def test_dragging_scrolls_and_chooses_nothing(lines: Watched) -> None:
    view = lines.viewport()
    before = lines.verticalScrollBar().value()

    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 40))
    QTest.mouseMove(view, QPoint(200, 120))
    QTest.mouseMove(view, QPoint(200, 168))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 168))

    assert lines.verticalScrollBar().value() == before - 128
    assert lines.chosen == 19


def test_a_screen_reader_hears_the_whole_line(lines: Watched) -> None:
    index = lines.rows.index(3)

    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Article 3, Navy / M, 1, 499,00"
