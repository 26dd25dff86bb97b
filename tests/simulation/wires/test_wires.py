"""A short slice of `make wires`."""

from pathlib import Path

import pytest

from tests.simulation.wires.__main__ import play
from tests.simulation.wires.proxy import FAULTS

pytestmark = pytest.mark.slow


def test_after_every_fault_of_a_wire_both_ends_say_the_same(tmp_path: Path) -> None:
    outcome, proxy = play(tmp_path, seconds=15, share=0.4, seed=3)

    assert outcome.complaints == ()
    assert outcome.sales > 100
    assert outcome.prices > 100
    assert [it for it in FAULTS if not proxy.done[it]] == []
