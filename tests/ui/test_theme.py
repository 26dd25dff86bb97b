"""The look changes live."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QFontInfo, QFontMetrics
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.qss import TEMPLATE, fill
from pos_app.ui.theme import Look, font, load_fonts, theme
from pos_app.ui.tokens import PALETTES, TYPE, ThemeName
from pos_app.ui.widgets.icon_label import IconLabel
from pos_app.ui.widgets.text import TextLabel


def test_the_text_font_comes_from_its_package() -> None:
    assert "Roboto" in load_fonts()
    assert QFontInfo(font("body")).family() == "Roboto"


@pytest.mark.parametrize("token", TYPE)
def test_figures_have_one_width(token: str) -> None:
    metrics = QFontMetrics(font(token))

    assert metrics.horizontalAdvance("111,11") == metrics.horizontalAdvance("888,88")


def test_the_strong_weight_is_really_another_cut() -> None:
    plain, strong = QFontInfo(font("body")), QFontInfo(font("strong"))

    assert (plain.weight(), strong.weight()) == (400, 700)


def test_a_theme_change_keeps_focus_and_text(qtbot: QtBot) -> None:
    window = QWidget()
    field = QLineEdit("12,50", window)
    qtbot.addWidget(window)
    window.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)

    theme().apply(Look(ThemeName.DARK))

    assert field.hasFocus()
    assert field.text() == "12,50"


@pytest.mark.parametrize("name", ThemeName)
def test_a_theme_reaches_every_pixel_of_a_pane(qtbot: QtBot, name: ThemeName) -> None:
    pane = QWidget()
    pane.setProperty("pane", "app")
    qtbot.addWidget(pane)
    pane.resize(20, 20)

    theme().apply(Look(name))

    found = pane.grab().toImage().pixelColor(10, 10).name().upper()
    assert found == PALETTES[name]["app"]


def test_text_grows_with_the_person_s_size(qtbot: QtBot) -> None:
    window = QWidget()
    label = TextLabel("2 058,00", "body")
    QVBoxLayout(window).addWidget(label)
    qtbot.addWidget(window)
    window.show()

    theme().apply(replace(theme().look, text_scale=130))

    assert label.font().pixelSize() == 26


def test_the_change_is_told_after_the_caches_are_new(qtbot: QtBot) -> None:
    seen = []
    theme().changed.connect(lambda: seen.append(theme().color("app").name()))

    theme().apply(Look(ThemeName.CONTRAST))

    assert seen == ["#000000"]


def test_a_name_nobody_knows_in_the_sheet_is_an_error() -> None:
    assert "@text" in TEMPLATE
    with pytest.raises(KeyError):
        fill({})


def test_a_sign_follows_the_look(qtbot: QtBot) -> None:
    sign = IconLabel("plug", "primary", 40)
    qtbot.addWidget(sign)

    for name in (ThemeName.DARK, ThemeName.LIGHT):
        theme().apply(Look(name))

        found = sign.pixmap().toImage()
        inks = {
            found.pixelColor(x, y).name().upper()
            for x in range(found.width())
            for y in range(found.height())
            if found.pixelColor(x, y).alpha() == 255
        }
        assert PALETTES[name]["primary"] in inks
