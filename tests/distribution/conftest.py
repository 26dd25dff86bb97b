"""A real till's store beside the real server on SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from pos_app.store.db import Stores
from tests.distribution.sides import TillSide
from tests.sync.conftest import central, engine, house, template

__all__ = ["central", "engine", "house", "template"]


@pytest.fixture
def till(engine: Engine, central: str, tmp_path: Path) -> Iterator[TillSide]:
    """Enrolled, with nothing pulled yet and no thread running."""
    side = TillSide(engine, central, tmp_path / "till")
    yield side
    side.close()


@pytest.fixture
def stores(till: TillSide) -> Stores:
    return till.stores
