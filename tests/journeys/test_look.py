"""What somebody chose for their eyes and hands is there again tomorrow."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from pos_app.config import Config
from pos_app.look_file import keep_look, kept_look
from pos_app.ui.theme import Look, theme
from pos_app.ui.tokens import TEXT_SCALES, ThemeName
from tests.journeys.window import Desk

DARK = Look(ThemeName.DARK, TEXT_SCALES[-1], left_handed=True)


def test_a_look_chosen_by_touch_is_there_after_a_restart(config: Config) -> None:
    with Desk(config) as desk:
        desk.selling()
        desk.key(Qt.Key.Key_F10)
        desk.tap("Dark")
        desk.tap("Left hand")

    with Desk(config) as desk:
        assert theme().look.name is ThemeName.DARK
        assert theme().look.left_handed


@pytest.mark.parametrize(
    "said", ["", "[]", "{", '{"name": "pink"}', '{"name": "dark", "text_scale": "huge"}', "\0" * 99]
)
def test_a_file_that_says_nothing_useful_is_as_none(tmp_path: Path, said: str) -> None:
    (tmp_path / "look.json").write_text(said)

    assert kept_look(tmp_path, DARK) == DARK


def test_a_look_that_cannot_be_kept_stops_nobody(tmp_path: Path) -> None:
    keep_look(tmp_path / "gone", DARK)

    assert kept_look(tmp_path / "gone", Look()) == Look()


def test_what_is_kept_comes_back_whole(tmp_path: Path) -> None:
    keep_look(tmp_path, DARK)

    assert kept_look(tmp_path, Look()) == DARK
