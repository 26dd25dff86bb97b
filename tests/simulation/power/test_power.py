"""A slice of `make powercuts`: the till keeps its word, weaker designs do not."""

from pathlib import Path

from tests.simulation.power import controls
from tests.simulation.power.cuts import day
from tests.simulation.power.vfs import TEARS


def test_no_power_cut_takes_or_tears_what_was_acknowledged(tmp_path: Path) -> None:
    tally = day(tmp_path / "day", seed=3, acts=45, share=0.5)

    assert not tally.complaints
    assert set(tally.tears) == set(TEARS)
    assert {"sale", "shift", "line", "suspend", "resume", "page"} <= set(tally.cuts)
    assert {"key of central", "first load", "facts taken back", "life told again"} <= set(
        tally.cuts
    )


def test_the_harness_sees_that_normal_loses_acknowledged_sales(tmp_path: Path) -> None:
    tally = controls.weaker(tmp_path / "day", seed=3, acts=45, share=0.5, level=1)

    assert tally.lost
    assert not tally.corrupt


def test_the_harness_sees_that_without_syncs_files_break(tmp_path: Path) -> None:
    tally = controls.weaker(tmp_path / "day", seed=3, acts=60, share=0.5, level=0)

    assert tally.lost + tally.corrupt + tally.torn


def test_the_harness_sees_two_files_come_apart(tmp_path: Path) -> None:
    tally = controls.two_files(tmp_path / "two", seed=3, acts=40, share=0.7)

    assert tally.torn
