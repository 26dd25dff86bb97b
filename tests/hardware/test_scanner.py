"""A scanner on a serial line, a real pseudo terminal."""

import sys
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import scanner as scanner_module
from hardware.emulators.serial_line import PtyLine
from hardware.scanner import Framer, ScannerState, SerialScanner
from tests.hardware.heard import Heard

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")
EAN = b"4006381333931"


@pytest.fixture
def codes() -> Heard[bytes]:
    return Heard()


@pytest.fixture
def states() -> Heard[ScannerState]:
    return Heard()


@pytest.fixture
def scanner(
    line: PtyLine,
    codes: Heard[bytes],
    states: Heard[ScannerState],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[SerialScanner]:
    monkeypatch.setattr(scanner_module, "AGAIN_S", 0.05)
    reader = SerialScanner(line.device_path, on_code=codes, on_state=states)
    reader.start()
    states.until(lambda heard: heard == [ScannerState.CONNECTED])
    yield reader
    reader.stop()


def test_a_code_arrives_whatever_ends_it(
    line: PtyLine, scanner: SerialScanner, codes: Heard[bytes]
) -> None:
    for end in (b"\r", b"\n", b"\r\n"):
        line.write(EAN + end)

    assert codes.until(lambda heard: len(heard) >= 3) == [EAN] * 3


def test_a_code_without_end_arrives_after_a_pause(
    line: PtyLine, scanner: SerialScanner, codes: Heard[bytes]
) -> None:
    line.write(EAN)

    assert codes.until(bool) == [EAN]


def test_a_4_kb_code_and_a_binary_one_arrive_whole(
    line: PtyLine, scanner: SerialScanner, codes: Heard[bytes]
) -> None:
    long, binary = b"9" * 4096, bytes(byte for byte in range(256) if byte not in b"\r\n")
    line.write(long + b"\r" + binary + b"\r")

    assert codes.until(lambda heard: len(heard) >= 2) == [long, binary]


def test_a_code_over_4_kb_arrives_once_and_says_that_it_is_too_long(
    line: PtyLine, scanner: SerialScanner, codes: Heard[bytes]
) -> None:
    line.write(b"9" * 10_000 + b"\r" + EAN + b"\r")

    assert codes.until(lambda heard: len(heard) >= 2) == [b"9" * 4097, EAN]


def test_an_unplugged_scanner_works_again_when_it_is_plugged_in(
    line: PtyLine, scanner: SerialScanner, codes: Heard[bytes], states: Heard[ScannerState]
) -> None:
    line.unplug()
    states.until(lambda heard: heard[-1] is ScannerState.MISSING)
    line.plug()
    states.until(lambda heard: heard[-1] is ScannerState.CONNECTED)
    line.write(EAN + b"\r")

    assert codes.until(bool) == [EAN]


def test_half_a_code_read_before_the_plug_was_pulled_is_forgotten(
    line: PtyLine, scanner: SerialScanner, codes: Heard[bytes], states: Heard[ScannerState]
) -> None:
    line.write(EAN + b"\r" + b"40063")
    codes.until(bool)
    line.unplug()
    line.plug()
    states.until(lambda heard: len(heard) >= 3)
    line.write(EAN + b"\r")

    assert codes.until(lambda heard: len(heard) >= 2) == [EAN, EAN]


@pytest.mark.logs("scanner")
def test_a_listener_that_fails_does_not_end_scanning(
    line: PtyLine,
    scanner: SerialScanner,
    codes: Heard[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bugs = iter([LookupError("a bug of the listener's")])

    def fail_once(code: bytes) -> None:
        codes(code)
        for bug in bugs:
            raise bug

    monkeypatch.setattr(scanner, "_on_code", fail_once)
    line.write(EAN + b"\r")
    codes.until(bool)
    while len(codes.all) < 2:
        line.write(EAN + b"\r")
        time.sleep(0.1)

    assert set(codes.all) == {EAN}


def test_a_scanner_that_is_not_there_is_reported_once_and_can_be_stopped() -> None:
    states: Heard[ScannerState] = Heard()
    reader = SerialScanner("/dev/no-such-port", on_code=print, on_state=states)

    reader.start()
    states.until(bool)
    reader.stop()

    assert states.all == [ScannerState.MISSING]


@given(
    st.lists(st.binary(min_size=1, max_size=20).map(lambda b: b.translate(None, b"\r\n"))),
    st.data(),
)
def test_codes_come_out_as_sent_in_whatever_pieces(codes: list[bytes], data: st.DataObject) -> None:
    framer, out = Framer(), []
    stream = b"".join(code + b"\r\n" for code in codes)
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        out += framer.feed(stream[:size], 0.0)
        stream = stream[size:]

    assert out == [code for code in codes if code]
