"""Millimetres on the screen."""

import pytest
from PySide6.QtWidgets import QApplication

from pos_app.ui.units import Units, scale_for, set_units, u


@pytest.mark.parametrize(
    ("ppi", "width", "height", "scale"),
    [
        (101.6, 1366, 768, 1.0),
        (96.0, 1024, 768, 1.0),
        (141.2, 1920, 1080, 1.35),
        (142.3, 1920, 1080, 1.40),
        (141.2, 1080, 1920, 1.35),
        (112.0, 1366, 768, 1.0),
        (400.0, 3840, 2160, 2.0),
        (0.0, 1920, 1080, 1.0),
    ],
)
def test_the_scale_follows_the_screen_and_always_fits(
    ppi: float, width: int, height: int, scale: float
) -> None:
    assert scale_for(ppi, width, height) == pytest.approx(scale)


def test_a_hundred_millimetres_are_a_hundred_millimetres() -> None:
    ppi = 142.24
    units = Units(scale_for(ppi, 1920, 1080))

    millimetres = units.u(400) / ppi * 25.4

    assert 98 <= millimetres <= 102


def test_no_line_disappears() -> None:
    assert Units(0.3).u(1) == 1
    assert Units(0.3).u(0) == 0


def test_the_units_in_force_hang_on_the_application(qapp: QApplication) -> None:
    set_units(Units(1.5))

    assert u(48) == 72
