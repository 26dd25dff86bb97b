"""One printer on a real wire: what is reported is what can be known."""

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from hardware.emulators.press import print_bytes
from hardware.emulators.serial_line import PtyLine
from hardware.emulators.virtual_printer import VirtualPrinter
from hardware.errors import Blocked, Interrupted, NotReached
from hardware.printer import EscposPrinter, FilePrinter, NetworkPrinter, Patience, SerialPrinter
from hardware.profile import EPSON_80
from hardware.render import render
from hardware.status import Paper, PrinterStatus, Reason
from tests.hardware.conftest import QUICK, papers
from tests.hardware.documents import a_full_receipt

RECEIPT = render(a_full_receipt(), EPSON_80)
FAULTS = [
    ("paper_out", Reason.PAPER_OUT),
    ("cover_open", Reason.COVER_OPEN),
    ("offline", Reason.OFFLINE),
]


def till_of(printer: VirtualPrinter) -> NetworkPrinter:
    return NetworkPrinter("127.0.0.1", printer.port, patience=QUICK)


def test_a_healthy_printer_prints_and_says_that_it_is_well(printer: VirtualPrinter) -> None:
    status = till_of(printer).send(RECEIPT)

    assert status == PrinterStatus(Paper.OK, cover_open=False, online=True)
    assert [paper.to_text() for paper in printer.papers] == [print_bytes(RECEIPT).to_text()]
    assert printer.pulses == [2]


@pytest.mark.parametrize(("fault", "reason"), FAULTS)
def test_a_printer_that_cannot_print_is_sent_nothing(
    printer: VirtualPrinter, fault: str, reason: Reason
) -> None:
    setattr(printer.faults, fault, True)

    with pytest.raises(Blocked) as blocked:
        till_of(printer).send(RECEIPT)

    assert blocked.value.reason is reason
    setattr(printer.faults, fault, False)
    time.sleep(0.1)
    assert printer.papers == []


def test_low_paper_is_reported_and_does_not_stop_printing(printer: VirtualPrinter) -> None:
    printer.faults.paper_low = True

    assert till_of(printer).send(RECEIPT).paper is Paper.LOW


def test_the_drawer_switch_is_read_where_there_is_one(printer: VirtualPrinter) -> None:
    wired = replace(EPSON_80, drawer_open_high=True)
    till = NetworkPrinter("127.0.0.1", printer.port, wired, QUICK)
    before = till.status().drawer_open
    till.kick(2)

    assert (before, till.status().drawer_open) == (False, True)


def test_the_drawer_opens_although_there_is_no_paper(printer: VirtualPrinter) -> None:
    printer.faults.paper_out = True

    till_of(printer).kick(5)

    assert printer.pulses == [5]


@pytest.mark.parametrize("nobody", ["refused", "hangs up"])
def test_a_printer_that_is_not_reached_was_sent_nothing(
    printer: VirtualPrinter, nobody: str
) -> None:
    till = till_of(printer)
    if nobody == "refused":
        printer.close()
    printer.faults.refuse = True

    with pytest.raises(NotReached):
        till.send(RECEIPT)


def test_a_connection_cut_in_the_middle_is_reported_as_such(printer: VirtualPrinter) -> None:
    printer.faults.cut_after = 600

    with pytest.raises(Interrupted) as interrupted:
        till_of(printer).send(RECEIPT)

    assert interrupted.value.reason is Reason.CUT_OFF


def test_paper_that_ends_in_the_middle_is_noticed_long_before_the_wait_is_over(
    printer: VirtualPrinter,
) -> None:
    printer.faults.paper_out_after = 600
    till = NetworkPrinter("127.0.0.1", printer.port)
    start = time.monotonic()

    with pytest.raises(Interrupted) as interrupted:
        till.send(RECEIPT)

    assert interrupted.value.reason is Reason.PAPER_OUT
    assert time.monotonic() - start < Patience().confirm_s / 2


def test_a_printer_without_any_status_is_believed_when_it_took_everything(
    printer: VirtualPrinter,
) -> None:
    printer.faults.silent = True

    assert till_of(printer).send(RECEIPT) == PrinterStatus()
    assert len(papers(printer, 1)) == 1


def test_a_printer_that_used_to_answer_and_is_silent_now_is_not_believed(
    printer: VirtualPrinter,
) -> None:
    till = till_of(printer)
    till.send(RECEIPT)
    printer.faults.silent = True

    with pytest.raises(NotReached):
        till.send(RECEIPT)


def test_a_printer_known_to_answer_that_hangs_is_sent_nothing(printer: VirtualPrinter) -> None:
    printer.faults.stall = True
    answering = replace(EPSON_80, answers=True)

    with pytest.raises(NotReached):
        NetworkPrinter("127.0.0.1", printer.port, answering, QUICK).send(RECEIPT)

    printer.faults.stall = False
    time.sleep(0.1)
    assert printer.papers == []


