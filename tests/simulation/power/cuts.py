"""Cutting the power inside commits, thousands of times, and reading what a restart would find."""

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Engine, event

from pos_app.store import connect, db, revisions
from pos_app.store.errors import StoreError
from tests.simulation.power.shift import Day
from tests.simulation.power.shim import Connection
from tests.simulation.power.vfs import TEARS, Disk, PowerVfs
from tests.simulation.sim import seams

FILES = {
    "journal.db": (connect.JOURNAL_SETTINGS, revisions.JOURNAL),
    "replica.db": (connect.REPLICA_SETTINGS, revisions.REPLICA),
}
_REBUILT = ("search_", "alembic")
"""Tables whose content follows from others."""


@dataclass(slots=True)
class Tally:
    """What became of the cuts."""

    cuts: Counter[str] = field(default_factory=Counter)
    tears: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    torn: int = 0
    corrupt: int = 0
    complaints: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.cuts.values())

    def complain(self, words: str) -> None:
        if len(self.complaints) < 20:
            self.complaints.append(words)


@dataclass(slots=True)
class History:
    """States of one file after each commit, as digests. From `safe` on, any may be found again."""

    states: list[str] = field(default_factory=list)
    safe: int = 0
    seen: list[tuple[str, str, str]] = field(default_factory=list)

    def commit(self, state: str, *, is_durable: bool, tally: Tally) -> None:
        """A commit has returned: judge what cuts during it have left."""
        self.states.append(state)
        allowed = set(self.states[self.safe :])
        for found, kind, tear in self.seen:
            if found in allowed:
                continue
            if found in self.states:
                tally.lost += 1
                tally.complain(f"{kind}, {tear}: an acknowledged commit was lost")
            elif found.startswith("corrupt"):
                tally.corrupt += 1
                tally.complain(f"{kind}, {tear}: {found}")
            else:
                tally.torn += 1
                tally.complain(f"{kind}, {tear}: a state that never was")
        self.seen.clear()
        if is_durable:
            self.safe = len(self.states) - 1


class Plug:
    """Watches one till's disk and cuts its power, in thought, at some of its writes and syncs."""

    def __init__(self, folder: Path, dice: Random, share: float, *, trust: bool = True) -> None:
        """`trust` false: every commit counts as promised, whatever the settings say (controls)."""
        self.tally = Tally()
        self.kind = ""
        self._folder, self._dice, self._share = folder, dice, share
        self._trust = trust
        self.disk = Disk(self._maybe_cut)
        self._histories = {name: History() for name in FILES}
        self._live: dict[str, Connection] = {}

    @contextmanager
    def plugged_in(self) -> Iterator[None]:
        """Databases below the folder live on this disk."""
        vfs = PowerVfs(f"power-{id(self)}", self.disk)
        event.listen(Engine, "do_connect", self._connect)
        try:
            yield
        finally:
            event.remove(Engine, "do_connect", self._connect)
            vfs.unregister()

    def _connect(self, _dialect: Any, _record: Any, args: list[Any], _options: Any) -> Any:
        path = Path(args[0])
        if path.parent != self._folder / "till":
            return None
        connection = Connection(str(path), f"power-{id(self)}", lambda: self._committed(path.name))
        self._live[path.name] = connection
        return connection

    def _committed(self, name: str) -> None:
        connection = self._live[name]
        level = connection.execute("PRAGMA synchronous").fetchone()[0]
        state = digest(connection.execute)
        is_durable = level >= 2 or not self._trust
        self._histories[name].commit(state, is_durable=is_durable, tally=self.tally)

    def _maybe_cut(self) -> None:
        if not self.kind or self._dice.random() >= self._share or not self.disk.at_risk():
            return
        tear = self._dice.choice(TEARS)
        at_stake: dict[str, str] = {}
        self.disk.image(self._folder / "image", tear, self._dice)
        self.tally.cuts[self.kind] += 1
        self.tally.tears[tear] += 1
        for path in self.disk.at_risk():
            name = Path(path).name.removesuffix("-wal")
            if name not in at_stake:
                at_stake[name] = found(self._folder / "image" / name)
        for name, state in at_stake.items():
            self._histories[name].seen.append((state, self.kind, tear))


def found(path: Path) -> str:
    """The state a restart finds, opened by the store's own code with all its checks."""
    settings, file = FILES[path.name]
    try:
        conn = db._opened(path, settings, file)
    except StoreError as error:
        return f"corrupt: {error.kind} {error}"
    try:
        driver = connect.raw(conn)
        verdict = driver.execute("PRAGMA integrity_check").fetchone()[0]
        return digest(driver.execute) if verdict == "ok" else f"corrupt: {verdict}"
    except sqlite.Error as error:
        return f"corrupt: {error}"
    finally:
        conn.close()


def digest(execute: Callable[[str], Any]) -> str:
    """Everything in a database in a few characters."""
    hashed = hashlib.sha256()
    names = execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    for (name,) in names:
        if not name.startswith(_REBUILT):
            rows = execute(f"SELECT * FROM {name}").fetchall()
            hashed.update(repr((name, sorted(map(repr, rows)))).encode())
    return hashed.hexdigest()[:24]


def day(folder: Path, seed: int, acts: int, share: float, *, trust: bool = True) -> Tally:
    """One till's day of so many acts on a fresh disk."""
    dice = Random(seed)
    seams.IDS.dice.seed(seed)
    shutil.rmtree(folder, ignore_errors=True)
    # a new till's tables are made and folded in before anybody sells
    db.open_stores(folder / "till").close()
    plug = Plug(folder, dice, share, trust=trust)
    with seams.installed(), plug.plugged_in():
        stores = db.open_stores(folder / "till")
        try:
            for _, (kind, act) in zip(range(acts), Day(stores, dice).acts(), strict=False):
                plug.kind = kind
                act()
                plug.kind = ""
        finally:
            stores.close()
    return plug.tally
