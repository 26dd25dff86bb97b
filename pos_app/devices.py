"""The devices of the till's file as objects of the hardware package."""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from hardware.profile import PROFILES
from hardware.scanner import ScannerState, SerialScanner
from pos_app.config import PrinterConfig, ScannerConfig

if TYPE_CHECKING:
    from hardware.printer import PrinterPort

log = logging.getLogger(__name__)


def printers(entries: Iterable[PrinterConfig]) -> "dict[str, PrinterPort]":
    """By name, in the order of the file: the first is this till's receipt printer."""
    return {entry.name: _printer(entry) for entry in entries}


def _printer(entry: PrinterConfig) -> "PrinterPort":
    """The file was checked when it was read."""
    # a till takes scans before it can print
    from hardware.printer import FilePrinter, NetworkPrinter, SerialPrinter

    profile = PROFILES[entry.profile]
    if entry.kind == "network":
        return NetworkPrinter(entry.address, entry.port, profile)
    if entry.kind == "serial":
        return SerialPrinter(entry.address, entry.baud, profile)
    return FilePrinter(entry.address, profile)


def scanners(
    entries: Iterable[ScannerConfig],
    scanned: Callable[[bytes, str], None],
    changed: Callable[[str, bool], None],
) -> list[SerialScanner]:
    """Not started yet. On the scanner's thread `scanned` gets the code and its source, `changed` the
    port and whether the scanner is there."""
    return [
        SerialScanner(
            entry.port,
            entry.baud,
            on_code=lambda code: scanned(code, "serial"),
            on_state=partial(_note_state, entry.port, changed),
        )
        for entry in entries
    ]


def _note_state(port: str, changed: Callable[[str, bool], None], state: ScannerState) -> None:
    log.info("the scanner at %s is %s", port, state)
    changed(port, state is ScannerState.CONNECTED)