def test_a_printer_set_up_as_mute_is_not_asked(printer: VirtualPrinter) -> None:
    mute = replace(EPSON_80, answers=False)

    status = NetworkPrinter("127.0.0.1", printer.port, mute, QUICK).send(RECEIPT)

    assert status == PrinterStatus()
    assert len(papers(printer, 1)) == 1


def test_a_printer_without_gs_r_costs_one_long_wait_only(printer: VirtualPrinter) -> None:
    printer.faults.deaf_to_gs_r = True
    till = till_of(printer)
    took = []
    for _ in range(2):
        start = time.monotonic()
        till.send(RECEIPT)
        took.append(time.monotonic() - start)

    assert took[0] >= QUICK.confirm_s > took[1]
    assert len(papers(printer, 2)) == 2


def test_bytes_that_are_no_answer_are_not_taken_for_one(printer: VirtualPrinter) -> None:
    printer.faults.babble = b"\xff\x80hello\xfe"

    assert till_of(printer).send(RECEIPT).online is True
    assert len(papers(printer, 1)) == 1


class SlowLine:
    """A printer that prints for a while and says so only together with its next real-time answer."""

    def __init__(self) -> None:
        self._printing = False
        self._says: list[int] = []

    def write(self, data: bytes) -> None:
        if data == b"\x1dr\x01":
            self._printing = True
        elif data.startswith(b"\x10\x04"):
            self._says += [0x00, 0x12] if self._printing else [0x12]
            self._printing = False

    def read_byte(self, wait_s: float) -> int | None:
        if self._says:
            return self._says.pop(0)
        time.sleep(min(wait_s, 0.05))
        return None

    def finish(self) -> None: ...

    def discard(self) -> None: ...

    def close(self) -> None: ...


def test_the_proof_is_not_missed_when_it_comes_among_other_answers() -> None:
    till = EscposPrinter(SlowLine, EPSON_80, Patience(answer_s=0.1, confirm_s=30))

    start = time.monotonic()
    till.send(RECEIPT)

    assert time.monotonic() - start < 20


@contextmanager
def a_listener_that_never_reads() -> Iterator[int]:
    """Accepts through its backlog and takes what fits into the buffers."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_printer_that_stops_taking_data_is_given_up_in_time() -> None:
    with a_listener_that_never_reads() as port:
        till = NetworkPrinter("127.0.0.1", port, patience=QUICK)
        start = time.monotonic()
        with pytest.raises(Interrupted) as interrupted:
            till.send(RECEIPT * 2000)

    assert interrupted.value.reason is Reason.STALLED
    assert time.monotonic() - start < 20


pty = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")


@pty
def test_a_serial_printer_gets_every_byte(line: PtyLine) -> None:
    received = bytearray()

    def read() -> None:
        while not received.endswith(RECEIPT) and (piece := line.read(wait_s=60)):
            received.extend(piece)

    reader = threading.Thread(target=read)
    reader.start()
    SerialPrinter(line.device_path, patience=QUICK).send(RECEIPT)
    reader.join()

    assert bytes(received).endswith(RECEIPT)


@pty
def test_a_serial_printer_that_stops_reading_is_given_up_in_time(line: PtyLine) -> None:
    start = time.monotonic()
    with pytest.raises(Interrupted) as interrupted:
        SerialPrinter(line.device_path, patience=QUICK).send(RECEIPT * 20)

    assert interrupted.value.reason is Reason.STALLED
    assert time.monotonic() - start < 20


@pty
def test_a_serial_printer_unplugged_in_the_middle_is_reported_as_cut_off(line: PtyLine) -> None:
    def pull() -> None:
        line.read(wait_s=60)
        line.unplug()

    somebody = threading.Thread(target=pull)
    somebody.start()
    mute = replace(EPSON_80, answers=False)
    with pytest.raises(Interrupted) as interrupted:
        SerialPrinter(line.device_path, profile=mute).send(RECEIPT * 20)
    somebody.join()

    assert interrupted.value.reason is Reason.CUT_OFF


def test_a_serial_port_that_is_not_there_is_not_reached() -> None:
    with pytest.raises(NotReached):
        SerialPrinter("/dev/no-such-port", patience=QUICK).send(RECEIPT)


def test_a_device_file_gets_every_byte(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()

    FilePrinter(str(device), patience=QUICK).send(RECEIPT)

    assert device.read_bytes().endswith(RECEIPT)


def test_a_device_file_that_is_not_there_is_not_reached(tmp_path: Path) -> None:
    with pytest.raises(NotReached):
        FilePrinter(str(tmp_path / "lp0"), patience=QUICK).send(RECEIPT)


@pty
def test_a_character_device_that_stops_reading_is_given_up_in_time(line: PtyLine) -> None:
    with pytest.raises(Interrupted) as interrupted:
        FilePrinter(line.device_path, patience=QUICK).send(RECEIPT * 20)

    assert interrupted.value.reason is Reason.STALLED
