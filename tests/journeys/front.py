"""What stands between a till and central: a network that loses, repeats, delays and lies on demand."""

import contextlib
import socket
import threading
from collections.abc import Callable
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import TypeAlias

CHUNK = 65536


class Errand:
    """One request of a till on its way to central; `changed` when the fault it met is over."""

    def __init__(
        self,
        front: "Front",
        changed: threading.Event,
        client: socket.socket,
        path: str,
        request: bytes,
    ) -> None:
        self.front, self.changed = front, changed
        self.client, self.path, self.request = client, path, request

    def forward(self) -> None:
        """Carry the request over, and the answer back as it comes."""
        with self.front.upstream() as central:
            central.sendall(self.request)
            while part := central.recv(CHUNK):
                self.client.sendall(part)

    def deliver(self) -> None:
        """Carry the request over; nobody hears the answer."""
        with self.front.upstream() as central:
            central.sendall(self.request)
            while central.recv(CHUNK):
                pass

    def deliver_half(self) -> None:
        """The connection breaks while the request is on its way."""
        with self.front.upstream() as central:
            central.sendall(self.request[:-20])


Fault: TypeAlias = Callable[[Errand], None]


def forward(errand: Errand) -> None:
    """No fault at all."""
    errand.forward()


def hang_up(errand: Errand) -> None:
    """The connection closes without a word."""


def lose_reply(errand: Errand) -> None:
    """Delivered, and the answer is lost."""
    errand.deliver()


def half(errand: Errand) -> None:
    """Half the request arrives, and no answer comes back."""
    errand.deliver_half()


def twice(errand: Errand) -> None:
    """The same request arrives twice."""
    errand.deliver()
    errand.forward()


def silence(errand: Errand) -> None:
    """Taken, and never answered."""
    errand.changed.wait(60)


def late(seconds: float) -> Fault:
    """Answered, but so late that a person feels it."""

    def act(errand: Errand) -> None:
        errand.changed.wait(seconds)
        errand.forward()

    return act


def answer(status: str, body: str, *headers: str, missing: int = 0) -> Fault:
    """The same answer to everything; `missing` bytes of it are promised and never come."""
    content = body.encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content) + missing}", "Connection: close"]
    head = "\r\n".join([*lines, *headers, "", ""]).encode()

    def act(errand: Errand) -> None:
        errand.client.sendall(head + content)

    return act


def only(path: str, fault: Fault, times: int = 10**6) -> Fault:
    """The fault for requests to one path, so many times; the rest gets through."""
    left = [times]

    def act(errand: Errand) -> None:
        if errand.path.startswith(path) and left[0] > 0:
            left[0] -= 1
            fault(errand)
        else:
            errand.forward()

    return act


class Front:
    """A port that tills take for central. Every request has a connection of its own."""

    def __init__(self, upstream: str) -> None:
        self._upstream = ("127.0.0.1", int(upstream.rpartition(":")[2]))
        self._sockets: set[socket.socket] = set()
        self._now: tuple[Fault, threading.Event] = (forward, threading.Event())
        self.paths: list[str] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.front = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "Front":
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self.become(hang_up)
        self._thread.join()
        self._server.server_close()

    @property
    def fault(self) -> Fault:
        return self._now[0]

    @fault.setter
    def fault(self, fault: Fault) -> None:
        """From the next request on; those under way go on."""
        self._now = (fault, self._now[1])

    def become(self, fault: Fault) -> None:
        """From now on; connections that are open break."""
        before, self._now = self._now, (fault, threading.Event())
        before[1].set()
        for sock in list(self._sockets):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def upstream(self) -> socket.socket:
        found = socket.create_connection(self._upstream, 5)
        found.settimeout(60)
        self._sockets.add(found)
        return found

    def serve(self, client: socket.socket, request: bytes) -> None:
        path = request.split(b" ", 2)[1].decode()
        self._sockets.add(client)
        fault, changed = self._now
        self.paths.append(path)
        with contextlib.suppress(OSError):
            fault(Errand(self, changed, client, path, request))


class _Handler(StreamRequestHandler):
    def handle(self) -> None:
        head, length = b"", 0
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            if name.lower() != b"connection":
                head += line
        if head and isinstance(self.server, _Server):
            body = self.rfile.read(length)
            request = head + b"Connection: close\r\n\r\n" + body
            self.server.front.serve(self.connection, request)


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False
    front: Front
