"""A short slice of `make fleet`: thirty tills, two workers, answers lost on purpose."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from sync.central import db
from tests.central.conftest import copied, empty_engine, kind, postgres, sqlite_templates
from tests.simulation.fleet import shop
from tests.simulation.fleet.audit import audit
from tests.simulation.fleet.day import Day, Plan, play
from tests.simulation.fleet.served import served
from tests.simulation.fleet.till import Weather

__all__ = ["empty_engine", "kind", "postgres", "sqlite_templates"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="asks /proc for the processes"),
]
PLAN = Plan(tills=30, seconds=8, every_s=0.8, weather=Weather(lost=0.08, repeated=0.05))


@pytest.fixture
def database(request: pytest.FixtureRequest, kind: str) -> Iterator[str]:
    with copied(request, kind, "omnitill_empty") as address:
        yield address


@pytest.fixture
def day(database: str, empty_engine: Engine, tmp_path: Path) -> Day:
    db.write(empty_engine, lambda c: shop.seed(c, PLAN.shops))
    with served(database, tmp_path, workers=2) as central:
        return asyncio.run(play(PLAN, central, empty_engine))


def test_a_fleet_whose_answers_get_lost_loses_and_doubles_nothing(
    day: Day, empty_engine: Engine
) -> None:
    report = day.report()

    assert day.complaints == []
    assert report["facts"] >= 100
    assert min(day.figures.counts[it] for it in ("lost", "repeated", "broken")) > 0
    assert report["resent"] > 0
    assert report["central_mb"][0] > 50

    _the_audit_sees(day, empty_engine, "DELETE FROM inbox WHERE seq = 2", "the inbox ends with")
    _the_audit_sees(
        day, empty_engine, "UPDATE sale SET total_minor = 1 WHERE seq = 1", "booked are"
    )
    _the_audit_sees(day, empty_engine, "UPDATE stock_level SET qty = qty - 1000", "stock levels")


def _the_audit_sees(day: Day, engine: Engine, harm: str, words: str) -> None:
    with engine.begin() as conn:
        conn.execute(text(harm))

    assert any(words in it for it in audit(engine, day.tills))
