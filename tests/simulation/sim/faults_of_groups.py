"""Mutants of booking many tills in one transaction."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from sync.central import bulk, clerk, db, intake, joint
from sync.central.joint import Batch, Taken
from sync.central.push import ADVANCED
from sync.central.schema import chain
from tests.simulation.sim.bug_bank import Plant, mutant, split

T = TypeVar("T")


@mutant("answers come back in the order of the group")
def answers_swapped_in_a_group(plant: Plant) -> None:
    right = Taken.answer

    def answer(self: Taken, batch: Batch) -> Any:
        booked = [it for it, *_ in self.new.values()]
        if batch not in booked:
            return None
        return right(self, booked[booked.index(batch) - 1])

    plant(Taken, "answer", answer)


@mutant("what was booked together is booked, whatever the commit says")
def failed_group_acknowledged(plant: Plant) -> None:
    def write(engine: Engine, work: Callable[[Connection], T], **_how: Any) -> T:
        done: list[T] = []
        try:
            with db.writing(engine) as conn:
                done.append(work(conn))
        except DBAPIError:
            if not done:
                raise
        return done[0]

    plant(clerk, "db", SimpleNamespace(reading=db.reading, write=write))


@mutant("each till of a group is committed as soon as it is booked")
def group_in_parts(plant: Plant) -> None:
    together = intake.take_in_together

    def one_by_one(conn: Connection, batches: Any, changes: Any) -> None:
        for it in batches:
            together(conn, [it], changes)
            split(conn)

    plant(joint, "take_in_together", one_by_one)


@mutant("in a group nothing is a gap")
def gaps_taken_in_a_group(plant: Plant) -> None:
    plant(Batch, "follows", lambda self, seq, _hash: self.request.from_seq > seq)


@mutant("an effect that fails in a group costs that group its effects")
def effects_of_a_group_dropped(plant: Plant) -> None:
    together = intake.take_in_together

    def kept(conn: Connection, batches: Any, changes: Any) -> None:
        try:
            with conn.begin_nested():
                together(conn, batches, changes)
        except RuntimeError:
            intake._keep(conn, batches, changes)

    plant(joint, "take_in_together", kept)


@mutant("who declared how much more is written by whoever pushes alone")
def group_declares_nothing(plant: Plant) -> None:
    plant(joint, "_advance", lambda conn, batches: _without_heads(conn, batches))


def _without_heads(conn: Connection, batches: Any) -> None:
    """As `joint._advance`, but every till's journal seems to end with its batch."""
    rows = [(*it.life, it.facts[-1].seq, it.facts[-1].hash, it.facts[-1].seq) for it in batches]
    names = (*joint._LIFE, "seq", "hash", "journal_head")
    bulk.add(conn, chain, {}, names, rows, ADVANCED)
