"""What a campaign and the bug bank say can be believed."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.simulation.sim.bug_bank import MUTANTS, Mutant, Plant
from tests.simulation.sim.campaign import ROOT, Stage, stage
from tests.simulation.sim.mutants import Caught, Hunt, run
from tests.simulation.sim.records import Record
from tests.simulation.sim.seams import replaced
from tests.simulation.sim.seed import Outcome
from tests.simulation.sim.world import World

USUAL_WAY = Connection.exec_driver_sql
_TELL = """
from tests.simulation.sim.campaign import stage
with stage() as here:
    print(here.play(3).fingerprint, end="")
"""


def test_a_seed_is_the_same_story_in_every_process() -> None:
    told = {_told(seed_of_hashes) for seed_of_hashes in "12"}

    with stage() as here:
        assert told == {here.play(3).fingerprint}


def test_the_shorter_way_to_the_driver_changes_nothing() -> None:
    with stage() as here:
        short = here.play(5)
        with replaced(Connection, "exec_driver_sql", USUAL_WAY):
            assert here.play(5) == short


@pytest.mark.parametrize("name", ["stock_not_published", "failed_group_acknowledged"])
def test_a_planted_fault_is_noticed(name: str) -> None:
    caught = run(Hunt(name, tuple(range(60))))

    assert caught.seed is not None
    assert caught.by.startswith("I")


def test_a_mutant_that_no_longer_fits_is_not_taken_for_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def renamed(plant: Plant) -> None:
        plant(Stage, "gone", None)

    def other_arguments(plant: Plant) -> None:
        plant(World, "fault", lambda _self: None)

    assert _hunted(monkeypatch, renamed).seed is None
    assert _hunted(monkeypatch, other_arguments).by.startswith("OUTDATED")


def test_a_record_says_what_was_played_and_what_was_found(tmp_path: Path) -> None:
    record = Record(range(7, 9), 2)
    record.add([Outcome(7, "", 500, 20, "", {"lost: hello of s-one-1": 2})], 0.5)
    record.add([Outcome(8, "I1: gone", 400, 3, "", {"lost: hello of s-two-1": 1})], 0.5)

    record.write(tmp_path / "simulate.json")

    found = json.loads((tmp_path / "simulate.json").read_text(encoding="utf-8"))
    assert (found["first"], found["last"], found["steps_per_seed"]) == (7, 8, 450)
    assert found["faults"] == {"lost: hello": 3}
    assert found["violations"] == {"8": "I1: gone"}
    assert found["cpu_seconds_per_seed"] == 0.5
    assert not found["met"]


def _told(seed_of_hashes: str) -> str:
    """The fingerprint in a process whose sets are in another order."""
    return subprocess.run(
        [sys.executable, "-c", _TELL],
        cwd=ROOT,
        env={"PYTHONHASHSEED": seed_of_hashes},
        capture_output=True,
        check=True,
        text=True,
    ).stdout


def _hunted(monkeypatch: pytest.MonkeyPatch, plant: Callable[[Plant], None]) -> Caught:
    monkeypatch.setitem(MUTANTS, "outdated", Mutant("outdated", "it was so once", plant))
    return run(Hunt("outdated", tuple(range(5))))
