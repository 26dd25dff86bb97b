"""A serial cable without hardware: a pseudo terminal with a stable name, to be pulled and plugged."""

import os
import select
import tempfile
from contextlib import suppress
from pathlib import Path


class PtyLine:
    """`device_path` is what the till opens; `write` and `read` are the device's end.

    Not on Windows. Keeps 8 data bits without parity only: Linux pseudo terminals refuse the rest.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="omnitill-serial-"))
        self._link = self._folder / "device"
        self._ends: tuple[int, int] | None = None
        self.plug()

    @property
    def device_path(self) -> str:
        return str(self._link)

    def __enter__(self) -> "PtyLine":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def plug(self) -> None:
        """Connect, or connect again: the same name, a new line."""
        import tty

        if self._ends is None:
            ours, theirs = os.openpty()
            tty.setraw(theirs)
            self._link.symlink_to(os.ttyname(theirs))
            self._ends = ours, theirs

    def unplug(self) -> None:
        if self._ends is not None:
            self._link.unlink()
            for end in self._ends:
                os.close(end)
            self._ends = None

    def write(self, data: bytes) -> None:
        """Waits while the other end is not reading and the line is full."""
        left = memoryview(data)
        while left:
            left = left[os.write(self._ours(), left) :]

    def read(self, size: int = 4096, wait_s: float = 1.0) -> bytes:
        """What the till sent, b"" when nothing came in time."""
        ours = self._ours()
        return os.read(ours, size) if select.select((ours,), (), (), wait_s)[0] else b""

    def close(self) -> None:
        self.unplug()
        with suppress(OSError):
            self._folder.rmdir()

    def _ours(self) -> int:
        if self._ends is None:
            raise OSError("the line is unplugged")
        return self._ends[0]
