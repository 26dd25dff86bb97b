"""Which arrangement a window gets."""

import pytest
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout

from pos_app.ui.layout import LayoutClass, arrange, metrics_for
from pos_app.ui.units import Units, set_units


@pytest.mark.parametrize(
    ("width", "height", "scale", "kind"),
    [
        (1024, 768, 1.0, LayoutClass.COMPACT),
        (1366, 768, 1.0, LayoutClass.STANDARD),
        (1280, 800, 1.0, LayoutClass.STANDARD),
        (1920, 1080, 1.4, LayoutClass.STANDARD),
        (1920, 1080, 1.0, LayoutClass.WIDE),
        (1080, 1920, 1.0, LayoutClass.PORTRAIT),
        (1080, 1920, 1.4, LayoutClass.PORTRAIT),
    ],
)
def test_the_class_follows_the_size_in_millimetres(
    qapp: QApplication, width: int, height: int, scale: float, kind: LayoutClass
) -> None:
    set_units(Units(scale))

    assert metrics_for(width, height).kind is kind


def test_the_measures_are_those_of_the_design() -> None:
    standard, compact, wide = (
        metrics_for(w, h) for w, h in ((1366, 768), (1024, 768), (1920, 1080))
    )

    assert (standard.rail, standard.basket, standard.main) == (120, 472, 774)
    assert (compact.rail, compact.basket, compact.main, compact.key) == (96, 400, 528, 72)
    assert (wide.rail, wide.basket, wide.main, wide.context) == (120, 560, 880, 360)


def test_a_row_is_mirrored_for_the_left_hand_and_stacked_in_portrait() -> None:
    row = QHBoxLayout()
    directions = QBoxLayout.Direction

    arrange(row, metrics_for(1366, 768, mirrored=True))
    assert row.direction() is directions.RightToLeft
    arrange(row, metrics_for(1080, 1920), stacks=True)
    assert row.direction() is directions.TopToBottom
    arrange(row, metrics_for(1366, 768))
    assert row.direction() is directions.LeftToRight
