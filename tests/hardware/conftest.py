"""Devices for tests: our own virtual ones and, where it can be had, the strangers' lab."""

import time
from collections.abc import Callable, Iterator

import pytest

from hardware.emulators.paper import Paper
from hardware.emulators.serial_line import PtyLine
from hardware.emulators.virtual_printer import VirtualPrinter
from hardware.printer import Patience
from tests.hardware.lab import Lab, find, running

QUICK = Patience(connect_s=2.0, answer_s=0.5, stall_s=0.5, confirm_s=1.5)
"""Short enough for tests that wait in vain, long enough for a printer on a busy machine."""


def until(what: Callable[[], object]) -> None:
    """Wait until it is true."""
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def papers(printer: VirtualPrinter, count: int) -> list[Paper]:
    """What has come out, at least so many. A printer that says nothing may still be at it, and paper
    that nobody cut is out when the till has hung up, which is after its job is called printed."""
    until(lambda: len(printer.papers) >= count)
    return printer.papers


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    with VirtualPrinter() as virtual:
        yield virtual


@pytest.fixture
def line() -> Iterator[PtyLine]:
    with PtyLine() as cable:
        yield cable


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running(find(), tmp_path_factory.mktemp("lab")) as strangers:
        yield strangers
