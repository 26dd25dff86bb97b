"""One seed from dawn to verdict: a phase with faults, a phase without, then the invariants."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from sync.central import db
from sync.central.feed import heads_of
from sync.central.identity import identity
from tests.simulation.sim import disk
from tests.simulation.sim.cards import Named
from tests.simulation.sim.central import Backup, Central, forget_backups
from tests.simulation.sim.commits import Commits
from tests.simulation.sim.model import Book, Violation, require
from tests.simulation.sim.network import weather
from tests.simulation.sim.office import BackOffice
from tests.simulation.sim.seams import IDS, replaced
from tests.simulation.sim.shop import Templates, copy_files, devices
from tests.simulation.sim.stories import Stories
from tests.simulation.sim.till import SimTill
from tests.simulation.sim.verdict import judge
from tests.simulation.sim.world import World

STEPS = 200
"""Things that happen before the faults stop; some 140 more follow until all is well again."""
_HEALED_MS = 60_000
_COPIES = ("copy", "copy", "put back")
_MOODS = (0.0, 0.0, 0.002, 0.01, 0.03)


@dataclass(slots=True)
class Outcome:
    """What came of a seed. `violation` is empty when everything held."""

    seed: int
    violation: str = ""
    steps: int = 0
    sales: int = 0
    fingerprint: str = ""
    faults: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Life:
    """The shop of one seed."""

    def __init__(self, seed: int, folder: Path, templates: Templates, engine: Engine) -> None:
        shutil.rmtree(folder / "seed", ignore_errors=True)
        IDS.dice.seed(seed)
        world = self.world = World(seed)
        self.book = Book()
        self.central = Central(world, folder / "central", engine)
        self.central.start(templates.central.parent)
        skies = weather(world.dice)
        self.tills: list[SimTill] = []
        named = self.named = Named()
        for device in devices():
            home = folder / "seed" / device.device_id
            copy_files(templates.till(device.device_id), home)
            self.tills.append(SimTill(world, self.central, self.book, device, home, skies, named))
        self.stories = Stories(world, self.central, self.book, self.tills, self._restore)
        self.central.crash_share = world.dice.choice(_MOODS)
        self.central.gathering.bad_share = world.dice.choice(_MOODS) * 3
        for till in self.tills:
            till.crash_share = world.dice.choice(_MOODS) / 4
            till.fault_share = world.dice.choice(_MOODS) / 2

    def run(self, steps: int) -> None:
        """The phase with faults, then the one in which everything must come right."""
        for till in self.tills:
            self.world.at(self.world.dice.randrange(500), till.start)
            self._every(300, 4_000, till.act)
            self._every(5_000, 40_000, till.look_up)
            self._every(2_000, 15_000, till.pay_back)
            self._every(5_000, 40_000, till.take_card)
            self._every(4_000, 30_000, till.hand_over)
            self._every(1_000, 5_000, till.witness)
        self._every(1_000, 30_000, BackOffice(self.world, self.central).act)
        self._every(2_000, 20_000, self._mischief)
        self.stories.plan()
        while self.world.steps < steps:
            self.world.step()
        if self.world.dice.random() < 0.2:
            self._restore()  # at night, when no till has anything new to send
        self._heal()
        judge(self.central, self.tills, self.book)

    def close(self) -> None:
        for till in self.tills:
            if till.stores is not None:
                till.stores.close()
        forget_backups(self.central)
        self.central.close()
        disk.forget()

    def _every(self, least_ms: int, most_ms: int, act: Callable[[], None]) -> None:
        """Again and again, until the faults are over."""

        def go() -> None:
            if not self.world.is_healed:
                act()
                self.world.at(self.world.dice.randrange(least_ms, most_ms), go)

        self.world.at(self.world.dice.randrange(most_ms), go)

    def _restore(self, backup: Backup | None = None) -> None:
        if self.world.is_healed or not self.central.backups:
            return
        self.central.restore(backup)
        self.book.restores += 1
        self.book.forget_the_dead(self.central.knows_refund)
        for sale_id in sorted(self.book.elsewhere):
            if not self.central.has(sale_id):
                self.book.forget(sale_id)

    def _mischief(self) -> None:
        dice = self.world.dice
        till = dice.choice(self.tills)
        match dice.choice(
            ("cable", "plug", "clock", "backup", "restore", "replica", "fold", *_COPIES)
        ):
            case "cable":
                self.world.fault(f"cable of {till.name}")
                till.cut(not till.is_cut)
            case "plug" if till.stores is not None:
                self.world.fault(f"plug of {till.name}")
                till.fall()
            case "clock":
                self.world.fault(f"clock of {till.name}")
                if dice.random() < 0.5:
                    self.stories.rush(till)
                else:
                    far = -self.world.now_ms, 400 * 86_400_000, 20 * 365 * 86_400_000
                    till.clock_skew_ms = dice.choice((0, 3_600_000, -3_600_000, *far))
            case "backup":
                self.central.back_up()
            case "restore" if self.central.backups and self.central.restores < 2:
                self._restore()
            case "replica" if till.stores is not None:
                self.world.fault(f"replica of {till.name} lost")
                till.lose_replica()
            case "copy":
                till.back_up()
            case "put back":
                till.put_back()
            case "fold":
                till.fold()
            case _:
                pass

    def _heal(self) -> None:
        """I11: within a minute every queue is empty and every till agrees with central."""
        world = self.world
        world.is_healed = True
        world.note("healed")
        for till in self.tills:
            till.calm()
        end = world.now_ms + _HEALED_MS + 10_000
        while world.now_ms < end and world.step():
            if world.steps % 8 == 0 and self._has_settled():
                break
        for till in self.tills:
            require(till.unsent() == 0, "I11", f"{till.name} still has {till.unsent()} facts")
            require(till.is_agreed, "I11", f"{till.name} and central disagree")

    def _has_settled(self) -> bool:
        """Nothing is left to send or to fetch: waiting longer would change nothing."""
        streams = {name for till in self.tills for name in till.positions}
        heads = self.central.peek(lambda conn: heads_of(conn, streams))
        epoch = self.central.peek(identity).epoch
        return all(
            till.unsent() == 0
            and till.is_agreed
            and till.epoch == epoch
            and till.positions == {name: heads.get(name) for name in till.positions}
            for till in self.tills
        )


def play(seed: int, folder: Path, templates: Templates, engine: Engine, steps: int) -> Outcome:
    """Run a seed; a violation is an answer, anything else raised is a bug and passes."""
    life = Life(seed, folder, templates, engine)
    outcome = Outcome(seed)
    commits = Commits(life.world, life.world.dice.choice(_MOODS))
    try:
        with (
            replaced(db, "writing", commits.writing),
            life.central.gathering.installed(),
            life.named.installed(),
        ):
            life.run(steps)
    except Violation as violation:
        outcome.violation = str(violation)
        outcome.notes = life.world.notes
    finally:
        life.close()
    outcome.steps, outcome.sales = life.world.steps, len(life.book.sales)
    outcome.faults, outcome.fingerprint = life.world.faults, life.world.fingerprint
    return outcome
