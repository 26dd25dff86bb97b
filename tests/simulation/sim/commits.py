"""What PostgreSQL answers to a COMMIT now and then, on a database that never says it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from sync.central import db
from tests.simulation.sim.world import World

_NOT_SERIALISABLE, _LOST = "40001", "08006"


class _Answer(Exception):
    """Satisfies what `db.write` reads of an error of psycopg."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


class Commits:
    """Takes the place of `db.writing`: a share of commits is refused, or is done and nobody is told."""

    def __init__(self, world: World, share: float) -> None:
        self._world, self._share = world, share
        self._usual = db.writing

    @contextmanager
    def writing(self, engine: Engine) -> Iterator[Connection]:
        with self._usual(engine) as conn:
            yield conn
            if self._world.chance(self._share):
                self._fail("commit refused", _NOT_SERIALISABLE)
            if self._world.chance(self._share):
                self._fail("connection lost before a commit", _LOST)
        if self._world.chance(self._share):
            self._fail("connection lost after a commit", _LOST)

    def _fail(self, fault: str, sqlstate: str) -> NoReturn:
        self._world.fault(f"server: {fault}")
        raise OperationalError("COMMIT", None, _Answer(sqlstate))
