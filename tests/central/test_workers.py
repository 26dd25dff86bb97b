"""Two processes behind one address: a till cannot tell which of them answers."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, func, select

from sync.central import db
from sync.central.schema import sale
from sync.central.snapshots.job import classes
from sync.central.snapshots.shelf import Shelf
from tests.central.running import PATIENCE_S
from tests.central.tills import SpeakingTill, enrolled


@contextmanager
def served(database: str, folder: Path, *more: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """omnitill-central as two workers, in processes of its own."""
    port_file = folder / "port"
    words = ["serve", "--workers", "2", "--port", "0", "--database", database, *more]
    with subprocess.Popen(
        [sys.executable, "-m", "sync.central", *words, "--port-file", str(port_file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        end = time.monotonic() + PATIENCE_S
        while not port_file.exists() and time.monotonic() < end and process.poll() is None:
            time.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{port_file.read_text()}", process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE_S)


def workers(process: subprocess.Popen[str]) -> list[int]:
    """Ids of the serving processes; the tracker of multiprocessing is a child, too."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(it) for it in children if b"spawn_main" in words_of(it)]


def words_of(process_id: str) -> bytes:
    try:
        return Path(f"/proc/{process_id}/cmdline").read_bytes()
    except OSError:  # it ended meanwhile
        return b""


def alone(till: SpeakingTill, method: str, path: str, **more: Any) -> httpx.Response:
    """Over a connection of its own, so that any process may get it."""
    with httpx.Client(
        base_url=till.http.base_url, headers={"X-Proto": "1"}, timeout=PATIENCE_S
    ) as http:
        return http.request(method, path, headers=till.headers, **more)


class Ear(threading.Thread):
    """Listens to hints until it hears of a stream's position."""

    def __init__(self, till: SpeakingTill, stream: str, seq: int) -> None:
        super().__init__()
        self.till, self.awaited = till, {"stream": stream, "seq": seq}
        self.listening, self.heard = threading.Event(), threading.Event()

    def run(self) -> None:
        with (
            httpx.Client(base_url=self.till.http.base_url, headers={"X-Proto": "1"}) as http,
            http.stream(
                "GET", "/v1/notify", headers=self.till.headers, timeout=PATIENCE_S
            ) as answer,
        ):
            for text in answer.iter_lines():
                self.listening.set()
                if text.startswith("data: {") and json.loads(text[6:]) == self.awaited:
                    self.heard.set()
                    return


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="asks /proc for the processes")
def test_it_does_not_matter_which_process_answers(
    shop_database: str, engine: Engine, tmp_path: Path
) -> None:
    with (
        served(shop_database, tmp_path) as (address, process),
        enrolled(engine, address) as till,
    ):
        assert len(workers(process)) == 2
        heads = till.hello().json()["heads"]
        ears = [Ear(till, "stock:cz", heads["stock:cz"] + 1) for _ in range(8)]
        for ear in ears:
            ear.start()
        assert all(ear.listening.wait(PATIENCE_S) for ear in ears)
        till.sell()

        answers = [alone(till, "POST", "/v1/events", json=till.batch()) for _ in range(10)]

        assert {it.json()["accepted_through"] for it in answers} == {1}
        assert all(ear.heard.wait(PATIENCE_S) for ear in ears)
        for ear in ears:
            ear.join()
    with db.reading(engine) as conn:
        assert conn.execute(select(func.count()).select_from(sale)).scalar() == 1


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="asks /proc for the processes")
def test_a_process_that_dies_is_replaced_and_nobody_is_turned_away(
    shop_database: str, engine: Engine, tmp_path: Path
) -> None:
    with (
        served(shop_database, tmp_path) as (address, process),
        enrolled(engine, address) as till,
    ):
        first = workers(process)
        os.kill(first[0], signal.SIGKILL)

        end = time.monotonic() + PATIENCE_S
        while len(set(workers(process)) - set(first)) < 1 and time.monotonic() < end:
            time.sleep(0.1)

        assert {alone(till, "GET", "/v1/changes").status_code for _ in range(10)} == {200}


def test_every_process_offers_the_first_loads_of_the_folder_it_was_told(
    shop_database: str, engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "loads"
    for streams in classes(engine):
        Shelf(folder).refresh(engine, streams, worth=1)
    with (
        served(shop_database, tmp_path, "--snapshots", str(folder)) as (address, _),
        enrolled(engine, address) as till,
    ):
        offers = {till.get("/v1/snapshots/manifest").json()["name"] for _ in range(6)}

    assert offers <= {it.name.partition(".")[0] for it in folder.glob("*.sqlite.zst")}
    assert len(offers) == 1


def test_being_told_to_stop_is_not_a_crash_while_the_parent_lives_on(
    shop_database: str, tmp_path: Path
) -> None:
    words = ["serve", "--with-parent", "--workers", "2", "--port", "0", "--database"]
    port_file = tmp_path / "port"
    with subprocess.Popen(
        [sys.executable, "-m", "sync.central", *words, shop_database, "--port-file", port_file],
        stdin=subprocess.PIPE,  # stays open: the parent is there and says nothing
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        end = time.monotonic() + 60
        while not port_file.exists() and time.monotonic() < end and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)

        assert process.wait(60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_the_collector_does_not_look_through_a_serving_application_again() -> None:
    words = (
        "import gc; from sync.central.app import create_app; from sync.central.server import serve_only;"
        "app = create_app('sqlite://'); before = len(gc.get_objects());"
        "serve_only(); print(before, len(gc.get_objects()))"
    )
    said = subprocess.run([sys.executable, "-c", words], check=True, capture_output=True).stdout

    before, after = (int(it) for it in said.split())
    assert before > 50_000
    assert after < before / 50
