"""The hash chain of facts: whole bytes, so nothing in a fact can change unseen (protocol.md 6)."""

import hashlib
from typing import NamedTuple

import orjson

GENESIS = bytes(32)
"""The hash before the first fact of an incarnation."""


class FactHeader(NamedTuple):
    """Everything of a fact but its payload and hash; times are milliseconds, UTC and monotonic."""

    device_id: str
    incarnation: int
    seq: int
    id: str
    type: str
    occurred_at_ms: int
    mono_ms: int
    boot_id: str
    clock_offset_ms: int
    actor: str


def fact_hash(previous: bytes, header: FactHeader, payload: bytes) -> bytes:
    """SHA-256 over previous hash, the header as a compact JSON array, a line feed, and the payload."""
    return hashlib.sha256(previous + orjson.dumps(tuple(header)) + b"\n" + payload).digest()
