"""Request bodies: capped before and after decompression and in depth, JSON of the right shape or a
refusal."""

from typing import TypeVar

import zstandard
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from sync.central.errors import Refusal, unfit

MAX_BODY = 64 * 1024
"""For everything but a push."""
MAX_PUSH_BODY = 16 * 1024 * 1024
"""One oversized fact must still arrive to be quarantined, so this is far above MAX_PUSH_BYTES."""
_MAX_UNPACKED = 32 * 1024 * 1024

M = TypeVar("M", bound=BaseModel)


async def read(request: Request, limit: int = MAX_BODY) -> bytes:
    """The body as it came, never more than `limit` bytes of it in memory."""
    stated = request.headers.get("content-length", "0")
    if stated.isdigit() and int(stated) > limit:
        raise _too_large(limit)
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
    return b"".join(parts)


def parse(model: type[M], body: bytes, encoding: str = "") -> M:
    """The message in a body, unpacked if it is zstd."""
    if encoding not in ("", "identity", "zstd"):
        raise Refusal(415, "encoding", "bodies are plain or zstd")
    try:
        return model.model_validate_json(_unpacked(body) if encoding == "zstd" else body)
    except ValidationError as error:
        raise unfit(error) from None


def _unpacked(body: bytes) -> bytes:
    """Unpacked piece by piece: the size a frame states about itself proves nothing."""
    parts, size = [], 0
    try:
        with zstandard.ZstdDecompressor().stream_reader(body) as reader:
            while part := reader.read(1 << 20):
                size += len(part)
                if size > _MAX_UNPACKED:
                    raise _too_large(_MAX_UNPACKED)
                parts.append(part)
    except zstandard.ZstdError:
        raise Refusal(400, "bad_zstd", "the body is not zstd") from None
    return b"".join(parts)


def _too_large(limit: int) -> Refusal:
    return Refusal(413, "too_large", f"at most {limit} bytes")
