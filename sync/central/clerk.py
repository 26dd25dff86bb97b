"""Small pushes of many tills are gathered while others are being booked, and booked together.

An idle server books a single push at once. Under load a group is what came in while the one before it
was committed and a moment more: half as many groups cost both this process and the database a quarter
less, which everybody waits less for than the moment.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from sync.central import auth, body, db, joint, push
from sync.central.errors import Refusal
from sync.central.identity import Identity, identity, now_ms

log = logging.getLogger(__name__)

SMALL = 16 * 1024
"""Bytes of a body; what is larger costs enough to be worth a transaction of its own."""
_MOST = 64
_MOST_BYTES = 128 * 1024
_GATHER_S = 0.02
"""How long the next group goes on gathering if anybody came while the one before it was booked."""


class Paper(NamedTuple):
    """A push as it came: nobody has looked at it or at its token yet."""

    bearer: str
    raw: bytes
    encoding: str


class Clerk:
    """Lives on the event loop of its process; one group at a time is booked in a thread."""

    def __init__(self, engine: Engine, announce: Callable[[dict[str, int]], None]) -> None:
        self._engine, self._announce = engine, announce
        self._waiting: deque[tuple[Paper, asyncio.Future[bytes | None]]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._own: Identity | None = None

    def knows(self, bearer: str) -> bool:
        """Whether this is a token of this server, so that a body may be read before the database is
        asked. Whether the till is still welcome is looked up when the push is booked."""
        try:
            return self._own is not None and bool(auth.token_of(self._own, bearer, now_ms()))
        except Refusal:
            return False

    async def book(self, paper: Paper) -> bytes | None:
        """The answer in JSON, after the commit; None if this push must go alone."""
        future: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((paper, future))
        if self._task is None:
            self._task = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._book_some()
                if 0 < len(self._waiting) < _MOST:
                    await asyncio.sleep(_GATHER_S)
        finally:
            self._task = None

    async def _book_some(self) -> None:
        group: list[tuple[Paper, asyncio.Future[bytes | None]]] = []
        size = 0
        while self._waiting and len(group) < _MOST and size < _MOST_BYTES:
            group.append(self._waiting.popleft())
            size += len(group[-1][0].raw)
        answers: Sequence[bytes | None] = [None] * len(group)
        try:
            answers = await run_in_threadpool(self._booked, [paper for paper, _ in group])
        except Exception:  # each goes alone now, where its own fault is seen and answered
            log.warning("%s pushes failed together", len(group), exc_info=True)
        finally:
            for (_, future), answer in zip(group, answers, strict=True):
                if not future.done():
                    future.set_result(answer)

    def _booked(self, papers: Sequence[Paper]) -> list[bytes | None]:
        """In a thread. An answer for each, None for those that must go alone."""
        batches = self._understood(papers)
        there = [it for it in batches if it]
        if not there:
            return [None] * len(papers)
        taken = db.write(
            self._engine,
            lambda c: joint.push_jointly(c, there, now_ms()),
            is_repeatable=True,
        )
        self._announce(taken.heads)
        answers = [taken.answer(it) if it else None for it in batches]
        return [it.model_dump_json().encode() if it else None for it in answers]

    def _understood(self, papers: Sequence[Paper]) -> list[joint.Batch | None]:
        """Read and proved while no lock is held."""
        with db.reading(self._engine) as conn:
            self._own = own = identity(conn)
            shown = [_token(own, paper) for paper in papers]
            who = auth.callers(conn, [it for it in shown if it])
        return [
            _batch(who.get((token.store_id, token.device_id)), paper) if token else None
            for paper, token in zip(papers, shown, strict=True)
        ]


def _token(own: Identity, paper: Paper) -> auth.Token | None:
    try:
        return auth.token_of(own, paper.bearer, now_ms())
    except Refusal:
        return None


def _batch(who: auth.Caller | None, paper: Paper) -> joint.Batch | None:
    if who is None:
        return None
    try:
        request = body.parse(push.Push, paper.raw, paper.encoding)
        return joint.Batch(who, request, push.understood(who, request))
    except Refusal:
        return None
