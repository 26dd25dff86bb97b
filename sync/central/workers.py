"""Several processes behind one address. None keeps anything the others would need to know.

Tokens and cursors are sealed with a secret in the database, nonces and codes are rows of it, and each
process looks for heads that others have moved; so it does not matter who answers a till.
"""

import multiprocessing
import signal
import socket
import sys
import threading
from collections.abc import Callable
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from types import FrameType
from typing import IO

from sync.central import authority
from sync.central.app import create_app
from sync.central.server import CentralServer, address_of, say_ready, serve_only, when_closed

_SPAWN = multiprocessing.get_context("spawn")
_START_S = 60
_STOP_S = 15
_LOOK_S = 0.5


class _Worker(CentralServer):
    """A server that tells its parent, not the world, that it is ready."""

    def __init__(
        self,
        database: str,
        host: str,
        tls_dir: Path | None,
        snapshots: Path | None,
        compacts: bool,
        ready: Event,
    ) -> None:
        shown = authority.shown(tls_dir) if tls_dir else None
        context = authority.server_context(tls_dir) if tls_dir else None
        app = create_app(database, snapshots_in=snapshots, authority=shown, compacts=compacts)
        super().__init__(app, host, 0, tls=context)
        self._ready = ready

    def _say_ready(self) -> None:
        self._ready.set()


def _work(
    database: str,
    host: str,
    tls_dir: Path | None,
    snapshots: Path | None,
    compacts: bool,
    listening: socket.socket,
    ready: Event,
) -> None:
    # the parent says when to stop; Ctrl-C reaches every process of a terminal
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker = _Worker(database, host, tls_dir, snapshots, compacts, ready)
    serve_only()
    worker.run(sockets=[listening])


class Workers:
    """Keeps `count` processes serving until told to stop; one that dies is replaced."""

    def __init__(
        self,
        database: str,
        host: str,
        port: int,
        count: int,
        port_file: Path | None = None,
        tls_dir: Path | None = None,
        snapshots: Path | None = None,
        *,
        compacts: bool = True,
    ) -> None:
        self._database, self._host, self._count = database, host, count
        self._tls_dir, self._snapshots, self._compacts = tls_dir, snapshots, compacts
        self._port_file = port_file
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listening = socket.create_server((host, port), family=family, backlog=2048)
        self._stop = threading.Event()
        self._running: list[SpawnProcess] = []

    def end_with(self, pipe: IO[bytes]) -> None:
        """Stop when the other end of this pipe is gone."""
        when_closed(pipe, self._stop.set)

    def run(self) -> int:
        """Serve; returns 1 if the first processes do not come up."""
        for kind in (signal.SIGTERM, signal.SIGINT):
            signal.signal(kind, self._on_signal)
        try:
            begun = [self._start() for _ in range(self._count)]
            if not all(self._is_up(*it) for it in begun):
                return 1
            port = self._listening.getsockname()[1]
            say_ready(address_of(self._host, port, is_tls=bool(self._tls_dir)), self._port_file)
            self._watch()
            return 0
        finally:
            self._end()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _start(self) -> tuple[SpawnProcess, Event]:
        ready = _SPAWN.Event()
        options = self._tls_dir, self._snapshots, self._compacts
        arguments = (self._database, self._host, *options, self._listening, ready)
        process = _SPAWN.Process(target=_work, args=arguments, name="central", daemon=True)
        process.start()
        self._running.append(process)
        return process, ready

    def _is_up(self, process: SpawnProcess, ready: Event) -> bool:
        for _ in range(int(_START_S / _LOOK_S)):
            if ready.wait(_LOOK_S):
                return True
            if self._stop.is_set() or not process.is_alive():
                return False
        return False

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK_S):
            for process in [it for it in self._running if not it.is_alive()]:
                sys.stderr.write(
                    f"a worker ended with {process.exitcode}; another takes its place\n"
                )
                self._running.remove(process)
                self._start()

    def _end(self) -> None:
        self._listening.close()
        self._each(SpawnProcess.terminate)
        for process in self._running:
            process.join(_STOP_S)
        self._each(SpawnProcess.kill)

    def _each(self, act: Callable[[SpawnProcess], None]) -> None:
        for process in self._running:
            if process.is_alive():
                act(process)
