"""A server that answers what it should not, over real sockets, and a wire that loses replies."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx


class Misbehaving:
    """Answers every request with the same bytes, or not at all; counts the requests."""

    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer
        self.requests = 0
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @contextmanager
    def running(self) -> Iterator[str]:
        self._accepting.start()
        try:
            yield self.address
        finally:
            self._closing.set()
            for thread in (self._accepting, *self._threads):
                thread.join()
            self._listener.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            with suppress(TimeoutError):
                line, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(line,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, line: socket.socket) -> None:
        """One request a connection: enough to misbehave."""
        with line, suppress(OSError):
            line.settimeout(0.1)
            if not self._read(line):
                return
            self.requests += 1
            if self.answer is None:
                self._closing.wait()
            else:
                line.sendall(self.answer)

    def _read(self, line: socket.socket) -> bytes:
        """Up to the end of the headers; a body may follow and is not looked at."""
        got = b""
        end = time.monotonic() + 5
        while b"\r\n\r\n" not in got and time.monotonic() < end and not self._closing.is_set():
            with suppress(TimeoutError):
                part = line.recv(65536)
                if not part:
                    break
                got += part
        return got


def http(status: int, body: bytes, kind: str = "application/json", extra: str = "") -> bytes:
    """A whole response."""
    head = f"HTTP/1.1 {status} Whatever\r\nContent-Type: {kind}\r\n{extra}"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


class LosesReplies(httpx.BaseTransport):
    """Delivers every request, then loses the answers to some: the outcome is unknown."""

    def __init__(self, path: str, times: int) -> None:
        self._real = httpx.HTTPTransport()
        self._path = path
        self.left = times
        self.sent: list[bytes] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != self._path:
            return self._real.handle_request(request)
        self.sent.append(request.read())
        response = self._real.handle_request(request)
        if self.left > 0:
            self.left -= 1
            response.read()
            response.close()
            raise httpx.ReadTimeout("the answer was lost", request=request)
        return response

    def close(self) -> None:
        self._real.close()


def unread(ready: httpx.Response) -> httpx.Response:
    """As it would come over the wire; httpx has read a ready one already."""
    stream = httpx.ByteStream(ready.content)
    return httpx.Response(ready.status_code, headers=ready.headers, stream=stream)


class Rewrites(httpx.BaseTransport):
    """Answers some paths with a ready response instead of asking the server."""

    def __init__(self, answers: dict[str, list[httpx.Response]]) -> None:
        self._real = httpx.HTTPTransport()
        self._answers = answers

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        ready = self._answers.get(request.url.path)
        return unread(ready.pop(0)) if ready else self._real.handle_request(request)

    def close(self) -> None:
        self._real.close()
