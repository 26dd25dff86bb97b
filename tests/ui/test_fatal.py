"""A page for every way the till's files can fail."""

from typing import get_args

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from pos_app.store import errors
from pos_app.ui.screens.fatal import FatalScreen
from pos_app.ui.store_words import KINDS, NO_RETRY, words
from tests.ui import audit
from tests.ui.conftest import Shown
from tests.ui.press import tap


def test_every_kind_of_the_store_has_its_own_words() -> None:
    kinds = get_args(errors.Kind)

    assert set(kinds) == set(KINDS)
    assert len({words(kind).happened for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_happened_what_it_means_and_what_to_do(shown: Shown, kind: str) -> None:
    window = shown(FatalScreen(kind, "a till's folder: Permission denied"))

    texts = {label.text() for label in window.findChildren(QLabel)}

    said = words(kind)
    assert {said.happened, said.means, said.todo} <= texts
    assert any("Permission denied" in text and kind in text for text in texts)


@pytest.mark.parametrize("kind", KINDS)
def test_its_words_blame_nobody_and_are_no_jargon(kind: str) -> None:
    said = words(kind)
    everything = f"{said.happened} {said.means} {said.todo}".lower()

    for word in ("invalid", "oops", "!", "sqlite", "exception", "traceback", "you have"):
        assert word not in everything


@pytest.mark.parametrize("kind", KINDS)
def test_trying_again_is_offered_where_it_can_help(qtbot: QtBot, shown: Shown, kind: str) -> None:
    screen = FatalScreen(kind)
    shown(screen)
    tries: list[int] = []
    screen.retry_asked.connect(lambda: tries.append(1))

    tap(screen.retry_button)

    assert tries == ([] if kind in NO_RETRY else [1])


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1080, 1920)])
def test_it_is_in_order_in_every_class(qtbot: QtBot, shown: Shown, size: tuple[int, int]) -> None:
    window = shown(FatalScreen("read_only", "x" * 60), size)
    qtbot.wait(30)

    assert (window.width(), window.height()) == size
    assert audit.faults(window) == {}


def test_a_kind_nobody_knows_reads_as_a_failing_disk(shown: Shown) -> None:
    shown(FatalScreen("melted"))

    assert words("melted") == words("io")
