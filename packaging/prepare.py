"""Make this checkout ready to run: `.venv` from the lock file, and the system libraries that Qt lacks.

Called by every make target. Standard library only, run by the system's own python3, and free of
syntax newer than the Python it refuses. With nothing to do it says nothing and takes a tenth of a second.
"""

from __future__ import annotations

import argparse
import compileall
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import system_packages
from refusal import CannotPrepare

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STATE = VENV / "prepared.json"
LOG = VENV / "prepare.log"
RUN_LOCK, DEV_LOCK = "requirements.lock", "requirements-dev.lock"
SPACE_NEEDED = 1_500_000_000
OUR_PACKAGES = ("pos_app", "sync", "hardware", "resources")
COMMANDS = {"omnitill": "pos_app.__main__", "omnitill-central": "sync.central.__main__"}
# Through sh, because a path with blanks or over 127 characters cannot stand in a #! line.
COMMAND_TEXT = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

from {module} import main

sys.exit(main())
"""
# pip's words, first match wins, and what they mean to the person at the keyboard.
PIP_TROUBLES = (
    ("No space left on device", "the disk is full"),
    ("DO NOT MATCH THE HASHES", "a download is not the package that the lock file names"),
    (
        "Temporary failure in name resolution",
        "the package index cannot be reached; is there a network?",
    ),
    ("Name or service not known", "the package index cannot be reached; is there a network?"),
    ("NewConnectionError", "the package index cannot be reached; is there a network?"),
    ("ConnectTimeoutError", "the package index does not answer"),
    ("ReadTimeoutError", "the package index does not answer"),
    ("ProxyError", "the proxy to the package index refuses"),
    ("SSLError", "the package index shows a certificate that this system does not trust"),
    ("No matching distribution", "a package of the lock file does not exist for this machine"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    dev = parser.parse_args().dev
    try:
        prepare(dev)
    except CannotPrepare as refused:
        print(f"Omnitill cannot be set up: {refused}", file=sys.stderr)
        return 1
    except OSError as error:
        place = error.filename or VENV
        print(f"Omnitill cannot be set up: {place}: {error.strerror}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the next try goes on from here.", file=sys.stderr)
        return 130
    return 0


def prepare(dev: bool) -> None:
    if sys.version_info < (3, 11):
        found = ".".join(str(part) for part in sys.version_info[:2])
        raise CannotPrepare(
            f"Python 3.11 or newer is needed and this is {found} (make PYTHON=python3.12 picks another)."
        )
    state = read_state()
    if not is_ready(state, dev):
        with only_one():
            state = read_state()
            make_environment(state)
            install(state, dev)
            probe_screens(state, dev)
    compile_ours()


def is_ready(state: dict[str, Any], dev: bool) -> bool:
    return (
        state.get("base") == base()
        and locks_met(state, dev)
        and not screens_to_try(state, dev)
        and (VENV / "bin" / "python").exists()
    )


def locks_met(state: dict[str, Any], dev: bool) -> bool:
    """The developer's lock holds all that running needs, so it serves both."""
    wanted = (DEV_LOCK,) if dev else (RUN_LOCK, DEV_LOCK)
    return any(state.get("locks", {}).get(name) == fingerprint(name) for name in wanted)


def base() -> dict[str, str]:
    """What the environment was made from; it is made anew when any of it changes."""
    return {"python": sys.version, "prefix": sys.base_prefix, "checkout": str(ROOT)}


