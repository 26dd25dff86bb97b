"""Which system libraries Qt lacks, found by trying, and their installation with apt."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from refusal import CannotPrepare

# Debian names a library package after the library; these few it does not.
ODD_NAMES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgio-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
}
QT_MODULES = ("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtTest")
QT_TRIAL = f"""
from PySide6 import {", ".join(QT_MODULES)}
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
QLabel("till").grab()
"""
MISSING = re.compile(r"(lib\S+\.so[.\d]*): cannot open shared object file")
NOT_FOUND = re.compile(r"^\s*(lib\S+\.so[.\d]*) => not found", re.MULTILINE)


def package_of(library: str) -> str:
    """The Debian package of a shared library: libEGL.so.1 is libegl1, libdbus-1.so.3 is libdbus-1-3."""
    if library in ODD_NAMES:
        return ODD_NAMES[library]
    name, _, version = library.partition(".so")
    name = name.lower().replace("_", "-")
    version = version.strip(".").split(".")[0]
    return f"{name}-{version}" if name[-1].isdigit() else name + version


def missing_for_qt(venv: Path, screen: str) -> set[str]:
    """Libraries without which Qt cannot draw on this screen; an empty set when it just drew."""
    wanted = {"QT_QPA_PLATFORM": "offscreen"} if screen == "offscreen" else {}
    trial = [str(venv / "bin" / "python"), "-c", QT_TRIAL]
    done = subprocess.run(
        trial,
        env={**os.environ, **wanted},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode == 0:
        return set()
    missing = set(MISSING.findall(done.stderr)) | unresolved(venv, screen)
    if not missing:
        raise CannotPrepare(why_qt_fails(done.stderr, screen))
    return missing


def unresolved(venv: Path, screen: str) -> set[str]:
    """All that the loader would miss, so that one round of apt is enough."""
    if not shutil.which("ldd"):
        return set()
    plugins = ("offscreen",) if screen == "offscreen" else ("xcb", "wayland")
    files: list[Path] = []
    for qt in venv.glob("lib/python*/site-packages/PySide6"):
        files += [qt / f"{module}.abi3.so" for module in QT_MODULES]
        files += [qt / f"Qt/plugins/platforms/libq{plugin}.so" for plugin in plugins]
    return set(NOT_FOUND.findall(quietly(["ldd", *map(str, files)]).stdout))


def why_qt_fails(stderr: str, screen: str) -> str:
    if "could not connect to display" in stderr:
        return f"the {screen} does not answer; without DISPLAY the tour plays instead."
    lines = stderr.strip().splitlines() or ["it ended without a word"]
    return f"Qt does not start ({screen}): {lines[-1]}"


def install(packages: list[str], reason: str) -> None:
    by_hand = f"apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise CannotPrepare(
            f"{reason}, and there is no apt-get here; install what Debian calls {' '.join(packages)}."
        )
    become_root = root_prefix()
    if become_root is None:
        raise CannotPrepare(f"{reason}; as root, run: {by_hand}")
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    apt += ["-o", "DPkg::Lock::Timeout=120"]
    wanted = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    if quietly(wanted).returncode == 0:
        return
    # Old or no package lists are the usual reason; update's own verdict does not matter.
    quietly([*apt, "update"])
    done = quietly(wanted)
    if done.returncode != 0:
        raise CannotPrepare(f"{reason}, and '{by_hand}' failed: {last_line(done.stderr)}")


def root_prefix() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    if sys.stdin.isatty():
        return ["sudo"]
    silent = ["sudo", "--non-interactive"]
    return silent if quietly([*silent, "true"]).returncode == 0 else None


def quietly(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, errors="replace")


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it ended without a word"
