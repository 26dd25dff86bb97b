"""A till's files in a folder of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_app.store.db import Stores, open_stores
from pos_app.store.journal import Journal
from pos_app.store.shifts import Shifts
from tests.store.till import DEVICE, SHIFT, at


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    """Enrolled, and nothing else."""
    opened = open_stores(tmp_path)
    opened.enrol(DEVICE)
    yield opened
    opened.close()


@pytest.fixture
def journal(stores: Stores) -> Journal:
    return Journal(stores)


@pytest.fixture
def open_shift(stores: Stores) -> None:
    Shifts(stores).open(SHIFT, at(1_000))
