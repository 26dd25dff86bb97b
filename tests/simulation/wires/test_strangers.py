"""Whatever a proxy makes of central's answers, each fact arrives once."""

from pathlib import Path
from random import Random

import pytest

from tests.simulation.wires.storm import Ends, admit, hurried, shop_served, storm
from tests.simulation.wires.strangers import Stranger, between, find

SHARE = 0.35
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def program() -> Path:
    return find()


def spoilt_pushes(stranger: Stranger) -> int:
    return sum(it.endswith(":/v1/events") for it in stranger.done())


def test_answers_spoilt_by_mitmproxy_after_the_commit_double_nothing(
    program: Path, tmp_path: Path
) -> None:
    with (
        shop_served(tmp_path) as (engine, central),
        between(program, central.address, tmp_path) as stranger,
        hurried(),
    ):
        admit(engine, central.address, tmp_path / "till")
        with Ends(engine, tmp_path / "till", stranger.address) as ends:

            def is_enough(_sales: int) -> bool:
                return spoilt_pushes(stranger) > 5

            def spoil(much: float) -> None:
                stranger.spoil(SHARE * much)

            outcome = storm(ends, spoil, 12, Random(5), is_enough)

    done = stranger.done()
    assert outcome.complaints == ()
    assert outcome.sales > 5
    assert spoilt_pushes(stranger) > 5
    # which of them come is a matter of chance and of how busy the machine is
    assert len({it.partition(":")[0] for it in done}) > 1
