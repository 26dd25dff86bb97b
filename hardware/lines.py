"""The wires to a printer: python-escpos' transports with a limit on every wait.

A line raises `NotReached` when it cannot be opened, then `TimeoutError` when the device stops
taking data and `OSError` when the connection breaks.
"""

import os
import select
import socket
import stat
import time
from contextlib import suppress
from typing import Any, Protocol

from hardware.errors import NotReached
from hardware.library import escpos
from hardware.serial_port import PORT_ERRORS, TerminalError

POLL_S = 0.02


class Line(Protocol):
    def write(self, data: bytes) -> None: ...

    def read_byte(self, wait_s: float) -> int | None:
        """The next byte the device says, None when it says nothing in time."""

    def finish(self) -> None:
        """Wait until the device has taken everything, as far as the wire can tell."""

    def discard(self) -> None:
        """Forget what the device has not taken: closing must not wait for it."""

    def close(self) -> None: ...


class NetworkLine:
    def __init__(self, host: str, port: int, connect_s: float, stall_s: float) -> None:
        self._printer: Any = escpos("printer").Network(host, port=port, timeout=stall_s)
        try:
            # opened here: the library's own open() speaks IPv4 only and leaks its socket on failure
            self._socket = socket.create_connection((host, port), connect_s)
        except OSError as error:
            raise NotReached(f"{host}:{port} {error}") from error
        self._socket.settimeout(stall_s)
        self._stall_s = stall_s
        self._printer.device = self._socket

    def write(self, data: bytes) -> None:
        self._printer._raw(data)  # noqa: SLF001 - the library's way to send ready-made bytes

    def read_byte(self, wait_s: float) -> int | None:
        self._socket.settimeout(wait_s)
        try:
            said = self._socket.recv(1)
        except TimeoutError:
            return None
        finally:
            self._socket.settimeout(self._stall_s)
        if not said:
            raise ConnectionAbortedError("the printer closed the connection")
        return said[0]

    def finish(self) -> None:
        """Say that no more comes and give the printer a moment to close or to reset the line."""
        self._socket.shutdown(socket.SHUT_WR)
        self._socket.settimeout(0.5)
        with suppress(TimeoutError):
            while self._socket.recv(64):
                pass

    def discard(self) -> None:
        """Closing a socket never waits."""

    def close(self) -> None:
        self._printer.close()


class SerialLine:
    def __init__(self, port: str, baud: int, stall_s: float) -> None:
        self._printer: Any = escpos("printer").Serial(port, baudrate=baud, timeout=stall_s)
        try:
            self._printer.open()
        except escpos("exceptions").DeviceNotFoundError as error:
            raise NotReached(str(error)) from error
        self._port: Any = self._printer.device
        self._port.write_timeout = stall_s
        self._stall_s = stall_s

    def write(self, data: bytes) -> None:
        from serial import SerialTimeoutException  # loaded with the first job

        try:
            self._printer._raw(data)  # noqa: SLF001 - the library's way to send ready-made bytes
        except SerialTimeoutException as error:
            raise TimeoutError from error
        except TerminalError as error:
            raise OSError(str(error)) from error

    def read_byte(self, wait_s: float) -> int | None:
        self._port.timeout = wait_s
        said = self._port.read(1)
        return said[0] if said else None

    def finish(self) -> None:
        waiting, since = self._port.out_waiting, time.monotonic()
        while waiting:
            time.sleep(POLL_S)
            left = self._port.out_waiting
            if left < waiting:
                waiting, since = left, time.monotonic()
            elif time.monotonic() - since > self._stall_s:
                raise TimeoutError

    def discard(self) -> None:
        with suppress(*PORT_ERRORS):
            self._port.reset_output_buffer()

    def close(self) -> None:
        with suppress(*PORT_ERRORS):
            self._port.close()  # not the library's close(): it drains the port, however long it takes
        self._printer.device = False


class FileLine:
    """A device file such as `/dev/usb/lp0`, or a plain file that collects what is printed."""

    def __init__(self, path: str, stall_s: float) -> None:
        self._printer: Any = escpos("printer").File(path, auto_flush=False)
        try:
            self._device = _DeviceFile(path, stall_s)
        except OSError as error:
            raise NotReached(f"{path} {error}") from error
        self._printer.device = self._device

    def write(self, data: bytes) -> None:
        self._printer._raw(data)  # noqa: SLF001 - the library's way to send ready-made bytes

    def read_byte(self, wait_s: float) -> int | None:
        return self._device.read_byte(wait_s)

    def finish(self) -> None:
        """The kernel's printer driver takes data only as fast as the printer does."""

    def discard(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        self._printer.close()


class _DeviceFile:
    """A file that never blocks for longer than `stall_s`: `usblp` waits for ever without paper."""

    def __init__(self, path: str, stall_s: float) -> None:
        self._two_way = stat.S_ISCHR(os.stat(path).st_mode)  # noqa: PTH116 - a device, not a document
        access = os.O_RDWR if self._two_way else os.O_WRONLY | os.O_APPEND
        self._fd = os.open(path, access | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
        self._stall_s = stall_s

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            if not select.select((), (self._fd,), (), self._stall_s)[1]:
                raise TimeoutError
            with suppress(BlockingIOError):
                left = left[os.write(self._fd, left) :]

    def flush(self) -> None:
        """Nothing is kept back."""

    def read_byte(self, wait_s: float) -> int | None:
        if not self._two_way or not select.select((self._fd,), (), (), wait_s)[0]:
            return None
        said = os.read(self._fd, 1)
        return said[0] if said else None

    def close(self) -> None:
        with suppress(OSError):  # unplugged
            os.close(self._fd)
