"""One process per data folder: a lock that dies with its process."""

import errno
import os
import sys
from pathlib import Path
from typing import IO

from pos_app.store.errors import StoreError, StoreFull, StoreInUse, StoreIoError, StoreReadOnly

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class DirLock:
    """Held from construction until `release`; the operating system frees it if we are killed."""

    def __init__(self, data_dir: Path) -> None:
        path = data_dir / "till.lock"
        try:
            data_dir.mkdir(0o700, parents=True, exist_ok=True)
            self._file = path.open("ab")
        except OSError as error:
            raise unusable(error, data_dir) from error
        try:
            _take(self._file)
        except OSError as error:
            self._file.close()
            raise StoreInUse(f"another till uses {data_dir}") from error

    def release(self) -> None:
        self._file.close()


def unusable(error: OSError, path: Path) -> StoreError:
    """Why a file or folder cannot be made or opened for writing."""
    kind: type[StoreError] = StoreIoError
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        kind = StoreReadOnly
    elif error.errno in (errno.ENOSPC, errno.EDQUOT):
        kind = StoreFull
    return kind(f"{path}: {os.strerror(error.errno or 0)}")
