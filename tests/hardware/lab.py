"""The strangers' device lab `emupos`: printers and scanners that we did not write.

It needs a newer Python than the till, so it lives in its own environment: the one that
OMNITILL_EMUPOS names, or one made once under the user's cache folder when a Python for it is found.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

VERSION = "0.4.0"
PYTHONS = ("3.13", "3.14", "3.15")
CONFIG = """\
schema: 1
api: {{ port: {api} }}
devices:
  - id: till
    type: printer
    profile: epson-tm-t20iii
    job_idle_timeout_ms: 300
    connections: [{{ tcp: {{ port: {printer} }} }}]
  - id: cable
    type: printer
    profile: epson-tm-t20iii
    job_idle_timeout_ms: 300
    connections: [{{ serial: {{ pty: true }} }}]
  - id: hand
    type: scanner
    mode: serial
    connections: [{{ serial: {{ pty: true }} }}]
"""


def find() -> Path:
    """The program; skips the test, saying why, when it can be neither found nor made."""
    named = os.environ.get("OMNITILL_EMUPOS")
    if named:
        return Path(named)
    home = _cache() / f"emupos-{VERSION}"
    program = home / "bin" / "emupos"
    with _alone(home.parent):
        if not program.exists():
            _install(home)
    return program


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Test processes that run side by side share one environment."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _cache() -> Path:
    """The user's own, not the one the tests live in: the environment is made once."""
    if sys.platform == "win32":
        pytest.skip("device lab: its serial ports need Linux or macOS")
    import pwd

    return Path(pwd.getpwuid(os.getuid()).pw_dir) / ".cache" / "omnitill" / "lab"


def _install(home: Path) -> None:
    python = _newer_python()
    if python is None:
        pytest.skip(f"device lab: no Python {' or '.join(PYTHONS)} on this machine")
    try:
        _run(python, "-m", "venv", str(home))
        _run(str(home / "bin" / "python"), "-m", "pip", "install", "-q", f"emupos=={VERSION}")
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(home, ignore_errors=True)
        pytest.skip(f"device lab: emupos {VERSION} could not be installed: {error}")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=300, capture_output=True)


def _newer_python() -> str | None:
    for version in PYTHONS:
        root = Path(os.environ.get("PYENV_ROOT", ""))
        candidates = sorted(root.glob(f"versions/{version}.*/bin/python"))
        found = str(candidates[-1]) if candidates else shutil.which(f"python{version}")
        if found:
            return found
    return None


class Lab:
    def __init__(self, folder: Path, api: int, printer: int) -> None:
        self.printer_port = printer
        self._folder = folder
        self._api = f"http://127.0.0.1:{api}/api/v1"

    def serial(self, device: str) -> str:
        return str(self._folder / "emupos" / device)

    def fault(self, device: str, name: str, *, active: bool) -> None:
        self.call("PUT" if active else "DELETE", f"/devices/{device}/faults/{name}")

    def drawer(self, device: str) -> str:
        state = json.loads(self.call("GET", f"/devices/{device}"))["state"]
        return str(state["drawer"])

    def receipts(self, device: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.call("GET", f"/devices/{device}/receipts"))
        return found

    def newest(self, device: str, kind: str) -> bytes:
        """`kind` is text or image."""
        return self.call("GET", f"/devices/{device}/receipts/latest/{kind}")

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> bytes:
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"} if data else {}
        request = urllib.request.Request(self._api + path, data, headers, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own loopback
            return bytes(answer.read())


@contextmanager
def running(program: Path, folder: Path) -> Iterator[Lab]:
    api, printer = _free_port(), _free_port()
    config = folder / "emupos.yaml"
    config.write_text(CONFIG.format(api=api, printer=printer))
    process = subprocess.Popen(
        [program, "run", "--config", config],
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder), "NO_COLOR": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        lab = Lab(folder, api, printer)
        _await(lab)
        yield lab
    finally:
        process.terminate()
        process.wait(timeout=60)


def _await(lab: Lab) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            lab.call("GET", "/health")
            return
        except urllib.error.URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
