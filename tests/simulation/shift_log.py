"""What the cashier saw and was told, written down outside the till: it survives whatever kills the till."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

Shown: TypeAlias = dict[str, Any]
"""What a screen shows of the sale in progress, as plain JSON values."""


class ShiftLog:
    """Appends one JSON line per entry. SIGKILL takes nothing back from the kernel, so there is no
    fsync: it would only draw the kills away from the till's own work."""

    def __init__(self, path: Path, life: int) -> None:
        self._life = life
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, what: str, **values: object) -> None:
        line = json.dumps({"life": self._life, "what": what, **values}, separators=(",", ":"))
        os.write(self._file, f"{line}\n".encode())


def entries(path: Path) -> Iterator[dict[str, Any]]:
    """All entries so far, oldest first."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)
