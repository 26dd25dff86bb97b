"""The till's window with its selling screens, at work in a small shop on real store files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pos_app.store.db import Stores, open_stores
from tests.ui.selling.shop import Shop, open_shop


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Stores]:
    opened = open_stores(tmp_path / "till")
    yield opened
    opened.close()


@pytest.fixture
def shop(qtbot: QtBot, files: Stores) -> Iterator[Shop]:
    """The register in front, in the standard class."""
    made = open_shop(files)
    made.window.resize(1366, 768)
    qtbot.addWidget(made.window)
    made.window.show()
    qtbot.waitExposed(made.window)
    yield made
    made.close()
