"""The set-up says what it lacks in one sentence, and nothing at all when there is nothing to do."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import prepare
import system_packages
from refusal import CannotPrepare

ROOT = Path(__file__).parents[2]
NO_GL = "ImportError: libGL.so.1: cannot open shared object file: No such file or directory"
# Each is a library that Qt lacked on a bare Debian 12, and the package that has it.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of its own, marked as prepared by this Python."""
    shutil.copytree(ROOT / "packaging", tmp_path / "packaging")
    for lock in (prepare.RUN_LOCK, prepare.DEV_LOCK):
        shutil.copy(ROOT / lock, tmp_path)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    program(tmp_path / ".venv/bin", "python", "echo 'ERROR: No matching distribution'; exit 1")
    locks = {prepare.DEV_LOCK: prepare.fingerprint(prepare.DEV_LOCK)}
    state = {"base": {**prepare.base(), "checkout": str(tmp_path)}, "locks": locks}
    (tmp_path / ".venv/prepared.json").write_text(json.dumps(state | {"screens": ["offscreen"]}))
    return tmp_path


def run_prepare(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(checkout / "packaging/prepare.py"), *arguments]
    without_display = {k: v for k, v in os.environ.items() if not k.endswith("DISPLAY")}
    return subprocess.run(
        command, env=without_display, capture_output=True, text=True, check=False, timeout=60
    )


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it but what a test puts there."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("env", "sh", "touch", "cat"):
        (folder / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.mark.parametrize("arguments", [(), ("--dev",)])
def test_nothing_to_do_is_silent_and_takes_less_than_a_second(
    checkout: Path, arguments: tuple[str, ...]
) -> None:
    took = []
    for _ in range(3):
        start = time.perf_counter()
        done = run_prepare(checkout, *arguments)
        took.append(time.perf_counter() - start)

        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert min(took) < 1, "a busy machine may be slow once, not each time"


def test_a_changed_lock_file_is_installed_again(checkout: Path) -> None:
    with (checkout / prepare.DEV_LOCK).open("a") as lock:
        lock.write("# changed\n")

    done = run_prepare(checkout, "--dev")

    assert done.stdout == "Installing the packages of requirements-dev.lock ... failed\n"
    assert "a package of the lock file does not exist for this machine" in done.stderr


def test_an_old_python_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))

    with pytest.raises(CannotPrepare, match=r"^Python 3\.11 or newer is needed and this is 3\.9"):
        prepare.prepare(dev=False)


@pytest.mark.parametrize(("library", "package"), LIBRARIES.items())
def test_a_library_is_found_in_its_debian_package(library: str, package: str) -> None:
    assert system_packages.package_of(library) == package


def test_what_qt_lacks_is_read_from_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program(tmp_path / "bin", "python", f"echo '{NO_GL}' >&2; exit 1")

    assert system_packages.missing_for_qt(tmp_path, "offscreen") == {"libGL.so.1"}


def test_a_dead_display_is_named(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program(tmp_path / "bin", "python", "echo 'could not connect to display :5' >&2; exit 134")

    with pytest.raises(CannotPrepare, match="the display :5 does not answer"):
        system_packages.missing_for_qt(tmp_path, "display :5")


def test_without_apt_the_packages_are_named(tools: Path) -> None:
    with pytest.raises(CannotPrepare, match=r"no apt-get here; install what Debian calls libgl1"):
        system_packages.install(["libgl1"], "Qt lacks libGL.so.1")


@pytest.mark.skipif(os.geteuid() != 0, reason="the fake apt-get is run without sudo")
def test_old_package_lists_are_renewed_once(tools: Path, tmp_path: Path) -> None:
    mark = tmp_path / "updated"
    program(tools, "apt-get", f'case "$*" in *update) touch {mark};; *) cat {mark};; esac')

    system_packages.install(["libgl1"], "Qt lacks libGL.so.1")

    assert mark.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="the fake apt-get is run without sudo")
def test_a_package_that_cannot_be_had_is_one_sentence(tools: Path) -> None:
    program(tools, "apt-get", "echo 'E: Unable to locate package libgl1' >&2; exit 100")

    with pytest.raises(CannotPrepare, match=r"failed: E: Unable to locate package libgl1$"):
        system_packages.install(["libgl1"], "Qt lacks libGL.so.1")


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "WARNING: Retrying ... Temporary failure in name resolution\nERROR: No matching",
            "network",
        ),
        ("ERROR: Could not install: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "not the package that the lock file"),
        ("ERROR: No matching distribution found for x==1", "does not exist for this machine"),
        ("noise\nERROR: something new\nnoise", "ERROR: something new"),
        ("", "without a word"),
    ],
)
def test_a_failed_installation_is_told_in_one_sentence(output: str, sentence: str) -> None:
    assert sentence in prepare.meaning(output)
