"""Loading python-escpos leaves nothing behind and survives a damaged cache."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROBE = "from hardware.library import escpos; print(len(escpos('capabilities').CAPABILITIES))"


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    found = {"XDG_CACHE_HOME": tmp_path / "cache", "TMPDIR": tmp_path / "tmp"}
    for place in found.values():
        place.mkdir()
    return found


def load(places: dict[str, Path]) -> list[Path]:
    """Import in a process of its own; what it left in the two folders."""
    environment = os.environ | {name: str(place) for name, place in places.items()}
    subprocess.run([sys.executable, "-c", PROBE], env=environment, check=True)
    return [left for place in places.values() for left in place.rglob("*") if not left.is_dir()]


@pytest.mark.skipif(sys.platform != "linux", reason="the cache folder is named by XDG variables")
def test_one_cache_file_is_left_and_no_temporary_folder(places: dict[str, Path]) -> None:
    first, second = load(places), load(places)

    assert [left.suffix for left in first] == [".pickle"]
    assert first == second
    assert list(places["TMPDIR"].iterdir()) == []
    assert [left.name for left in places["XDG_CACHE_HOME"].rglob("*") if left.is_dir()] == [
        "omnitill",
        "escpos",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="the cache folder is named by XDG variables")
def test_a_damaged_cache_is_made_anew(places: dict[str, Path]) -> None:
    [cache] = load(places)
    whole = cache.stat().st_size
    cache.write_bytes(b"\x80\x02half")

    load(places)

    assert cache.stat().st_size == whole
