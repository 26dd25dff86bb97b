"""The black box: every fact once more, as JSON lines on another medium, one file for each life.

The chain of the facts is the chain of the file. A line torn by a power cut is passed over, and the
fact is written again.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from pos_app.integrity.mark import Mark, flush_folder
from pos_app.store.identity import Device
from sync.ports import WireFactDict

_TAIL = 1024 * 1024
"""More than the longest fact: the last whole line is within this much of the end."""


class BlackBox:
    """Appends to the file of one life. OSError when the medium is gone."""

    def __init__(self, folder: Path, device: Device) -> None:
        self.device = device
        self.path = folder / file_name(device.device_id, device.incarnation)
        self._end: int | None = None

    @property
    def end(self) -> int:
        """The seq of the last fact in it; 0 before the first."""
        if self._end is None:
            self._end = _last_seq(self.path)
        return self._end

    def append(self, facts: Sequence[WireFactDict]) -> None:
        """On the disk when it returns. Facts come in order, from `end` + 1 on."""
        is_new = not self.path.exists()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            if is_new:
                self.path.chmod(0o600)
                file.write(orjson.dumps(heading(self.device)) + b"\n")
            elif not _ends_whole(self.path):
                file.write(b"\n")
            file.writelines(orjson.dumps(fact) + b"\n" for fact in facts)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            flush_folder(self.path.parent)
        self._end = facts[-1]["seq"] if facts else self.end


def file_name(device_id: str, incarnation: int) -> str:
    return f"blackbox-{safe_name(device_id)}-{incarnation}.ndjson"


def safe_name(device_id: str) -> str:
    """As part of a file's name; an id may be any text."""
    return "".join(letter if letter.isalnum() else "-" for letter in device_id)


def heading(device: Device) -> dict[str, Any]:
    """Who the till is; the PIN pepper stays with the key."""
    return {
        "device_id": device.device_id,
        "incarnation": device.incarnation,
        "store_id": device.store_id,
        "store_no": device.store_no,
        "store_name": device.store_name,
        "till_no": device.till_no,
        "server_url": device.server_url,
    }


def read(path: Path) -> Iterator[WireFactDict]:
    """Facts of a black box in the order they were written; torn lines and the heading left out."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            fact = _fact(line)
            if fact is not None:
                yield fact


def headings(folder: Path) -> list[dict[str, Any]]:
    """Every life that has a black box here, the oldest first."""
    found = []
    for path in folder.glob("blackbox-*.ndjson"):
        with path.open("rb") as file:
            head = _object(file.readline())
        if head is not None and "store_no" in head:
            found.append(head)
    return sorted(found, key=lambda head: int(head["incarnation"]))


def end(folder: Path, device_id: str, incarnation: int) -> Mark | None:
    """The last fact of a life, as a mark says it; None where it has no black box."""
    last = next(tail(folder / file_name(device_id, incarnation)), None)
    return Mark(device_id, incarnation, last["seq"], 0, last["hash"]) if last else None


def tail(path: Path) -> Iterator[WireFactDict]:
    """The last facts, the newest first; none when there is no file."""
    try:
        with path.open("rb") as file:
            file.seek(max(path.stat().st_size - _TAIL, 0))
            lines = file.read().split(b"\n")
    except FileNotFoundError:
        return
    yield from (fact for line in reversed(lines) if (fact := _fact(line)))


def _last_seq(path: Path) -> int:
    return next((int(fact["seq"]) for fact in tail(path)), 0)


def _ends_whole(path: Path) -> bool:
    size = path.stat().st_size
    if not size:
        return True
    with path.open("rb") as file:
        file.seek(size - 1)
        return file.read(1) == b"\n"


def _fact(line: bytes) -> WireFactDict | None:
    found = _object(line)
    return found if found is not None and {"seq", "hash", "payload"} <= found.keys() else None


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None
