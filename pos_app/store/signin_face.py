"""What the sign-in screen shows, read before anything heavy is imported (floors.md 1)."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite


@dataclass(frozen=True, slots=True)
class StaffTile:
    """A person to tap; `pin_length` says how many dots to show."""

    staff_id: str
    name: str
    role: str
    pin_length: int


@dataclass(frozen=True, slots=True)
class SigninFace:
    """Enough to paint the sign-in screen."""

    store_name: str
    store_no: str
    till_no: str
    staff: tuple[StaffTile, ...]


def read_signin(data_dir: Path) -> SigninFace | None:
    """None when the till is not enrolled or cannot be read; opening the stores then says why."""
    try:
        device = _rows(data_dir / "journal.db", "SELECT store_name, store_no, till_no FROM device")
        staff = _rows(
            data_dir / "replica.db",
            "SELECT staff_id, name, role, pin_length FROM staff WHERE active = 1"
            " ORDER BY name, staff_id",
        )
    except sqlite.Error:
        return None
    if not device:
        return None
    store_name, store_no, till_no = device[0]
    return SigninFace(store_name, store_no, till_no, tuple(StaffTile(*row) for row in staff))


def _rows(path: Path, sql: str) -> list[Any]:
    with closing(sqlite.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        found: list[Any] = conn.execute(sql).fetchall()
        return found
