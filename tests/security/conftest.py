"""A shop with an authority of its own, and its central server behind TLS."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.security.tls import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "office").begin()


@pytest.fixture
def address(office: Office, engine: Engine) -> Iterator[str]:
    with office.serving(engine) as url:
        yield url
