"""Pushes of several tills in one transaction: the clerk of central without its event loop.

A push that waits is overtaken by others; whoever waits no longer books for all. Half of all pushes
go alone, as those with large bodies do.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Engine

from sync.central import clerk, effects, intake, joint
from sync.central.identity import Identity
from tests.simulation.sim.asked import Asked, ServerCrashed
from tests.simulation.sim.seams import replaced
from tests.simulation.sim.world import World

_FOR_EVER_MS = 2**62


@dataclass(slots=True)
class _Waiting:
    """`answer` is None for a push that must go alone."""

    asked: Asked
    paper: clerk.Paper
    is_booked: bool = False
    is_lost: bool = False
    answer: bytes | None = None


class Gathering:
    """Of one server."""

    def __init__(self, world: World, engine: Engine, promise: Callable[[Asked, int], None]) -> None:
        """`promise` hears how far a till was told that it has got."""
        self._world, self._promise = world, promise
        self._clerk = clerk.Clerk(engine, lambda _heads: None)
        self._waiting: list[_Waiting] = []
        self.restores = 0
        """Raised by whoever replaces the database: answers of before it promise nothing."""
        self.bad_share = 0.0
        self.own: Identity | None = None
        """What tokens are sealed with; the same for all copies of the database."""

    def book(self, asked: Asked) -> bytes | None:
        """The answer as it goes out; None for a push that has to go alone."""
        dice = self._world.dice
        if dice.random() < 0.5:
            return None
        mine = _Waiting(asked, clerk.Paper(self._bearer(asked), asked.content, ""))
        self._waiting.append(mine)
        if dice.random() < 0.7:
            self._world.pass_time(dice.randrange(1, 500))
        if not mine.is_booked:
            self._book_all()
        if mine.is_lost:
            raise ServerCrashed
        return mine.answer

    @contextmanager
    def installed(self) -> Iterator[None]:
        """While this lasts, the clerk's clock is the world's, and the effects of a group may fail."""
        apply, take_in = effects.apply, vars(joint)["take_in_together"]  # whichever is there

        def failing(*args: Any) -> None:
            if self._world.chance(self.bad_share):
                self._world.fault("server: an effect failed")
                raise RuntimeError("a planted bug in an effect")
            apply(*args)

        def together(*args: Any) -> None:
            with replaced(intake, "apply", failing):
                take_in(*args)

        with (
            replaced(joint, "take_in_together", together),
            replaced(clerk, "now_ms", lambda: self._world.now_ms),
        ):
            yield

    def _book_all(self) -> None:
        group, self._waiting = self._waiting, []
        for it in group:
            it.is_booked = True
        before = self.restores
        answers = self._answers(group)
        for it, answer in zip(group, answers, strict=True):
            it.answer = answer
            if answer and self.restores == before:
                self._promise(it.asked, orjson.loads(answer)["accepted_through"])

    def _answers(self, group: Sequence[_Waiting]) -> Sequence[bytes | None]:
        try:
            answers = self._clerk._booked([it.paper for it in group])
        except ServerCrashed:
            for it in group:
                it.is_lost = True
        except Exception as error:  # noqa: BLE001 as by the clerk itself: each goes alone then
            self._world.note(f"{len(group)} pushes failed together: {type(error).__name__}")
        else:
            told = sum(it is not None for it in answers)
            self._world.note(f"{told} of {len(group)} pushes booked together")
            return answers
        return [None] * len(group)

    def _bearer(self, asked: Asked) -> str:
        """Nobody's token runs out."""
        assert self.own is not None
        return f"Bearer {self.own.seal('token', [asked.device_id, asked.store_id, _FOR_EVER_MS])}"
