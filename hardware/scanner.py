"""A scanner on a serial port: bytes to whole codes, connected again when it was unplugged."""

import logging
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from hardware.serial_port import PORT_ERRORS

log = logging.getLogger(__name__)

MAX_LENGTH = 4096
READ_S = 0.05
AGAIN_S = 1.0


class ScannerState(StrEnum):
    CONNECTED = "connected"
    MISSING = "missing"


class Framer:
    """Cuts a stream of bytes into codes, at CR or LF or, from a scanner that sends neither, at a pause.

    A code longer than `max_length` comes out one byte longer than that, so that the reader sees that
    it is too long; the rest of it is dropped.
    """

    def __init__(self, pause_s: float = 0.1, max_length: int = MAX_LENGTH) -> None:
        self._pause_s = pause_s
        self._max_length = max_length
        self._code = bytearray()
        self._last_s = 0.0
        self._ends_codes = False  # a terminator was seen: a pause is then only a slow scanner

    def feed(self, data: bytes, now_s: float) -> list[bytes]:
        codes = []
        self._last_s = now_s
        for byte in data:
            if byte in b"\r\n":
                self._ends_codes = True
                codes += self._take()
            elif len(self._code) <= self._max_length:
                self._code.append(byte)
        return codes

    def idle(self, now_s: float) -> list[bytes]:
        """The code that a pause has ended, if any."""
        pause_s = self._pause_s * (10 if self._ends_codes else 1)
        return self._take() if now_s - self._last_s >= pause_s else []

    def _take(self) -> list[bytes]:
        code, self._code = bytes(self._code), bytearray()
        return [code] if code else []


class SerialScanner:
    """Callbacks come from the reader's thread, after `start`; none after `stop` has returned.

    `port` is a device (`/dev/ttyACM0`, `COM5`) or a serial device server (`socket://host:port`).
    """

    def __init__(
        self,
        port: str,
        baud: int = 9600,
        *,
        on_code: Callable[[bytes], None],
        on_state: Callable[[ScannerState], None],
    ) -> None:
        self._port = port
        self._baud = baud
        self._on_code = on_code
        self._on_state = on_state
        self._state: ScannerState | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"scanner {port}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        import serial

        while not self._stopping.is_set():
            try:
                with serial.serial_for_url(self._port, self._baud, timeout=READ_S) as line:
                    self._tell(ScannerState.CONNECTED)
                    self._read(line)
            except PORT_ERRORS as error:  # unplugged, no rights, no such speed
                log.debug("scanner %s: %s", self._port, error)
                self._tell(ScannerState.MISSING)
            except Exception:  # top of the thread: a listener's bug must not end scanning
                log.exception("scanner %s", self._port)
            self._stopping.wait(AGAIN_S)

    def _read(self, line: Any) -> None:
        framer = Framer()
        while not self._stopping.is_set():
            data = line.read(line.in_waiting or 1)
            now_s = time.monotonic()
            for code in framer.feed(data, now_s) if data else framer.idle(now_s):
                self._on_code(code)

    def _tell(self, state: ScannerState) -> None:
        if state is not self._state:
            self._state = state
            self._on_state(state)
