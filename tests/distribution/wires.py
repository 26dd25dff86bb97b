"""Connections that break off in the middle of a download, or bring other bytes than were sent."""

from collections.abc import Iterator

import httpx

PATH = "/v1/snapshots/"


class Breaking(httpx.HTTPTransport):
    """Every download ends after so many bytes; `starts` are the ranges that were asked for."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after
        self.starts: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        if request.url.path.startswith(PATH) and "range" in request.headers:
            self.starts.append(request.headers["range"])
            response.stream = _Cut(response.stream, self.after)
        return response


class Spoiling(httpx.HTTPTransport):
    """One bit of a download arrives wrong."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        if request.url.path.startswith(PATH) and "range" in request.headers:
            response.stream = _Spoilt(response.stream)
        return response


class _Passing(httpx.SyncByteStream):
    def __init__(self, stream: object) -> None:
        assert isinstance(stream, httpx.SyncByteStream)
        self._stream = stream

    def close(self) -> None:
        self._stream.close()


class _Cut(_Passing):
    def __init__(self, stream: object, after: int) -> None:
        super().__init__(stream)
        self._left = after

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            yield piece[: self._left]
            self._left -= len(piece)
            if self._left < 0:
                raise httpx.ReadError("cut")


class _Spoilt(_Passing):
    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            yield piece[:-1] + bytes([piece[-1] ^ 1])
