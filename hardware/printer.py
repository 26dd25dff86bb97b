"""One receipt printer: ask how it is, send it a job, know what became of it.

How a job is confirmed. Before the data the printer is asked for its real-time status (DLE EOT). One
that answers and cannot print gets nothing. After the data it is asked `GS r`, which it answers only
when it has worked through everything before: that answer is the proof that the job is printed. A
printer that answers DLE EOT but has never answered `GS r` is believed when it still says that it is
well. One that has never said anything at all counts as having printed what the wire took cleanly.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from hardware.errors import Blocked, Interrupted, NotReached
from hardware.lines import FileLine, Line, NetworkLine, SerialLine
from hardware.profile import EPSON_80, PrinterProfile
from hardware.status import Paper, PrinterStatus, Reason

CHUNK = 1024
GS_R_PAPER = b"\x1dr\x01"
GS_R_ANSWERS = (0x00, 0x03, 0x0C, 0x0F)  # bits 0 and 1: low, bits 2 and 3: out


class PrinterPort(Protocol):
    """Used by one thread at a time, the spooler's."""

    @property
    def profile(self) -> PrinterProfile: ...

    def status(self) -> PrinterStatus:
        """Raises `NotReached`."""

    def send(self, data: bytes) -> PrinterStatus:
        """Print; returns when it is printed. Raises `NotReached`, `Blocked` or `Interrupted`."""

    def kick(self, pin: int) -> None:
        """Open the drawer even when the printer cannot print. Raises `NotReached`."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a connection, an answer, the next piece taken, the end of printing."""

    connect_s: float = 3.0
    answer_s: float = 0.7
    stall_s: float = 5.0
    confirm_s: float = 10.0


class EscposPrinter:
    def __init__(
        self, connect: Callable[[], Line], profile: PrinterProfile, patience: Patience
    ) -> None:
        self._connect = connect
        self._profile = profile
        self._patience = patience
        self._talks = profile.answers is True  # it has answered DLE EOT, or should
        self._proof: int | None = None  # its answer to GS r, for the job being sent
        self._confirms: bool | None = None  # it answers GS r; None until it was asked

    @property
    def profile(self) -> PrinterProfile:
        return self._profile

    def status(self) -> PrinterStatus:
        with self._line() as line:
            return self._ask_status(line)

    def send(self, data: bytes) -> PrinterStatus:
        with self._line() as line:
            status = self._ask_status(line)
            _check_ready(status)
            try:
                for start in range(0, len(data), CHUNK):
                    line.write(data[start : start + CHUNK])
                self._confirm(line, talks=status.answered)
            except TimeoutError as error:
                raise Interrupted(Reason.STALLED) from error
            except OSError as error:
                raise Interrupted(Reason.CUT_OFF, str(error)) from error
        return status

    def kick(self, pin: int) -> None:
        with self._line() as line:
            try:
                line.write(bytes((0x10, 0x14, 1, 0 if pin == 2 else 1, 2)))
                line.finish()
            except OSError as error:
                raise NotReached(str(error)) from error

    @contextmanager
    def _line(self) -> Iterator[Line]:
        line = self._connect()
        try:
            yield line
        except BaseException:
            line.discard()
            raise
        finally:
            line.close()

    def _ask_status(self, line: Line) -> PrinterStatus:
        try:
            status = self._read_status(line)
        except OSError as error:
            raise NotReached(str(error)) from error
        if not status.answered:
            line.discard()  # a dead serial port would keep the questions until it is closed
        if self._talks and not status.answered:
            raise NotReached("it should answer and does not")
        self._talks = status.answered
        return status

    def _read_status(self, line: Line) -> PrinterStatus:
        asked = self._profile.answers is not False
        printer = self._ask(line, 1) if asked else None
        if printer is None:
            return PrinterStatus()
        status = PrinterStatus(online=not printer & 0x08, drawer_open=self._drawer(printer))
        cause, roll = self._ask(line, 2), self._ask(line, 4)
        if cause is not None:
            status = replace(status, cover_open=bool(cause & 0x04))
        return status if roll is None else replace(status, paper=_paper(roll))

    def _drawer(self, printer: int) -> bool | None:
        high = self._profile.drawer_open_high
        return None if high is None else bool(printer & 0x04) == high

    def _ask(self, line: Line, what: int) -> int | None:
        """One DLE EOT question; whatever comes that cannot be its answer is skipped."""
        line.write(bytes((0x10, 0x04, what)))
        deadline = time.monotonic() + self._patience.answer_s
        while (left := deadline - time.monotonic()) > 0:
            said = line.read_byte(left)
            if said is not None and said & 0x93 == 0x12:
                return said
            self._note_proof(said)
        return None

    def _confirm(self, line: Line, *, talks: bool) -> None:
        if talks:
            self._wait_for_proof(line)
        else:
            line.finish()

    def _wait_for_proof(self, line: Line) -> None:
        self._proof = None
        line.write(GS_R_PAPER)
        deadline = time.monotonic() + self._end_of_printing_s()
        while self._proof is None and (left := deadline - time.monotonic()) > 0:
            said = line.read_byte(min(left, 1.0))
            self._note_proof(said)
            if said is None:
                _check_going_on(self._read_status(line))
        if self._proof is None:
            self._believe_or_not(line)
        else:
            self._confirms = True
            _check_end(self._proof)

    def _note_proof(self, said: int | None) -> None:
        """The answer to GS r may come while a real-time answer is awaited."""
        if said in GS_R_ANSWERS:
            self._proof = said

    def _end_of_printing_s(self) -> float:
        return self._patience.answer_s if self._confirms is False else self._patience.confirm_s

    def _believe_or_not(self, line: Line) -> None:
        """No answer to GS r: a printer without that command, or one that hangs?"""
        status = self._read_status(line)
        _check_going_on(status)
        if self._confirms or not status.answered:
            raise Interrupted(Reason.UNCONFIRMED)
        self._confirms = False


