"""The bug bank: faults as people really make them, planted one at a time, to see whether they show."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from tests.simulation.sim.seams import replaced

Plant = Callable[[Any, str, Any], None]
"""Puts another attribute in place of one for as long as the mutant lives."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One planted fault; `story` says what somebody would have thought."""

    name: str
    story: str
    plant: Callable[[Plant], None]


MUTANTS: dict[str, Mutant] = {}


def mutant(story: str) -> Callable[[Callable[[Plant], None]], Callable[[Plant], None]]:
    """Enter a fault into the bank under its function's name."""

    def enter(plant: Callable[[Plant], None]) -> Callable[[Plant], None]:
        name = plant.__name__
        MUTANTS[name] = Mutant(name, story, plant)
        return plant

    return enter


@contextmanager
def planted(name: str) -> Iterator[None]:
    """While this lasts, the program has the fault."""
    with ExitStack() as stack:

        def plant(owner: Any, attribute: str, value: Any) -> None:
            stack.enter_context(replaced(owner, attribute, value))

        MUTANTS[name].plant(plant)
        yield


def raw(conn: Connection) -> Any:
    """The driver's connection."""
    return conn.connection.dbapi_connection


def split(conn: Connection) -> None:
    """Commit what there is and begin anew: what follows is another transaction."""
    raw(conn).commit()
    raw(conn).execute("BEGIN IMMEDIATE")
