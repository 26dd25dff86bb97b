"""The real server, by uvicorn on a free port of loopback, in a thread of the test."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from sync.central.app import create_app
from sync.central.server import CentralServer


@contextmanager
def running(engine: Engine, port: int = 0, heartbeat_s: float = 15.0) -> Iterator[str]:
    """Serve this database; gives the address."""
    server = CentralServer(create_app(engine, heartbeat_s), "127.0.0.1", port)
    thread = threading.Thread(target=server.run, name="central")
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.005)
    try:
        yield server.address
    finally:
        server.should_exit = True
        thread.join(15)
        assert not thread.is_alive()
