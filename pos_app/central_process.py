"""The embedded central server: its own process on loopback, started and ended by the till's demo."""

import subprocess
import sys
import time
from pathlib import Path


class CentralProcessError(Exception):
    """The embedded central server could not be started; the message says what it last said."""


def run_central(database: str, *words: str) -> str:
    """Run one `omnitill-central` command to its end and return what it printed."""
    done = subprocess.run(  # noqa: S603 our own module with our own arguments
        [sys.executable, "-m", "sync.central", *words, "--database", database],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CentralProcessError(_last_line(done.stderr or done.stdout))
    return done.stdout


class CentralProcess:
    """`omnitill-central serve` on 127.0.0.1; its log goes to a file beside its database."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self._folder = folder
        self._port_file = folder / "central.port"
        self._log = folder / "central.log"
        self._wanted_port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> str:
        return f"sqlite:///{self._folder / 'central.db'}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port_file.read_text(encoding='ascii').strip()}"

    def start(self) -> None:
        """Start without waiting; `wait_ready` follows where an answer is needed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._port_file.unlink(missing_ok=True)
        words = ["serve", "--database", self.database, "--port", str(self._wanted_port)]
        words.append("--with-parent")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 our own module with our own arguments
                [sys.executable, "-m", "sync.central", *words, "--port-file", str(self._port_file)],
                stdout=log,
                stderr=log,
                stdin=subprocess.PIPE,  # never written to: it closes when this process ends
            )

    def wait_ready(self, timeout_s: float = 30.0) -> str:
        """Wait until it listens; returns its address."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                break
            if self._port_file.exists() and self._port_file.read_text(encoding="ascii").strip():
                return self.url
            time.sleep(0.05)
        self.stop()
        raise CentralProcessError(
            _last_line(self._log.read_text(encoding="utf-8", errors="replace"))
        )

    def stop(self) -> None:
        """End it by its process id and wait for its end."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "it ended without a word"
