"""A till's connection to central: HTTP/1.1 kept alive over one socket, and no more than that.

A thousand of these share two cores with the server they are measuring; a whole HTTP client would be
most of the load.
"""

import asyncio
from contextlib import suppress
from http import HTTPStatus

PATIENCE_S = 30.0
_LENGTH = b"content-length:"


class LineBroken(Exception):
    """No whole answer came: whether central has taken the request is unknown."""


class Line:
    """One request at a time; opened when it is first needed, and again after it broke."""

    def __init__(self, host: str, port: int) -> None:
        self._at = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: bytes, token: str = "") -> tuple[int, bytes]:
        """Status and body of the answer, or LineBroken."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                reader, writer = await self._open()
                writer.write(self._request(path, body, token))
                return await _answer(reader)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
            self.close()
            raise LineBroken(type(error).__name__) from error

    async def lose(self, path: str, body: bytes, token: str, share: float) -> None:
        """Hang up after this share of the request; after all of it only the answer is lost."""
        request = self._request(path, body, token)
        with suppress(OSError):
            _, writer = await self._open()
            writer.write(request[: int(len(request) * share)])
            await writer.drain()
        self.close()

    def close(self) -> None:
        if self._writer:
            self._writer.close()
        self._reader = self._writer = None

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(*self._at)
        return self._reader, self._writer

    def _request(self, path: str, body: bytes, token: str) -> bytes:
        return (
            f"POST {path} HTTP/1.1\r\nHost: {self._at[0]}:{self._at[1]}\r\nX-Proto: 1\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = HTTPStatus(int(head[9:12]))
    at = head.index(_LENGTH) + len(_LENGTH)
    length = int(head[at : head.index(b"\r\n", at)])
    return status, await reader.readexactly(length)
