"""Serving the application with uvicorn: one ready line, a port file, a stop that does not wait."""

import asyncio
import contextlib
import gc
import os
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

import uvicorn
from fastapi import FastAPI

_SWITCH_S = 0.0005
"""A thread that waits for the database gets Python's lock back after so long, not after 5 ms, while the
event loop is busy: at 5 ms, thirty answers of the database cost a tenth of a second under load."""
_YOUNG = 10_000
"""So many new objects between two searches for cycles that nobody needs. At Python's 700, and with all
of the application looked through now and then, that was a twelfth of a push, and every few seconds
nobody was answered for a tenth of one."""
_LATE_S = 0.05


def serve_only() -> None:
    """For a process that does nothing else, when its application is made: that stays to the end."""
    sys.setswitchinterval(_SWITCH_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)


class CentralServer(uvicorn.Server):
    """Says where it listens once it does, and ends open hint streams when told to stop."""

    def __init__(
        self,
        app: FastAPI,
        host: str,
        port: int,
        port_file: Path | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,  # addresses carry codes that people scan
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=5,
            ssl_context_factory=(lambda _config, _default: tls) if tls else None,
        )
        super().__init__(config)
        self._app = app
        self._port_file = port_file

    def end_with(self, pipe: IO[bytes]) -> None:
        """Stop when the other end of this pipe is gone."""

        def stop() -> None:
            self.should_exit = True

        when_closed(pipe, stop)

    @property
    def port(self) -> int:
        """The port in use, also where 0 was asked for."""
        port: int = self.servers[0].sockets[0].getsockname()[1]
        return port

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._say_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.central.hub.close()
        ending = asyncio.create_task(self._end_late_comers())
        await super().shutdown(sockets)
        ending.cancel()

    async def _end_late_comers(self) -> None:
        """Who was being accepted in the moment of the stop is not among those uvicorn ends, and an
        idle one would hold it up until it gives up."""
        while True:
            await asyncio.sleep(_LATE_S)
            for connection in list(self.server_state.connections):
                if not connection.transport.is_closing():
                    connection.shutdown()

    def _say_ready(self) -> None:
        say_ready(self.address, self._port_file)

    @property
    def address(self) -> str:
        return address_of(self.config.host, self.port, is_tls=self.config.is_ssl)


def when_closed(pipe: IO[bytes], act: Callable[[], object]) -> None:
    """Act once the other end of this pipe is gone, however its process ended; it says nothing before.

    Read past the pipe's buffer: Python aborts at its own end while a thread holds that one's lock.
    """

    def wait() -> None:
        while os.read(pipe.fileno(), 1024):
            pass
        act()

    threading.Thread(target=wait, name="parent", daemon=True).start()


def say_ready(address: str, port_file: Path | None) -> None:
    """One line for whoever reads, and a file for whoever waits."""
    if port_file:
        fresh = port_file.with_name(port_file.name + ".new")
        fresh.write_text(address.rpartition(":")[2], encoding="ascii")
        fresh.replace(port_file)
    with contextlib.suppress(OSError):  # nobody need be reading
        sys.stdout.write(f"omnitill-central ready on {address}\n")
        sys.stdout.flush()


def address_of(host: str, port: int, *, is_tls: bool) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{'https' if is_tls else 'http'}://{name}:{port}"
