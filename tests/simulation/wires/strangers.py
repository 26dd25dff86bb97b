"""mitmproxy, which we did not write, between the till and central: answers spoilt after the commit.

It needs a newer Python than the till, so it lives in an environment of its own, made once under the
user's cache folder when a Python for it is found, or named by OMNITILL_MITMDUMP.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.hardware import lab

VERSION = "12.2.3"
ADDON = Path(__file__).with_name("spoiling_addon.py")
_START_S = 60.0


def find() -> Path:
    """The program; skips the test, saying why, when it can be neither found nor made."""
    named = os.environ.get("OMNITILL_MITMDUMP")
    if named:
        return Path(named)
    home = lab._cache() / f"mitmproxy-{VERSION}"
    program = home / "bin" / "mitmdump"
    with lab._alone(home.parent):
        if not program.exists():
            _install(home)
    return program


def _install(home: Path) -> None:
    python = lab._newer_python()
    if python is None:
        pytest.skip(f"mitmproxy: no Python {' or '.join(lab.PYTHONS)} on this machine")
    try:
        lab._run(python, "-m", "venv", str(home))
        lab._run(str(home / "bin" / "pip"), "install", "-q", f"mitmproxy=={VERSION}")
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(home, ignore_errors=True)
        pytest.skip(f"mitmproxy {VERSION} could not be installed: {error}")


class Stranger:
    """A running mitmdump. It reads how much to spoil from a file and writes what it did to another."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self._folder = folder

    def spoil(self, share: float) -> None:
        (self._folder / "share").write_text(str(share), encoding="ascii")

    def done(self) -> list[str]:
        """Empty before the first."""
        file = self._folder / "done"
        return file.read_text(encoding="ascii").split() if file.exists() else []


@contextmanager
def between(program: Path, central: str, folder: Path) -> Iterator[Stranger]:
    """Forwards to central while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [str(program), "-q", "--mode", f"reverse:{central}", "--listen-host", "127.0.0.1"]
    words += ["--listen-port", str(port), "-s", str(ADDON), "--set", f"confdir={folder}"]
    environment = os.environ | {"OMNITILL_SPOILING": str(folder)}
    with (
        (folder / "mitmdump.log").open("wb") as log,
        subprocess.Popen(words, stdout=log, stderr=log, env=environment) as process,
    ):
        try:
            _wait(port, process)
            yield Stranger(f"http://127.0.0.1:{port}", folder)
        finally:
            process.terminate()
            process.wait(60)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError("mitmdump does not listen")
