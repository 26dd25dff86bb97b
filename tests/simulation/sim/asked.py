"""A request on the wire, and the one way it can end without an answer."""

from dataclasses import dataclass


class ServerCrashed(Exception):
    """The process ended; nobody gets an answer. No program under test handles it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it lies on the wire."""

    path: str
    store_id: str
    device_id: str
    content: bytes
