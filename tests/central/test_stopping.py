"""Central stops at once, whoever is connected or just about to be."""

import asyncio
import socket
import time

import pytest
from sqlalchemy import Engine

from sync.central.app import create_app
from sync.central.server import CentralServer
from tests.central.running import in_a_thread

TURNS = range(8)
"""Of the event loop, from a connection to its being known to the server: one of these is in between."""


class Rushed(CentralServer):
    """A till connects in the moment of the stop, and stays."""

    turns = 0

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        with socket.create_connection(("127.0.0.1", self.port)):
            for _ in range(self.turns):
                await asyncio.sleep(0)
            await super().shutdown(sockets)


@pytest.mark.parametrize("turns", TURNS)
def test_a_till_that_connects_in_the_moment_of_the_stop_does_not_hold_it_up(
    engine: Engine, turns: int
) -> None:
    pytest.importorskip("uvloop", reason="asyncio's own loop leaks what it accepts while it closes")
    server = Rushed(create_app(engine), "127.0.0.1", 0)
    server.turns = turns
    server.config.timeout_graceful_shutdown = 20

    with in_a_thread(server):
        began = time.monotonic()

    assert time.monotonic() - began < 15
