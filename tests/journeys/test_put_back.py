"""A copy that was put back, opened in the real window: central is asked while people can look."""

import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QTimer

from pos_app.config import Config
from pos_app.store.db import open_stores
from tests.integrity.put_back import OFFLINE, keep_copy, lose_black_box, put_back, sold
from tests.journeys.conftest import Shop
from tests.journeys.window import Desk

STALL_S = 1.0


@pytest.fixture
def silence() -> Iterator[socket.socket]:
    """A server that takes the call and says nothing, until it is closed."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield listening


def put_back_till(shop: Shop) -> Config:
    folder = shop.folder / "till"
    sold(shop, 1)
    copy = keep_copy(folder)
    sold(shop, 2)
    put_back(folder, copy, with_marks=False)
    lose_black_box(folder)
    return Config(folder, shop.server.address)


def put_back_folder(shop: Shop) -> Config:
    """Marks and black box included: only the mark outside the folder tells."""
    folder = shop.folder / "till"
    config = Config(folder, OFFLINE, marks_dir=shop.folder / "marks")
    copy = shutil.copytree(folder, shop.folder / "copy")
    with Desk(config) as desk:
        desk.selling()
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)
    return config


@pytest.mark.parametrize("somebody", [put_back_till, put_back_folder])
@pytest.mark.logs("the journal is behind or beside its mark")
def test_the_window_lives_while_a_silent_central_is_asked_for_the_missing_facts(
    shop: Shop, silence: socket.socket, somebody: Callable[[Shop], Config]
) -> None:
    config = replace(somebody(shop), server_url=f"http://127.0.0.1:{silence.getsockname()[1]}")
    ticks = [time.monotonic()]
    beat = QTimer()
    beat.timeout.connect(lambda: ticks.append(time.monotonic()))

    with Desk(config) as desk:
        beat.start(10)
        desk.ready()
        beat.stop()
        desk.selling()
        silence.close()

    assert max(b - a for a, b in pairwise(ticks)) < STALL_S
    with closing(open_stores(config.data_dir)) as stores:
        assert stores.identity is not None
        assert stores.identity.device.incarnation == 2
