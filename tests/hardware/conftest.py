"""Devices for tests: our own virtual ones and, where it can be had, the strangers' lab."""

from collections.abc import Iterator

import pytest

from hardware.emulators.serial_line import PtyLine
from hardware.emulators.virtual_printer import VirtualPrinter
from hardware.printer import Patience
from tests.hardware.lab import Lab, find, running

QUICK = Patience(connect_s=0.5, answer_s=0.15, stall_s=0.3, confirm_s=0.6)


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
