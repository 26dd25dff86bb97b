"""Hints: "stream X is at 4711", to every till that listens. Losing one costs time, never data."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import anyio.to_thread
import orjson
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sse_starlette.event import ServerSentEvent

from sync.central import db
from sync.central.schema import stream_head

HEARTBEAT_S = 15.0
_POLL_S = 0.25
"""How often heads written by other processes are looked for, while somebody listens."""

log = logging.getLogger(__name__)


class Listener:
    """One till's hints not sent yet: the newest head of each of its streams, so it stays small."""

    def __init__(self, streams: tuple[str, ...]) -> None:
        self.streams = frozenset(streams)
        self.is_closed = False
        self._waiting: dict[str, int] = {}
        self._news = asyncio.Event()

    def offer(self, heads: dict[str, int]) -> None:
        mine = {stream: seq for stream, seq in heads.items() if stream in self.streams}
        if mine:
            self._waiting |= mine
            self._news.set()

    def close(self) -> None:
        self.is_closed = True
        self._news.set()

    async def next(self, timeout_s: float) -> dict[str, int]:
        """Heads that moved; empty after the timeout."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), timeout_s)
        self._news.clear()
        heads, self._waiting = self._waiting, {}
        return heads


class Hub:
    """All listeners of this process. Lives on the event loop; `announce` may come from any thread."""

    def __init__(self, engine: Engine, heartbeat_s: float = HEARTBEAT_S) -> None:
        self.heartbeat_s = heartbeat_s
        self._engine = engine
        self._listeners: set[Listener] = set()
        self._known: dict[str, int] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False

    def start(self) -> None:
        self._is_closed = False
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._poll())

    def close(self) -> None:
        """End every stream, also one that is just being opened, so that the server can stop."""
        self._is_closed = True
        for listener in self._listeners:
            listener.close()
        if self._task:
            self._task.cancel()

    def announce(self, heads: dict[str, int]) -> None:
        """Heads that a commit of this process has moved. Call it after the commit."""
        if heads and self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._spread, heads)

    @contextlib.contextmanager
    def listen(self, streams: tuple[str, ...]) -> Iterator[Listener]:
        listener = Listener(streams)
        if self._is_closed:
            listener.close()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def tell_all(self, listener: Listener) -> None:
        """Every head of its streams, to one that has just begun to listen."""
        heads = await anyio.to_thread.run_sync(self._read_heads)
        self._spread(heads)
        listener.offer({stream: heads.get(stream, 0) for stream in listener.streams})

    def _read_heads(self) -> dict[str, int]:
        """All heads as committed now; blocks on the database."""
        with db.reading(self._engine) as conn:
            return {row.stream: row.seq for row in conn.execute(select(stream_head))}

    def _spread(self, heads: dict[str, int]) -> None:
        news = {stream: seq for stream, seq in heads.items() if self._known.get(stream) != seq}
        self._known |= news
        for listener in self._listeners:
            listener.offer(news)

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(_POLL_S)
            if self._listeners:
                try:
                    self._spread(await anyio.to_thread.run_sync(self._read_heads))
                except SQLAlchemyError:
                    log.warning("the stream heads could not be read; trying again")


def head_event(stream: str, seq: int) -> ServerSentEvent:
    data = orjson.dumps({"stream": stream, "seq": seq}).decode()
    return ServerSentEvent(event="head", data=data)


async def hints(
    hub: Hub, listener: Listener, is_welcome: Callable[[], Awaitable[bool]]
) -> AsyncIterator[ServerSentEvent]:
    """Heads on connect, then each that moves, a heartbeat when nothing does.

    Ends when the server stops or, seen at most one heartbeat later, the till is not welcome any more.
    """
    await hub.tell_all(listener)
    checked_at = time.monotonic()
    while not listener.is_closed:
        news = await listener.next(hub.heartbeat_s)
        if time.monotonic() - checked_at >= hub.heartbeat_s:
            if not await is_welcome():
                return
            checked_at = time.monotonic()
        for stream, seq in news.items():
            yield head_event(stream, seq)
        if not news:
            yield ServerSentEvent(event="hb", data="{}")
