"""The devices of the till's file as objects of the hardware package."""

import logging
from collections.abc import Callable, Iterable

from hardware.printer import FilePrinter, NetworkPrinter, PrinterPort, SerialPrinter
from hardware.profile import PROFILES
from hardware.scanner import ScannerState, SerialScanner
from pos_app.config import PrinterConfig, ScannerConfig

log = logging.getLogger(__name__)


def printers(entries: Iterable[PrinterConfig]) -> dict[str, PrinterPort]:
    """By name, in the order of the file: the first is this till's receipt printer."""
    return {entry.name: _printer(entry) for entry in entries}


def _printer(entry: PrinterConfig) -> PrinterPort:
    """The file was checked when it was read."""
    profile = PROFILES[entry.profile]
    if entry.kind == "network":
        return NetworkPrinter(entry.address, entry.port, profile)
    if entry.kind == "serial":
        return SerialPrinter(entry.address, entry.baud, profile)
    return FilePrinter(entry.address, profile)


def scanners(
    entries: Iterable[ScannerConfig], scanned: Callable[[bytes, str], None]
) -> list[SerialScanner]:
    """Not started yet; `scanned` gets the code and its source on the scanner's thread."""
    return [
        SerialScanner(
            entry.port,
            entry.baud,
            on_code=lambda code: scanned(code, "serial"),
            on_state=_note_state,
        )
        for entry in entries
    ]


def _note_state(state: ScannerState) -> None:
    log.info("the serial scanner is %s", state)
