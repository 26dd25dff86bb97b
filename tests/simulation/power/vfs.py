"""A file system for SQLite that knows what is on the platter and what only somebody believes to be.

Every write goes through to the real file, so that the program runs on; beside it the durable bytes
and the writes since the last sync are kept. After each operation a power cut may be imagined: an
image of the durable bytes with none, all, some or torn pieces of the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import apsw

SECTOR = 512
TEARS = ("none", "all", "prefix", "some", "torn")


@dataclass(slots=True)
class Platter:
    """One file: its durable bytes, and writes (offset, bytes) or cuts (size, None) since then."""

    durable: bytearray
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.pending:
            _apply(self.durable, *change)
        self.pending.clear()

    def torn(self, tear: str, dice: Random) -> bytes:
        """What a restart may find."""
        found, pending = bytearray(self.durable), self.pending
        if tear == "prefix":
            pending = pending[: dice.randrange(len(pending) + 1)]
        elif tear in ("some", "torn"):
            pending = [it for it in pending if dice.random() < 0.5]
            dice.shuffle(pending)  # nothing promises an order between two syncs
        if tear == "none":
            pending = []
        for offset, data in pending:
            if tear == "torn" and data:
                _apply_sectors(found, offset, data, dice)
            else:
                _apply(found, offset, data)
        return bytes(found)


@dataclass(slots=True)
class Disk:
    """All files below one folder. `on_change` comes after every write and every sync."""

    on_change: Callable[[], None]
    platters: dict[str, Platter] = field(default_factory=dict)

    def image(self, folder: Path, tear: str, dice: Random) -> None:
        """Write what a power cut now would leave into another folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for name, platter in self.platters.items():
            (folder / Path(name).name).write_bytes(platter.torn(tear, dice))

    def at_risk(self) -> list[str]:
        """Files of which a cut now could lose anything at all."""
        return sorted(name for name, platter in self.platters.items() if platter.pending)


class PowerVfs(apsw.VFS):
    """Registered under its name for as long as it lives."""

    def __init__(self, name: str, disk: Disk) -> None:
        super().__init__(name, "")
        self._disk = disk

    def xOpen(self, name: Any, flags: list[int]) -> Any:
        return PowerFile(self._disk, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self._disk.platters.pop(filename, None)
        self._disk.on_change()


class PowerFile(apsw.VFSFile):
    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        before = Path(path).read_bytes() if path and Path(path).exists() else b""
        super().__init__("", name, flags)
        self._disk = disk
        self._platter = Platter(bytearray(before))
        if path:
            self._platter = disk.platters.setdefault(path, self._platter)

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self._platter.pending.append((offset, bytes(data)))
        self._disk.on_change()

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        self._platter.pending.append((newsize, None))
        self._disk.on_change()

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._platter.sync()
        self._disk.on_change()


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def _apply_sectors(content: bytearray, offset: int, data: bytes, dice: Random) -> None:
    """Some sectors of a write arrive, others do not."""
    for at in range(0, len(data), SECTOR):
        if dice.random() < 0.5:
            _apply(content, offset + at, data[at : at + SECTOR])
