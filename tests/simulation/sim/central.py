"""Central as it is, without HTTP: its own functions over a real database that may crash or be restored."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine

from sync.central import auth, body, db, history, identity, lookup, pull, push
from sync.central.errors import Refusal
from sync.central.holds import requests
from sync.central.origin import Origin
from sync.wire import MAX_FACTS, Answer, HelloRequest, Problem
from sync.wire_commands import CommandRequest
from tests.simulation.sim import disk
from tests.simulation.sim.asked import Asked, ServerCrashed
from tests.simulation.sim.gathering import Gathering
from tests.simulation.sim.model import require
from tests.simulation.sim.shop import copy_files
from tests.simulation.sim.world import World

T = TypeVar("T")

_REFUND = """SELECT 1 FROM refund_line WHERE refund_id = ?
 UNION SELECT 1 FROM hold WHERE hold_id = ?"""
_ACKNOWLEDGED = """SELECT count(*) FROM inbox
 WHERE store_id = ? AND device_id = ? AND incarnation = ? AND seq <= ?"""


@dataclass(slots=True)
class Backup:
    """A copy of the database, and which of our own acts it includes."""

    folder: Path
    tiles: dict[tuple[str, str], set[int | None]]


@dataclass(slots=True)
class Central:
    """The reference server at one address. `engine` outlives seeds: its statements stay compiled."""

    world: World
    folder: Path
    engine: Engine
    crash_share: float = 0.0
    backups: list[Backup] = field(default_factory=list)
    delivered: dict[tuple[str, str], int] = field(default_factory=dict)
    tiles: dict[tuple[str, str], set[int | None]] = field(default_factory=dict)
    """Where each tile may be, None for gone: one answer, or two after a crash."""
    restores: int = 0
    may_be_restored: bool = True
    callers: dict[str, auth.Caller] = field(default_factory=dict)
    """By device: no till is revoked or moved while a seed lasts."""
    gathering: Gathering = field(init=False)
    _is_pausing: bool = False
    _audience: Any = None

    def __post_init__(self) -> None:
        self.gathering = Gathering(self.world, self.engine, self.check_promise)

    def start(self, template: Path) -> None:
        """A fresh copy of the shop."""
        self._replace_files(template)
        self.gathering.own = self.peek(identity.identity)

    def answer(self, asked: Asked) -> tuple[int, bytes]:
        """Status and body, as the routes would send them."""
        try:
            return 200, self._route(asked)
        except push.Disagreement as disagreement:
            return 409, _json(disagreement.answer)
        except Refusal as refusal:
            return refusal.status, _json(Problem(error=refusal.error, detail=refusal.detail))

    def read(self, work: Callable[[Connection], T]) -> T:
        with db.reading(self.engine) as conn:
            return work(conn)

    def peek(self, work: Callable[[Connection], T]) -> T:
        """As the audience sees it: nothing happens because somebody looks."""
        with self._quiet():
            return self.read(work)

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        share, paused = self.crash_share, self._is_pausing
        self.crash_share, self._is_pausing = 0.0, True
        try:
            yield
        finally:
            self.crash_share, self._is_pausing = share, paused

    def write(self, work: Callable[[Connection], T]) -> T:
        """As the routes do; run again when a commit is refused or nobody can say what came of it."""
        return db.write(self.engine, work, is_repeatable=True)

    def look(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """As the audience sees it, and quickly: what is committed, over a connection of its own."""
        if self._audience is None:
            self._audience = sqlite.connect(str(self.folder / "central.db"), isolation_level=None)
        return list(self._audience.execute(query, values).fetchall())

    def has(self, fact_id: str) -> bool:
        """Whether a fact has arrived."""
        return bool(self.look("SELECT 1 FROM inbox WHERE id = ?", fact_id))

    def knows_refund(self, refund_id: str) -> bool:
        """Whether a refund has arrived, or at least its hold still blocks what it paid."""
        return bool(self.look(_REFUND, refund_id, refund_id))

    def check_promise(self, asked: Asked, accepted: int) -> None:
        """No answer before the commit: another connection sees every fact that is acknowledged."""
        life = orjson.loads(asked.content)["incarnation"]
        mine = asked.store_id, asked.device_id, life, accepted
        ((there,),) = self.look(_ACKNOWLEDGED, *mine)
        require(there >= accepted, "I1", f"{accepted} facts acknowledged, {there} committed")

    def back_up(self) -> None:
        """An operator's copy; the newest three are kept."""
        folder = self.folder.with_name(f"backup-{self.world.now_ms}-{len(self.world.notes)}")
        copy_files(self.folder, folder)
        self.backups = [*self.backups[-2:], Backup(folder, dict(self.tiles))]
        self.world.note("server backed up")

    def restore(self, backup: Backup | None = None) -> None:
        """An older copy takes the place of the database; its operator starts a new epoch."""
        backup = backup or self.world.dice.choice(self.backups)
        self.restores = self.gathering.restores = self.restores + 1
        self.world.fault("server restored")
        self._replace_files(backup.folder)
        self.tiles = dict(backup.tiles)
        with self._quiet():  # a server that is being restored serves nobody
            self.write(identity.new_epoch)

    def _caller(self, asked: Asked) -> auth.Caller:
        who = self.callers.get(asked.device_id)
        if who is None:
            who = self.peek(lambda c: auth.caller_of(c, asked.store_id, asked.device_id))
            self.callers[asked.device_id] = who
        return who

    def _route(self, asked: Asked) -> bytes:
        if asked.path == "events" and (answered := self.gathering.book(asked)):
            return answered
        who = self._caller(asked)
        at_ms = self.world.now_ms
        if asked.path == "hello":
            greeting = body.parse(HelloRequest, asked.content)
            hello = partial(push.hello, who=who, request=greeting, at_ms=at_ms)
            return _json(history.told_anew(self.write, lambda: self.write(hello)))
        if asked.path == "events":
            batch = body.parse(push.Push, asked.content)
            ready, before = push.understood(who, batch), self.restores
            answer = self.write(lambda c: push.push(c, who, batch, at_ms, ready))[0]
            if self.restores == before:
                self.check_promise(asked, answer.accepted_through)
            return _json(answer)
        if asked.path == "own":
            incarnation, first = orjson.loads(asked.content)
            origin = Origin(who, incarnation, at_ms)
            events = self.read(lambda c: push.own_facts(c, origin, first, MAX_FACTS))
            return orjson.dumps({"events": events})
        if asked.path == "command":
            command_id, content = orjson.loads(asked.content)
            wish = CommandRequest.model_validate(content)
            return _json(self.write(lambda c: requests.put(c, who, command_id, wish, at_ms)))
        if asked.path == "lookup":
            return self.read(lambda c: lookup.lookup(c, who, asked.content.decode(), at_ms))
        cursor, limit, again = orjson.loads(asked.content)
        page = partial(pull.page, who=who, text=cursor, limit=limit, at_ms=at_ms, again=again)
        return history.told_anew(self.write, lambda: self.read(page))

    def close(self) -> None:
        """No file is open any more."""
        if self._audience is not None:
            self._audience.close()
            self._audience = None
        self.engine.dispose()

    def _replace_files(self, source: Path) -> None:
        self.close()
        copy_files(source, self.folder)
        disk.watch(self.folder, self._on_commit)

    def _on_commit(self, is_done: bool) -> None:
        if self.world.chance(self.crash_share):
            self.world.fault(f"server crashed {'after' if is_done else 'before'} a commit")
            raise ServerCrashed
        if is_done and not self._is_pausing and self.world.dice.random() < 0.2:
            self._is_pausing = True
            try:  # others are served between two transactions, whatever belongs together
                self.world.pass_time(self.world.dice.randrange(1, 500))
            finally:
                self._is_pausing = False


def open_engine(folder: Path) -> Engine:
    """For all seeds of a process."""
    return db.create_engine(f"sqlite:///{folder / 'central.db'}")


def forget_backups(central: Central) -> None:
    for backup in central.backups:
        shutil.rmtree(backup.folder, ignore_errors=True)


def _json(answer: Answer | Problem) -> bytes:
    return answer.model_dump_json().encode()
