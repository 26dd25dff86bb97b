"""One life of a till without a screen: it sells, prints, sends and receives, unless a point ends it.

`python -m tests.simulation.kill_points.till_life FOLDER URL PRINTER LIFE [--point NAME --nth N]`
"""

import argparse
import os
import queue
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

from hardware.printer import NetworkPrinter
from hardware.spooler import JobState, PrintJob, Spooler
from pos_app.exchange import Exchange
from pos_app.opening import settle_journal
from pos_app.services.printing import Printing
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores, open_stores
from pos_app.store.journal import Journal
from pos_app.store.prints import PrintJobs
from pos_app.store.sales import Sales
from sync.ports import SyncState
from tests.simulation.kill_points.points import arm, named
from tests.simulation.selling import Seller, new_id, now
from tests.simulation.shift_log import ShiftLog
from tests.simulation.wires.storm import hurried

SALES = 6
PATIENCE_S = 25.0
_MOMENT_S = 0.5


def main(words: Sequence[str]) -> int:
    """0 when everything is sent, received and printed; 1 when it would not be."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("url")
    parser.add_argument("printer", type=int, help="the port it listens on")
    parser.add_argument("life", type=int)
    parser.add_argument("--point", default="")
    parser.add_argument("--nth", type=int, default=1)
    asked = parser.parse_args(words)
    if asked.point:
        arm(named(asked.point), asked.nth)
    stores = open_stores(asked.folder / "till")
    settle_journal(stores, asked.folder / "till", now(), asked.url)
    log = ShiftLog(asked.folder / "told.jsonl", asked.life)
    with hurried():
        return Life(stores, asked.folder / "till", asked.url, asked.printer, log).spend()


class Life:
    """The parts of a till plugged together as the application does it."""

    def __init__(self, stores: Stores, folder: Path, url: str, port: int, log: ShiftLog) -> None:
        self._stores, self._log = stores, log
        self._is_pulled = False
        self._exchange = Exchange(stores, folder, url, self._state, lambda _entities: None)
        self._heard: queue.SimpleQueue[PrintJob] = queue.SimpleQueue()
        self._spooler = Spooler({"front": NetworkPrinter("127.0.0.1", port)}, self._heard.put)
        self._printing = Printing(
            self._spooler,
            PrintJobs(stores),
            Sales(stores),
            printer="front",
            till_name="2",
            settings=Catalog(stores).settings,
            now=now,
            new_id=new_id,
        )

    def spend(self) -> int:
        """Sell, then wait until nothing waits."""
        for row in self._printing.after_restart():
            self._printing.give_up(row)  # nobody knows whether the customer has it
        seller = Seller(self._stores, Random(os.getpid()))
        self._exchange.start()
        for _ in range(SALES):
            sale = seller.sell()
            self._log.write("told", sale=sale.sale_id, receipt=sale.receipt_no, total=sale.total)
            self._printing.print_receipt(sale)
            self._exchange.wake()
            self._wait_until_sent()
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            self._hear(0.05)
            if self._is_pulled and not Journal(self._stores).unsent()[0] and self._is_printed():
                return 0
        return 1

    def _wait_until_sent(self) -> None:
        """A moment, so that a life has several pushes."""
        end = time.monotonic() + _MOMENT_S
        self._hear(0.05)
        while time.monotonic() < end and Journal(self._stores).unsent()[0]:
            self._hear(0.02)

    def _is_printed(self) -> bool:
        waiting = (JobState.QUEUED, JobState.SENDING)
        return not any(it.state in waiting for it in self._spooler.jobs())

    def _hear(self, wait_s: float) -> None:
        with suppress(queue.Empty):
            self._printing.job_changed(self._heard.get(timeout=wait_s))
            while True:
                self._printing.job_changed(self._heard.get_nowait())

    def _state(self, state: SyncState) -> None:
        if state.pulled_at_ms is not None and state.filling is None:
            self._is_pulled = True


if __name__ == "__main__":
    # no tidy exit: what is not on the disk by now must not matter
    os._exit(main(sys.argv[1:]))
