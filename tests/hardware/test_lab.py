"""Our bytes on strangers' devices: what we call printed is on their paper, too."""

import time
from collections.abc import Iterator
from functools import partial

import pytest

from hardware.document import Align, Barcode, Columns, Cut, DrawerPulse, Feed, QrCode, Text
from hardware.errors import Blocked, Interrupted
from hardware.lines import NetworkLine
from hardware.printer import CHUNK, EscposPrinter, NetworkPrinter, Patience, SerialPrinter
from hardware.profile import EPSON_80
from hardware.render import render
from hardware.scanner import ScannerState, SerialScanner
from hardware.spooler import JobState, PrintJob, Spooler
from hardware.status import Paper, PrinterStatus, Reason
from tests.hardware.documents import RECEIPT_URL, a_document, a_full_receipt, a_receipt, read_codes
from tests.hardware.heard import Heard
from tests.hardware.lab import Lab

# making the lab's environment the first time takes longer than a test may
pytestmark = [pytest.mark.lab, pytest.mark.timeout(600)]
PATIENCE = Patience(connect_s=2, answer_s=1, stall_s=2, confirm_s=4)
FAULTS = [
    ("paper-out", Reason.PAPER_OUT),
    ("cover-open", Reason.COVER_OPEN),
    ("offline", Reason.OFFLINE),
]


@pytest.fixture
def printer(lab: Lab) -> Iterator[NetworkPrinter]:
    yield NetworkPrinter("127.0.0.1", lab.printer_port, patience=PATIENCE)
    for fault, _ in [*FAULTS, ("paper-near-end", None)]:
        lab.fault("till", fault, active=False)
    lab.call("POST", "/devices/till/drawer/close")


def test_their_printer_shows_our_receipt_letter_for_letter(
    lab: Lab, printer: NetworkPrinter
) -> None:
    lines = (Columns("Žluťoučký kůň", "5,00 €"), Text("Blåbærsyltetøy"), Text("Piñata Ñ"))
    status = printer.send(render(a_document(*lines, Cut()), EPSON_80))

    shown = lab.newest("till", "text").decode().splitlines()
    assert [line.rstrip() for line in shown[:3]] == [
        "Žluťoučký kůň" + " " * 29 + "5,00 €",
        "Blåbærsyltetøy",
        "Piñata Ñ",
    ]
    assert status == PrinterStatus(Paper.OK, cover_open=False, online=True)


@pytest.mark.parametrize("code", ["014-2-000123", "4006381333931", "ab{c}"])
def test_the_barcode_read_from_their_picture_is_the_one_printed(
    lab: Lab, printer: NetworkPrinter, code: str
) -> None:
    printer.send(render(a_document(Barcode(code), Cut()), EPSON_80))

    assert read_codes(lab.newest("till", "image")) == {code}


@pytest.mark.parametrize("data", [RECEIPT_URL, "Žluťoučký kůň 5,00 €", "x" * 900])
def test_the_qr_code_read_from_their_picture_is_the_one_printed(
    lab: Lab, printer: NetworkPrinter, data: str
) -> None:
    printer.send(render(a_document(Text("above"), QrCode(data), Text("below"), Cut()), EPSON_80))

    assert read_codes(lab.newest("till", "image")) == {data}


def test_an_ean_13_by_gs_k_is_read_back(lab: Lab, printer: NetworkPrinter) -> None:
    printer.send(b"\x1b@\x1dw\x03\x1dkC\x0d4006381333931\n\x1dV\x00")

    assert read_codes(lab.newest("till", "image")) == {"4006381333931"}


def test_a_whole_receipt_has_both_codes_and_opens_the_drawer(
    lab: Lab, printer: NetworkPrinter
) -> None:
    printer.send(render(a_full_receipt(), EPSON_80))

    assert read_codes(lab.newest("till", "image")) == {RECEIPT_URL, "014-2-000123"}
    assert lab.drawer("till") == "open"