def fingerprint(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def read_state() -> dict[str, Any]:
    try:
        state = json.loads(STATE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def write_state(state: dict[str, Any]) -> None:
    STATE.write_text(json.dumps(state, indent=1), encoding="utf-8")


@contextmanager
def only_one() -> Iterator[None]:
    """Two makes at once: the second waits, then finds everything done."""
    try:
        handle = (ROOT / ".prepare.lock").open("w")
    except OSError as error:
        raise CannotPrepare(f"{ROOT} cannot be written to ({error.strerror}).") from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def step(text: str) -> Iterator[None]:
    start = time.perf_counter()
    print(f"{text} ... ", end="", flush=True)
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.perf_counter() - start:.1f} s", flush=True)


def make_environment(state: dict[str, Any]) -> None:
    if state.get("base") == base() and (VENV / "bin" / "python").exists():
        return
    if shutil.disk_usage(ROOT).free < SPACE_NEEDED:
        raise CannotPrepare(f"the disk of {ROOT} has less than {SPACE_NEEDED / 1e9} GB free.")
    if not has_ensurepip():
        with step("Installing python3-venv"):
            system_packages.install(["python3-venv"], "Python lacks its venv module")
    with step(f"Making .venv with Python {sys.version.split()[0]}"):
        run([sys.executable, "-m", "venv", "--clear", str(VENV)])
        link_checkout()
    state.clear()
    state["base"] = base()
    write_state(state)


def has_ensurepip() -> bool:
    # asked in a process of its own, because an import system caches what it did not find
    command = [sys.executable, "-c", "import ensurepip, venv"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def link_checkout() -> None:
    """The checkout on the environment's path, and its two commands: an editable install without a build."""
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV)}))
    (site / "omnitill.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    for name, module in COMMANDS.items():
        script = VENV / "bin" / name
        script.write_text(COMMAND_TEXT.format(python=VENV / "bin" / "python", module=module))
        script.chmod(0o755)


def install(state: dict[str, Any], dev: bool) -> None:
    if locks_met(state, dev):
        return
    lock = DEV_LOCK if dev else RUN_LOCK
    with step(f"Installing the packages of {lock}"):
        # First alone: a package that comes as source is built with exactly this one.
        pip(["--requirement", str(builder_lock(lock))])
        pip(["--requirement", str(ROOT / lock), "--no-build-isolation", "--use-pep517"])
    state.setdefault("locks", {})[lock] = fingerprint(lock)
    write_state(state)


def builder_lock(lock: str) -> Path:
    """The lock's own lines for setuptools, as a file of their own."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    entry = re.search(r"^setuptools==(?:.*\\\n)*.*$", text, re.MULTILINE)
    path = VENV / "builder.lock"
    path.write_text(entry[0] if entry else "", encoding="utf-8")
    return path


def pip(arguments: list[str]) -> None:
    command = [
        str(VENV / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-deps",
    ]
    quiet = ["--disable-pip-version-check", "--no-input", "--retries", "2", "--progress-bar", "off"]
    run([*command, *quiet, *arguments])


def run(command: list[str]) -> None:
    VENV.mkdir(exist_ok=True)
    done = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace")
    LOG.write_text(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}", encoding="utf-8")
    if done.returncode != 0:
        raise CannotPrepare(f"{meaning(done.stdout + done.stderr)} (all of it: {LOG}).")


def meaning(output: str) -> str:
    for words, sentence in PIP_TROUBLES:
        if words in output:
            return sentence
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR:", "Error:"))]
    return (errors or lines or ["a command failed without a word"])[-1]


def screens_to_try(state: dict[str, Any], dev: bool) -> list[str]:
    """Tests draw offscreen only; a person's run also needs the display that is there."""
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    wanted = ["offscreen"] if dev or not display else ["offscreen", f"display {display}"]
    return [screen for screen in wanted if screen not in state.get("screens", [])]


def probe_screens(state: dict[str, Any], dev: bool) -> None:
    for screen in screens_to_try(state, dev):
        with step(f"Trying Qt ({screen})"):
            missing = system_packages.missing_for_qt(VENV, screen)
        while missing:
            packages = sorted({system_packages.package_of(library) for library in missing})
            with step(f"Installing {' '.join(packages)}"):
                system_packages.install(packages, f"Qt lacks {', '.join(sorted(missing))}")
            with step(f"Trying Qt ({screen})"):
                still = system_packages.missing_for_qt(VENV, screen)
            if still & missing:
                raise CannotPrepare(f"Qt still lacks {', '.join(sorted(still & missing))}.")
            missing = still
        state.setdefault("screens", []).append(screen)
        write_state(state)


def compile_ours() -> None:
    """Byte code beside our sources, whatever PYTHONDONTWRITEBYTECODE says: starting needs it."""
    for name in OUR_PACKAGES:
        compileall.compile_dir(str(ROOT / name), quiet=2)


if __name__ == "__main__":
    sys.exit(main())
