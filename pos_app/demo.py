"""The demo: its own central server, a shop that seeds itself, a printer and a scanner without hardware."""

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from hardware.emulators.paper import Paper
from hardware.emulators.serial_line import PtyLine
from hardware.emulators.virtual_printer import VirtualPrinter
from pos_app.central_process import CentralProcess, run_central
from pos_app.config import Config, PrinterConfig, ScannerConfig, load
from pos_app.enrolment import enrol_till, enrolled_at

STORE: Final = "014"
TILL: Final = "2"
Say = Callable[[str], None]


class Demo:
    """Everything around the till in demo mode. `prepare`, run the till with `config`, then `close`."""

    def __init__(self, root: Path, *, catalog: Path | None = None, currency: str = "CZK") -> None:
        self._root = root
        self._catalog = catalog
        self._currency = currency
        self.central = CentralProcess(root / "central")
        self.on_paper: Callable[[Paper], None] | None = None
        self.printer = VirtualPrinter(on_paper=self._came_out)
        self.scanner = PtyLine()

    @property
    def till_dir(self) -> Path:
        return self._root / "till"

    @property
    def config(self) -> Config:
        """The till's own file if there is one, with the demo's server and devices."""
        printer = PrinterConfig("receipt", "network", "127.0.0.1", port=self.printer.port)
        return replace(
            load(self.till_dir),
            server_url=self.central.url,
            printers=(printer,),
            scanners=(ScannerConfig(self.scanner.device_path),),
        )

    def prepare(self, say: Say) -> Config:
        """The first time: seed the shop and enrol the till. Later: only start the server."""
        is_new = enrolled_at(self.till_dir) is None
        if is_new:
            self._seed(say)
        say("Starting the central server")
        self.central.start()
        self.central.wait_ready()
        if is_new:
            say(f"Enrolling till {TILL} of store {STORE} with a one-time code")
            code = run_central(
                self.central.database, "enrol-code", "--store", STORE, "--till", TILL
            )
            enrol_till(self.till_dir, self.central.url, code.strip().splitlines()[-1])
        return self.config

    def _seed(self, say: Say) -> None:
        say("Seeding the demo shop")
        (self._root / "central").mkdir(parents=True, exist_ok=True)
        run_central(self.central.database, "migrate")
        run_central(self.central.database, "demo", "--currency", self._currency)
        if self._catalog is not None:
            say(f"Importing {self._catalog.name}")
            words = ("import", "catalog", str(self._catalog), "--store-currency", self._currency)
            run_central(self.central.database, *words, "--apply")

    def scan(self, code: str) -> None:
        """What the scanner sends when it reads this code."""
        self.scanner.write(code.encode("ascii") + b"\r")

    def _came_out(self, paper: Paper) -> None:
        """On the printer's thread."""
        if self.on_paper is not None and not paper.is_blank:
            self.on_paper(paper)

    def close(self) -> None:
        self.central.stop()
        self.printer.close()
        self.scanner.close()

    def __enter__(self) -> "Demo":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


def forget(root: Path) -> None:
    """Throw the demo's till and server away; the next start makes new ones."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(root)