def test_drawn_lines_and_all_styles_are_understood(lab: Lab, printer: NetworkPrinter) -> None:
    styles = [Text("x", align, bold=bold, scale=2) for align in Align for bold in (True, False)]

    printer.send(render(a_document(Text("日本 čaj"), *styles, Feed(2), Cut()), EPSON_80))

    text = lab.newest("till", "text").decode()
    assert text.count("x\n") + text.count("x ") >= len(styles)
    assert "[image" in text


@pytest.mark.parametrize(("fault", "reason"), FAULTS)
def test_a_fault_of_theirs_is_recognised_and_nothing_is_sent(
    lab: Lab, printer: NetworkPrinter, fault: str, reason: Reason
) -> None:
    before = len(lab.receipts("till"))
    lab.fault("till", fault, active=True)

    with pytest.raises(Blocked) as blocked:
        printer.send(render(a_receipt(), EPSON_80))

    assert blocked.value.reason is reason
    lab.fault("till", fault, active=False)
    time.sleep(0.5)
    assert len(lab.receipts("till")) == before


def test_low_paper_is_seen_and_printing_goes_on(lab: Lab, printer: NetworkPrinter) -> None:
    lab.fault("till", "paper-near-end", active=True)

    assert printer.send(render(a_receipt(), EPSON_80)).paper is Paper.LOW


def test_their_drawer_opens_although_there_is_no_paper(lab: Lab, printer: NetworkPrinter) -> None:
    lab.fault("till", "paper-out", active=True)

    printer.kick(2)
    time.sleep(0.3)

    assert lab.drawer("till") == "open"


def test_paper_that_ends_in_the_middle_leaves_the_job_unknown(
    lab: Lab, printer: NetworkPrinter
) -> None:
    class RollEnds(NetworkLine):
        def write(self, data: bytes) -> None:
            super().write(data)
            if len(data) == CHUNK:
                lab.fault("till", "paper-out", active=True)

    connect = partial(RollEnds, "127.0.0.1", lab.printer_port, 2.0, 2.0)
    many = [Text(f"line {n}") for n in range(300)]

    with pytest.raises(Interrupted) as interrupted:
        EscposPrinter(connect, EPSON_80, PATIENCE).send(render(a_document(*many, Cut()), EPSON_80))

    assert interrupted.value.reason is Reason.PAPER_OUT


def test_a_job_waits_for_their_roll_of_paper_and_is_printed_once(
    lab: Lab, printer: NetworkPrinter
) -> None:
    heard: Heard[PrintJob] = Heard()
    before = len(lab.receipts("till"))
    lab.fault("till", "paper-out", active=True)
    spooler = Spooler({"till": printer}, heard, back_off_s=(0.2,) * 20)
    document = a_document(Text("once"), Cut(), DrawerPulse())
    spooler.submit(PrintJob("1", "Receipt", "till", document))
    heard.until(lambda jobs: any(job.reason is Reason.PAPER_OUT for job in jobs))
    lab.fault("till", "paper-out", active=False)

    heard.until(lambda jobs: jobs[-1].state is JobState.PRINTED)
    assert spooler.stop()

    assert len(lab.receipts("till")) == before + 1


def test_their_printer_on_a_serial_cable_prints_and_confirms(lab: Lab) -> None:
    cable = SerialPrinter(lab.serial("cable"), 9600, patience=PATIENCE)

    status = cable.send(render(a_full_receipt(), EPSON_80))

    assert status.online is True
    assert read_codes(lab.newest("cable", "image")) == {RECEIPT_URL, "014-2-000123"}


def test_their_serial_scanner_is_read(lab: Lab) -> None:
    codes: Heard[bytes] = Heard()
    states: Heard[ScannerState] = Heard()
    scanner = SerialScanner(lab.serial("hand"), on_code=codes, on_state=states)
    scanner.start()
    states.until(bool)
    scan = {"data": "4006381333931", "countdown_seconds": 0}
    lab.call("POST", "/devices/hand/scans", scan)

    assert codes.until(bool) == [b"4006381333931"]
    scanner.stop()
