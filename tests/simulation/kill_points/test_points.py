"""Each point once; `make killpoints RUNS=20` comes to each of them again and again."""

import sys
from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import text

from tests.simulation.kill_points.grounds import Grounds, grounds
from tests.simulation.kill_points.points import CENTRAL, TILL, Point

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    with grounds(tmp_path_factory.mktemp("points")) as place:
        yield place


@pytest.mark.parametrize("point", TILL + CENTRAL, ids=lambda it: it.name)
def test_nothing_is_lost_or_doubled_by_a_kill(place: Grounds, point: Point) -> None:
    assert place.kill_at(point, Random(point.name)) == []


def test_the_audit_sees_what_central_forgot(place: Grounds) -> None:
    with place.engine.begin() as conn:
        conn.execute(text("DELETE FROM inbox WHERE seq = 2"))
        conn.execute(text("UPDATE stock_level SET qty = qty + 1000"))

    found = " ".join(place.audit())

    assert "1 lost" in found
    assert "moved there" in found
