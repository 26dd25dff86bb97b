"""Tills that refund the same lines at once never pay one back twice."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from sync.central import db
from tests.central.races.losing import Losing
from tests.central.races.refunds import by_reading_first, by_request, run


def test_no_line_is_refunded_twice(engine: Engine) -> None:
    found = run(engine, 40, 8, by_request)

    assert (found.over, found.two_answers, found.odd) == (0, 0, [])
    assert found.granted >= 40
    assert found.doubled > 0


@pytest.mark.parametrize("kind", ["postgres"])
@pytest.mark.postgres
def test_the_control_that_reads_first_refunds_twice(engine: Engine) -> None:
    found = run(engine, 40, 8, by_reading_first)

    assert found.over > 0
    assert found.two_answers > 0


@pytest.mark.parametrize("kind", ["postgres"])
@pytest.mark.postgres
def test_commits_of_unknown_outcome_are_found_out_by_trying_again(engine: Engine) -> None:
    fault = Losing(engine, 0.15)

    found = run(engine, 25, 6, by_request, meanwhile=fault)

    assert (found.over, found.odd) == (0, [])
    assert min(fault.seen[it] for it in ("lost before", "lost after", "repeat")) > 0


@pytest.mark.parametrize("kind", ["postgres"])
@pytest.mark.postgres
def test_work_that_may_not_be_repeated_is_not(engine: Engine) -> None:
    with (
        Losing(engine, 1.0, hows=("lost after",)) as fault,
        pytest.raises(OperationalError, match=r"terminat|closed"),
    ):
        db.write(engine, lambda c: c.exec_driver_sql("SELECT 1"))

    assert fault.seen.total() == 1
