"""The machine's clocks and ids, read in one place and passed to whoever needs them."""

import time
import uuid
from pathlib import Path

import uuid_utils

from pos_app.domain.clock import Now


class Clocks:
    """Wall time, monotonic time of this boot, and how far central's clock is from ours."""

    def __init__(self) -> None:
        self._boot_id = _boot_id()
        self.clock_offset_ms = 0

    def now(self) -> Now:
        """UTC milliseconds, and milliseconds of the monotonic clock."""
        return Now(
            time.time_ns() // 1_000_000,
            time.monotonic_ns() // 1_000_000,
            self._boot_id,
            self.clock_offset_ms,
        )


def new_id() -> str:
    """A UUIDv7 (RFC 9562): unique, and ordered only by accident; nothing may rely on its order."""
    return str(uuid_utils.uuid7())


def _boot_id() -> str:
    """The kernel's id of this boot; elsewhere one of this run, since monotonic clocks differ anyway."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return str(uuid.uuid4())
