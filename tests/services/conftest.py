"""Tills of a small shop on real store files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_app.store.db import Stores, open_stores
from tests.services.shop import JANA, Shop, open_shop


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    opened = open_stores(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def closed_shop(stores: Stores) -> Shop:
    """Nobody signed in, no shift open."""
    return open_shop(stores)


@pytest.fixture
def shop(closed_shop: Shop) -> Shop:
    """Ready to sell; what led there is not in the events."""
    closed_shop.till.sign_in(JANA)
    closed_shop.till.open_shift(300_000)
    closed_shop.told()
    return closed_shop
