"""Settings and designs that must lose something: if they do not, the harness is blind."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import apsw
import pysqlite3.dbapi2 as sqlite

from pos_app.store import connect, db
from tests.simulation.power.cuts import Tally, day
from tests.simulation.power.vfs import TEARS, Disk, PowerVfs
from tests.simulation.sim.seams import replaced


def weaker(folder: Path, seed: int, acts: int, share: float, level: int) -> Tally:
    """A day with PRAGMA synchronous = `level` where the till promises FULL; every commit counts."""
    with _always(level):
        return day(folder, seed, acts, share, trust=False)


def two_files(folder: Path, seed: int, acts: int, share: float) -> Tally:
    """Each sale in one file and its outbox row in another, attached, in one transaction, both FULL."""
    dice, tally = Random(seed), Tally()
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "till").mkdir(parents=True)
    paths = folder / "till" / "sales.db", folder / "till" / "outbox.db"

    def cut() -> None:
        if conn is None or dice.random() >= share or not disk.at_risk():
            return
        tear = dice.choice(TEARS)
        disk.image(folder / "image", tear, dice)
        tally.cuts["two files"] += 1
        sales, outbox = (_rows(folder / "image" / path.name) for path in paths)
        tally.lost += acknowledged > min(sales, outbox)
        tally.torn += sales != outbox

    conn: apsw.Connection | None = None
    acknowledged = 0
    disk = Disk(cut)
    vfs = PowerVfs("power-two-files", disk)
    try:
        opened = _attached(paths)
        disk.on_change = cut
        conn = opened
        for number in range(acts):
            conn.execute("BEGIN IMMEDIATE")
            conn.execute("INSERT INTO main.fact VALUES (?, zeroblob(3000))", (number,))
            conn.execute("INSERT INTO outbox.fact VALUES (?, zeroblob(3000))", (number,))
            conn.execute("COMMIT")
            acknowledged += 1
        opened.close()
    finally:
        vfs.unregister()
    return tally


def _attached(paths: tuple[Path, Path]) -> apsw.Connection:
    conn = apsw.Connection(str(paths[0]), vfs="power-two-files")
    conn.execute("PRAGMA locking_mode = EXCLUSIVE")
    conn.execute("ATTACH ? AS outbox", (str(paths[1]),))
    for schema in ("main", "outbox"):
        conn.execute(f"PRAGMA {schema}.journal_mode = WAL")
        conn.execute(f"PRAGMA {schema}.synchronous = FULL")
        conn.execute(f"CREATE TABLE {schema}.fact (number INTEGER PRIMARY KEY, body BLOB)")
    return conn


def _rows(path: Path) -> int:
    conn = sqlite.connect(path)
    try:
        return int(conn.execute("SELECT count(*) FROM fact").fetchone()[0])
    except sqlite.OperationalError:
        return 0  # not even the table was on the disk
    finally:
        conn.close()


@contextmanager
def _always(level: int) -> Iterator[None]:
    """Whatever the store asks for, the journal is written at this level."""
    wait = connect.wait_for_disk

    def at_level(conn: object, wanted: bool) -> None:
        wait(conn, wanted)  # type: ignore[arg-type]  # passed on as it came
        connect.raw(conn).execute(f"PRAGMA synchronous = {level}").close()  # type: ignore[arg-type]

    with replaced(db, "wait_for_disk", at_level):
        yield
