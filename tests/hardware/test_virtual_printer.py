"""The virtual printer outlives whatever its clients do."""

import socket

import pytest

from hardware.emulators.virtual_printer import VirtualPrinter
from hardware.printer import NetworkPrinter
from hardware.profile import EPSON_80
from hardware.render import render
from tests.hardware.conftest import papers, until
from tests.hardware.documents import a_receipt

STATUS = b"\x10\x04\x01"
CUT = b"\x1dV\x00"


def hang_up_unanswered(printer: VirtualPrinter, *words: bytes) -> None:
    """A till that loses patience: gone before the printer has read a thing."""
    printer.faults.stall = True
    with socket.create_connection((printer.host, printer.port)) as till:
        until(lambda: printer._connections)
        till.sendall(b"".join(words))
    printer.faults.stall = False


@pytest.mark.parametrize("cut_after", [None, 100])
def test_a_till_that_hangs_up_before_it_is_answered_does_not_end_the_printer(
    printer: VirtualPrinter, cut_after: int | None
) -> None:
    printer.faults.cut_after = cut_after
    # the first answer makes the till's side say that it is gone, the next ones find that out
    hang_up_unanswered(printer, STATUS * 40)
    until(lambda: not printer._connections)
    printer.faults.cut_after = None

    NetworkPrinter(printer.host, printer.port).send(render(a_receipt(), EPSON_80))

    assert len(papers(printer, 1)) == 1


def test_what_a_till_sent_before_it_hung_up_is_printed(printer: VirtualPrinter) -> None:
    hang_up_unanswered(printer, STATUS * 3, b"hello\n", CUT)

    assert papers(printer, 1)[0].lines == ["hello"]
