"""The high-water mark: how far the journal has got, kept in a small file that is not the journal.

Two slots of one block each are written in turn and flushed, so a power cut spoils at most the new
one. What a file that was put back lacks shows against it (protocol.md 5).
"""

import hashlib
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

_SLOT = 512
_NAME = "till.mark"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mark:
    """The journal's end, and what may have been on the wire; `hash` is hex."""

    device_id: str
    incarnation: int
    seq: int
    in_flight_through: int
    hash: str

    @property
    def height(self) -> tuple[int, int, int]:
        """Of two marks of one till the higher one is the newer."""
        return self.incarnation, self.seq, self.in_flight_through


class MarkFile:
    """One place of the mark. OSError when the place cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._count: int | None = None

    def read(self) -> Mark | None:
        """The newest whole mark; None where there is none."""
        found = self._slots()
        return found[max(found)] if found else None

    def write(self, mark: Mark) -> None:
        """On the disk when it returns."""
        if self._count is None:
            self._count = max(self._slots(), default=0)
        if not self._path.exists():
            self._create()
        self._count += 1
        handle = os.open(self._path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            os.lseek(handle, self._count % 2 * _SLOT, os.SEEK_SET)
            os.write(handle, _packed(self._count, mark))
            getattr(os, "fdatasync", os.fsync)(handle)
        finally:
            os.close(handle)

    def _create(self) -> None:
        """Whole or not at all: later writes only change bytes that are there."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(_NAME + ".new")
        with fresh.open("wb") as file:
            file.write(b" " * (2 * _SLOT))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        flush_folder(self._path.parent)

    def _slots(self) -> dict[int, Mark]:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        read = (_unpacked(content[at : at + _SLOT]) for at in (0, _SLOT))
        return dict(slot for slot in read if slot)


class Marks:
    """The mark in every place it is kept. One place that fails is logged; all failing is an OSError."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._files = [MarkFile(folder) for folder in dict.fromkeys(folders)]

    def read(self) -> Mark | None:
        """The highest that can be read."""
        found = []
        for file in self._files:
            with suppress(OSError):
                found.append(file.read())
        return max((it for it in found if it), key=lambda mark: mark.height, default=None)

    def write(self, mark: Mark) -> None:
        failed: OSError | None = None
        written = 0
        for file in self._files:
            try:
                file.write(mark)
                written += 1
            except OSError as error:
                log.info("a mark was not written: %s", error)
                failed = error
        if not written and failed:
            raise failed


def flush_folder(folder: Path) -> None:
    """A new name in it survives a power cut; where folders cannot be flushed the system does it."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _packed(count: int, mark: Mark) -> bytes:
    body = orjson.dumps({"count": count, **asdict(mark)})
    return (_check(body) + b" " + body + b"\n").ljust(_SLOT)


def _unpacked(slot: bytes) -> tuple[int, Mark] | None:
    check, _, body = slot.rstrip().partition(b" ")
    if not body or check != _check(body):
        return None
    values = orjson.loads(body)
    return values.pop("count"), Mark(**values)


def _check(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest()[:16].encode()
