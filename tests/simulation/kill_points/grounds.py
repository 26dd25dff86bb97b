"""A shop in which processes end at points, one after the other, and what is looked at after each."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from shutil import rmtree

from sqlalchemy import Engine

from hardware.emulators.virtual_printer import VirtualPrinter
from sync.central.snapshots.job import classes, shelf_beside
from tests.simulation.fleet.served import Served, served
from tests.simulation.kill_points.points import CENTRAL, Point
from tests.simulation.shift_audit import Slip, slip_of
from tests.simulation.shift_log import entries
from tests.simulation.wires.storm import Ends, admit, heal, hurried, shop_served, verdict

ROOT = Path(__file__).resolve().parents[3]
LIFE_S = 40.0


class Grounds:
    """One till and one central for all points: what one of them left behind would stay visible."""

    def __init__(self, folder: Path, central: Served, engine: Engine, port: int) -> None:
        self.engine = engine
        self.slips: list[Slip] = []
        self._folder, self._central, self._printer = folder, central, port
        self._lives = 0

    def kill_at(self, point: Point, dice: Random) -> list[str]:
        """Let somebody come to this point, start again, and say what is wrong then."""
        self._prepare(point)
        nth = dice.randint(1, point.most)
        if point in CENTRAL:
            found = self._kill_central(point, nth)
        else:
            life = self._life(self._central.address, "--point", point.name, "--nth", str(nth))
            found = _ended(life, -signal.SIGKILL)
        return [f"{point.name}, call {nth}: {it}" for it in [*found, *self.audit()]]

    def audit(self) -> Iterator[str]:
        """Start the till once more, let it send and receive everything, and compare."""
        with hurried(), Ends(self.engine, self._folder / "till", self._central.address) as ends:
            ends.exchange.start()
            heal(ends)
            yield from verdict(ends)
            query = "SELECT sale_id, receipt_no, total FROM sale"
            rows = ends.stores.journal.exec_driver_sql(query)
            booked = {it[0]: (it[1], it[2]) for it in rows}
        told = {it["sale"]: (it["receipt"], it["total"]) for it in entries(self._told)}
        if not told.items() <= booked.items():
            yield f"told and not booked: {sorted(told.keys() - booked.keys())}"
        if len(booked) - len(told) > self._lives:
            yield f"{len(booked) - len(told)} sales were never told in {self._lives} lives"
        originals = Counter(it.receipt for it in self.slips if it.receipt and not it.is_copy)
        if max(originals.values(), default=0) > 1:
            yield f"printed more than once: {originals.most_common(3)}"
        if not originals.keys() <= {receipt for receipt, _ in booked.values()}:
            yield "a receipt was printed and never booked"

    @property
    def _told(self) -> Path:
        return self._folder / "told.jsonl"

    def _prepare(self, point: Point) -> None:
        """An empty replica, with or without a ready-made file to fill it from."""
        if not (point.fills or point.from_file):
            return
        for file in (self._folder / "till").glob("replica.db*"):
            file.unlink()
        rmtree(self._folder / "snapshots", ignore_errors=True)
        if point.from_file:
            shelf = shelf_beside(self.engine)
            assert shelf is not None
            for streams in classes(self.engine):
                shelf.refresh(self.engine, streams, worth=1)

    def _kill_central(self, point: Point, nth: int) -> list[str]:
        """The till lives through it: another central takes the place of the dead one."""
        database = self.engine.url.render_as_string(hide_password=False)
        words = "-m", "tests.simulation.kill_points.central_life", point.name, str(nth)
        other = self._folder / "other"
        other.mkdir(exist_ok=True)
        with served(database, other, command=[sys.executable, *words]) as doomed:
            life = self._life(doomed.address)
            found = _ended(doomed.process, -signal.SIGKILL)
        with served(database, other, port=doomed.port):
            return found + _ended(life, 0)

    def _life(self, url: str, *more: str) -> subprocess.Popen[bytes]:
        self._lives += 1
        words = [str(self._folder), url, str(self._printer), str(self._lives), *more]
        module = "tests.simulation.kill_points.till_life"
        with (self._folder / "till.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *words], cwd=ROOT, stdout=log, stderr=log
            )


def _ended(process: subprocess.Popen[bytes], wanted: int) -> list[str]:
    """Wait for its end; it has to be this one."""
    try:
        code: int | str = process.wait(LIFE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        code = "not at all"
    return [] if code == wanted else [f"the process ended {code}, not {wanted}"]


@contextmanager
def grounds(folder: Path) -> Iterator[Grounds]:
    """A shop, its central on SQLite, an admitted till and a printer on loopback."""
    slips = list[Slip]()
    with (
        shop_served(folder) as (engine, central),
        VirtualPrinter(on_paper=lambda paper: slips.append(slip_of(paper))) as printer,
    ):
        admit(engine, central.address, folder / "till")
        place = Grounds(folder, central, engine, printer.port)
        place.slips = slips
        yield place