class NetworkPrinter(EscposPrinter):
    def __init__(
        self,
        host: str,
        port: int = 9100,
        profile: PrinterProfile = EPSON_80,
        patience: Patience | None = None,
    ) -> None:
        wait = patience or Patience()
        connect = partial(NetworkLine, host, port, wait.connect_s, wait.stall_s)
        super().__init__(connect, profile, wait)


class SerialPrinter(EscposPrinter):
    def __init__(
        self,
        port: str,
        baud: int = 9600,
        profile: PrinterProfile = EPSON_80,
        patience: Patience | None = None,
    ) -> None:
        wait = patience or Patience()
        super().__init__(partial(SerialLine, port, baud, wait.stall_s), profile, wait)


class FilePrinter(EscposPrinter):
    """A USB printer through its device file, `/dev/usb/lp0`."""

    def __init__(
        self, path: str, profile: PrinterProfile = EPSON_80, patience: Patience | None = None
    ) -> None:
        wait = patience or Patience()
        super().__init__(partial(FileLine, path, wait.stall_s), profile, wait)


def _paper(roll: int) -> Paper:
    if roll & 0x60 == 0x60:
        return Paper.OUT
    return Paper.LOW if roll & 0x0C == 0x0C else Paper.OK


def _trouble(status: PrinterStatus) -> Reason:
    if status.paper is Paper.OUT:
        return Reason.PAPER_OUT
    if status.cover_open:
        return Reason.COVER_OPEN
    return Reason.OFFLINE if status.online is False else Reason.NONE


def _check_ready(status: PrinterStatus) -> None:
    if reason := _trouble(status):
        raise Blocked(reason, status)


def _check_going_on(status: PrinterStatus) -> None:
    if reason := _trouble(status):
        raise Interrupted(reason)


def _check_end(said: int) -> None:
    """The roll ended, perhaps in the last lines."""
    if said & 0x0C == 0x0C:
        raise Interrupted(Reason.PAPER_OUT)
