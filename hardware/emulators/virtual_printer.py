"""A receipt printer without hardware: takes ESC/POS on a TCP port, answers, fails on demand."""

import select
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from hardware.emulators.paper import Paper
from hardware.emulators.press import Press
from hardware.emulators.stream import Stream, Token

TICK_S = 0.02


@dataclass(slots=True)
class Faults:
    """Set any of them at any time. The first three hold printing back until they are cleared.

    `stall`: accepts and never reads. `silent`: prints, never answers. `deaf_to_gs_r`: answers only
    the real-time status. `babble`: sends these bytes before every answer. `cut_after`: resets the
    connection once that many bytes have come. `paper_out_after`: the roll ends
    then. `refuse`: closes every connection at once.
    """

    paper_out: bool = False
    cover_open: bool = False
    offline: bool = False
    paper_low: bool = False
    stall: bool = False
    silent: bool = False
    deaf_to_gs_r: bool = False
    babble: bytes = b""
    cut_after: int | None = None
    paper_out_after: int | None = None
    refuse: bool = False

    @property
    def blocking(self) -> bool:
        return self.paper_out or self.cover_open or self.offline


@dataclass(slots=True, eq=False)
class _Connection:
    socket: socket.socket
    press: Press
    stream: Stream = field(default_factory=Stream)
    held: list[Token] = field(default_factory=list)
    received: int = 0
    open: bool = True


class VirtualPrinter:
    """`on_paper` hears every finished piece of paper, on the printer's thread."""

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        dots: int = 576,
        on_paper: Callable[[Paper], None] | None = None,
        on_pulse: Callable[[int], None] | None = None,
    ) -> None:
        self.faults = Faults()
        self.papers: list[Paper] = []
        self.pulses: list[int] = []
        self.drawer_open = False
        self._dots = dots
        self._on_paper = on_paper
        self._on_pulse = on_pulse
        self._listener = socket.create_server((host, port))
        self.host, self.port = self._listener.getsockname()[:2]
        self._connections: list[_Connection] = []
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="virtual printer", daemon=True)
        self._thread.start()

    def __enter__(self) -> "VirtualPrinter":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        with self._listener:
            while not self._closing.is_set():
                self._turn()
        for connection in self._connections:
            connection.socket.close()

    def _turn(self) -> None:
        """Serve whoever has something, then print what a cleared fault held back."""
        reading = [] if self.faults.stall else [c.socket for c in self._connections if c.open]
        ready = select.select([self._listener, *reading], (), (), TICK_S)[0]
        if self._listener in ready:
            self._accept()
        for connection in list(self._connections):
            if connection.socket in ready:
                self._receive(connection)
            if not self.faults.blocking:
                self._print_held(connection)

    def _accept(self) -> None:
        client = self._listener.accept()[0]
        if self.faults.refuse:
            client.close()
        else:
            self._connections.append(_Connection(client, Press(self._dots)))

    def _receive(self, connection: _Connection) -> None:
        try:
            data = connection.socket.recv(4096)
        except OSError:
            data = b""
        if not data:
            self._hang_up(connection)
            return
        allowed = self.faults.cut_after
        if allowed is not None and connection.received + len(data) >= allowed:
            self._take(connection, data[: max(allowed - connection.received, 0)])
            self._reset(connection)
            return
        connection.received += len(data)
        self._take(connection, data)
        self._use_up_paper(connection)

    def _use_up_paper(self, connection: _Connection) -> None:
        lasts = self.faults.paper_out_after
        if lasts is not None and connection.received >= lasts:
            self.faults.paper_out, self.faults.paper_out_after = True, None

    def _take(self, connection: _Connection, data: bytes) -> None:
        for token in connection.stream.feed(data):
            if token.realtime:
                self._realtime(connection, token)
            else:
                connection.held.append(token)
        if not self.faults.blocking:
            self._print_held(connection)

    def _print_held(self, connection: _Connection) -> None:
        while connection.held and not self.faults.blocking:
            self._print(connection, connection.held.pop(0))
        # a turn comes here twice when the till hung up before it was answered
        if not (connection.open or connection.held) and connection in self._connections:
            self._finish(connection)
            self._connections.remove(connection)

    def _print(self, connection: _Connection, token: Token) -> None:
        connection.press.print(token)
        if token.name == "GS r" and not self.faults.deaf_to_gs_r:
            self._answer(connection, _gs_r(token.args[0], self.faults, drawer=self.drawer_open))
        elif token.name == "ESC p":
            self._pulse(connection.press.paper.pulses[-1])
        elif token.name in ("GS V", "ESC i", "ESC m"):
            self._finish(connection)

    def _realtime(self, connection: _Connection, token: Token) -> None:
        if token.name == "DLE EOT":
            answer = _dle_eot(token.args[0], self.faults, drawer=self.drawer_open)
            self._answer(connection, answer)
        elif token.name == "DLE DC4" and token.args == b"\x01":
            self._pulse(5 if token.data[0] else 2)

    def _answer(self, connection: _Connection, answer: int | None) -> None:
        if self.faults.silent or answer is None or not connection.open:
            return
        try:
            connection.socket.sendall(self.faults.babble + bytes((answer,)))
        except OSError:
            self._hang_up(connection)

    def _pulse(self, pin: int) -> None:
        self.pulses.append(pin)
        self.drawer_open = True
        if self._on_pulse:
            self._on_pulse(pin)

    def _finish(self, connection: _Connection) -> None:
        paper = connection.press.take()
        if not paper.is_blank:
            self.papers.append(paper)
            if self._on_paper:
                self._on_paper(paper)

    def _hang_up(self, connection: _Connection) -> None:
        """The till closed. What a fault holds back is printed when the fault is cleared."""
        connection.open = False
        connection.socket.close()

    def _reset(self, connection: _Connection) -> None:
        if connection.open:
            linger = struct.pack("ii", 1, 0)
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._hang_up(connection)


def _dle_eot(n: int, faults: Faults, *, drawer: bool) -> int | None:
    match n:
        case 1:
            return 0x12 | (0x04 if drawer else 0) | (0x08 if faults.blocking else 0)
        case 2:
            return 0x12 | (0x04 if faults.cover_open else 0) | (0x20 if faults.paper_out else 0)
        case 3:
            return 0x12
        case 4:
            low = faults.paper_low or faults.paper_out
            return 0x12 | (0x0C if low else 0) | (0x60 if faults.paper_out else 0)
    return None


def _gs_r(n: int, faults: Faults, *, drawer: bool) -> int | None:
    match n % 48:
        case 1:
            return (0x03 if faults.paper_low else 0) | (0x0C if faults.paper_out else 0)
        case 2:
            return 0x01 if drawer else 0
    return None
