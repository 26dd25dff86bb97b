"""The lock files: every package pinned and hashed, no address of anybody's index."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN_LOCK, DEV_LOCK = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
ENTRY = re.compile(
    r"^([A-Za-z0-9_.-]+)==([^\s;]+).*\\(?:\s+--hash=sha256:[0-9a-f]{64}(?: \\)?)+\n", re.MULTILINE
)


def pins(lock: Path) -> dict[str, str]:
    return dict(ENTRY.findall(lock.read_text()))


@pytest.mark.parametrize("lock", [RUN_LOCK, DEV_LOCK], ids=lambda lock: lock.name)
def test_every_package_is_pinned_with_its_hashes(lock: Path) -> None:
    comment = re.compile(r"^ *#.*\n", re.MULTILINE)
    unhashed = comment.sub("", ENTRY.sub("", lock.read_text())).strip()

    assert len(pins(lock)) > 40
    assert unhashed == ""


@pytest.mark.parametrize("lock", [RUN_LOCK, DEV_LOCK], ids=lambda lock: lock.name)
def test_no_lock_names_an_index(lock: Path) -> None:
    assert not re.search(r"://|--index|--find-links", lock.read_text())


def test_the_developers_lock_holds_all_that_running_needs() -> None:
    assert pins(RUN_LOCK).items() <= pins(DEV_LOCK).items()


def test_the_builder_of_source_packages_is_locked() -> None:
    assert "setuptools" in pins(RUN_LOCK)


def test_qt_stays_below_the_release_that_corrupts_python_3_11() -> None:
    assert pins(RUN_LOCK)["pyside6-essentials"].startswith("6.11.")
