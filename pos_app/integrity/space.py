"""Room on the disk: warned about in time, kept in reserve, and no sale begun that could not end."""

import logging
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

Room: TypeAlias = Literal["enough", "low", "none"]

MB = 1024 * 1024
LOW = 1024 * MB
NONE = 200 * MB
BALLAST = 128 * MB
_LOOK_S = 10.0

log = logging.getLogger(__name__)


class Ballast:
    """A file that is only there to be deleted: what it frees ends the sale and the day."""

    def __init__(self, folder: Path, size: int = BALLAST) -> None:
        self._path, self._size = folder / "ballast", size

    def take(self) -> None:
        """Really allocated, where the system can; a file of holes would free nothing."""
        if self._path.exists():
            return
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, self._size)
            else:
                file.writelines(bytes(MB) for _ in range(self._size // MB))
        fresh.replace(self._path)

    def drop(self) -> None:
        self._path.unlink(missing_ok=True)


class DiskWatch:
    """Looks every few seconds; `on_room` is told of each change, on the watching thread."""

    def __init__(
        self,
        folder: Path,
        on_room: Callable[[Room], None],
        ballast: Ballast | None = None,
        free: Callable[[], int] | None = None,
        look_s: float = _LOOK_S,
    ) -> None:
        self._on_room, self._look_s = on_room, look_s
        self._ballast = ballast or Ballast(folder)
        self._free = free or (lambda: shutil.disk_usage(folder).free)
        self._room: Room = "enough"
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="disk-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def look(self) -> Room:
        """Once, now; the ballast is taken when there is plenty and dropped when there is none."""
        free = self._free()
        if free >= LOW + BALLAST:
            self._ballast.take()
        room = _room(free, self._room)
        if room == "none":
            self._ballast.drop()
        if room != self._room:
            log.info("room on the disk: %s, %s MB", room, free // MB)
            self._room = room
            self._on_room(room)
        return room

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except OSError as error:
                log.info("the disk could not be looked at: %s", error)
            if self._stopping.wait(self._look_s):
                return


def _room(free: int, before: Room) -> Room:
    """What dropping the ballast frees does not count as room for new sales."""
    none = NONE + BALLAST if before == "none" else NONE
    if free < none:
        return "none"
    return "low" if free < LOW else "enough"
