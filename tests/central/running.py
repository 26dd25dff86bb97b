"""The real server, by uvicorn on a free port of loopback, in a thread of the test."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.types import Receive, Scope, Send

from sync.central.app import create_app
from sync.central.server import CentralServer

PATIENCE_S = 60.0
"""Long after anything has gone wrong: a busy machine is slow."""


@contextmanager
def running(engine: Engine, port: int = 0, heartbeat_s: float = 15.0) -> Iterator[str]:
    """Serve this database as omnitill-central does; gives the address."""
    server = CentralServer(create_app(engine, heartbeat_s), "127.0.0.1", port)
    with in_a_thread(server):
        yield server.address


@contextmanager
def in_a_thread(server: uvicorn.Server) -> Iterator[None]:
    thread = threading.Thread(target=server.run, name="central")
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


class House:
    """One listening server for a whole session; each test moves its own application in.

    Stopping uvicorn takes longer than most tests do.
    """

    def __init__(self) -> None:
        self._app: FastAPI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.server = uvicorn.Server(
            uvicorn.Config(self, port=0, log_level="warning", access_log=False, lifespan="off")
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        if self._app is None:
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._app(scope, receive, send)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"

    @contextmanager
    def hosting(self, engine: Engine) -> Iterator[str]:
        app = create_app(engine)
        self._call(app.state.central.hub.start)
        self._app = app
        try:
            yield self.address
        finally:
            self._app = None
            self._call(app.state.central.hub.close)

    def _call(self, step: Callable[[], None]) -> None:
        """Run one step on the server's loop and wait for it."""

        async def run() -> None:
            step()

        asyncio.run_coroutine_threadsafe(run(), self._running_loop()).result(PATIENCE_S)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            # known from the first request on
            httpx.get(self.address, trust_env=False, timeout=PATIENCE_S)
        assert self._loop is not None
        return self._loop


@contextmanager
def running_house() -> Iterator[House]:
    house = House()
    with in_a_thread(house.server):
        yield house
