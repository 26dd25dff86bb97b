"""httpx, kept here: connections to central, deadlines, and its errors turned into ours."""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast

import httpx
import zstandard

from sync.answers import checked
from sync.errors import ServerBroken, Unreachable, Untrusted
from sync.tls_faults import tls_fault
from sync.trust import ServerTrust
from sync.wire import PROTO, SCHEMA

# httpx logs whole addresses, and with them what people scan
logging.getLogger("httpx").setLevel(logging.WARNING)

TIMEOUT = httpx.Timeout(connect=3.0, read=10.0, write=10.0, pool=5.0)
_DEADLINE_S = 60.0
"""For a whole answer: a server that drips one byte a second must not hold the exchange."""
_MAX_ANSWER = 64 * 1024 * 1024
_MAX_STREAM = 16 * 1024 * 1024
"""A hint takes a hundred bytes: one in ten seconds is two weeks, and then the stream is opened anew."""
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def http_client(
    base_url: str,
    timeout: httpx.Timeout = TIMEOUT,
    transport: httpx.BaseTransport | None = None,
    trust: ServerTrust | None = None,
) -> httpx.Client:
    """Connections to one server. Over loopback, compression costs more than it saves, and a proxy
    meant for the outside must not be asked.

    HTTP without TLS stays on this machine, unless `trust` allows it for a test.
    """
    url = httpx.URL(base_url)
    is_loopback = url.host in _LOOPBACK
    if transport is None and not is_loopback and url.scheme != "https":
        transport = None if trust and trust.allows_plain else PlainRefused()
    if transport is None and url.scheme == "https" and trust and trust.trust.pins:
        # reading certificates takes as long as painting the first window
        from sync.pinned import PinnedTransport

        transport = PinnedTransport(trust)
    return httpx.Client(
        base_url=base_url,
        timeout=timeout,
        transport=transport,
        trust_env=not is_loopback,
        # the world's certificates take 30 ms to read, and plain HTTP never asks for one
        verify=url.scheme != "http",
        headers={
            "X-Proto": str(PROTO),
            "X-Schema": str(SCHEMA),
            "Accept": "application/json",
            "Accept-Encoding": "identity" if is_loopback else "zstd",
        },
        limits=httpx.Limits(keepalive_expiry=60.0),
    )


class PlainRefused(httpx.BaseTransport):
    """In place of HTTP to another machine, where everybody in between could read and write."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002
        raise Untrusted("plain")


def exchange(
    http: httpx.Client,
    method: str,
    path: str,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
) -> bytes:
    """One request and the body of its 200; anything else is a CentralError."""
    with (
        transport_errors(),
        http.stream(method, path, content=content, headers=headers, params=params) as response,
    ):
        return checked(response.status_code, response.headers, body_of(response))


def body_of(response: httpx.Response) -> bytes:
    """The whole body within its deadline and size, unpacked."""
    end = time.monotonic() + _DEADLINE_S
    parts, size = [], 0
    for part in response.iter_raw():
        size += len(part)
        if size > _MAX_ANSWER:
            raise ServerBroken("an answer without end")
        if time.monotonic() > end:
            raise Unreachable("the answer takes too long")
        parts.append(part)
    return _unpacked(b"".join(parts), response.headers.get("content-encoding", "identity"))


def _unpacked(body: bytes, encoding: str) -> bytes:
    """Piece by piece: thirty kilobytes may hold a gigabyte, which httpx would unpack at once."""
    if encoding == "identity":
        return body
    if encoding != "zstd":
        raise ServerBroken("an encoding nobody asked for")
    parts, size = [], 0
    try:
        with zstandard.ZstdDecompressor().stream_reader(body) as reader:
            while part := reader.read(1 << 20):
                size += len(part)
                if size > _MAX_ANSWER:
                    raise ServerBroken("an answer that unpacks without end")
                parts.append(part)
    except zstandard.ZstdError as error:
        raise ServerBroken("not zstd") from error
    return b"".join(parts)


class Capped(httpx.SyncByteStream):
    """A stream that may last for ever but not bring any amount of bytes, nor packed ones."""

    def __init__(self, response: httpx.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ServerBroken("a packed stream")
        self._inner = cast(httpx.SyncByteStream, response.stream)

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._inner:
            size += len(part)
            if size > _MAX_STREAM:
                raise ServerBroken("a stream of far too much")
            yield part

    def close(self) -> None:
        self._inner.close()


@contextmanager
def transport_errors() -> Iterator[None]:
    """What httpx raises, by what it means: no answer, or no answer of ours."""
    try:
        yield
    except httpx.TransportError as error:
        reason = tls_fault(error)
        if reason:
            raise Untrusted(reason) from error
        raise Unreachable(type(error).__name__) from error
    except (httpx.DecodingError, httpx.StreamError) as error:
        raise ServerBroken(type(error).__name__) from error
