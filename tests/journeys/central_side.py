"""Central as a test sees it: a database, and a real server that can be stopped and started again."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, text

from sync.central import auth, db
from sync.central.identity import now_ms
from tests.central.running import running

STORE_NO = "014"
STORE = "s014"
T = TypeVar("T")


class ShopServer:
    """Always on the same port once it has had one. Looking into the database needs no server."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.address = ""
        self._serving: ExitStack | None = None

    def __enter__(self) -> "ShopServer":
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    @property
    def _port(self) -> int:
        return int(self.address.rpartition(":")[2] or 0)

    def start(self) -> None:
        serving = ExitStack()
        engine = db.create_engine(self.database)
        serving.callback(engine.dispose)
        self.address = serving.enter_context(running(engine, self._port))
        self._serving = serving

    def stop(self) -> None:
        if self._serving is not None:
            self._serving.close()
            self._serving = None

    def code_for(self, till_no: str) -> str:
        """A one-time code, as the shop's owner would make it."""
        return self.write(lambda conn: auth.new_code(conn, STORE_NO, till_no, now_ms()))

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Straight from the database, past everything that serves tills."""

        def look(engine: Engine) -> list[tuple[Any, ...]]:
            with db.reading(engine) as conn:
                return [tuple(row) for row in conn.execute(text(query), values)]

        return self._engine(look)

    def one(self, query: str, **values: Any) -> Any:
        """The only value of the only row."""
        ((value,),) = self.rows(query, **values)
        return value

    def run(self, *statements: str) -> None:
        """Change the database behind the server's back."""

        def change(engine: Engine) -> None:
            with db.writing(engine) as conn:
                for statement in statements:
                    conn.execute(text(statement))

        self._engine(change)

    def write(self, work: Callable[[Connection], T]) -> T:
        """One write transaction as the server itself makes it."""
        return self._engine(lambda engine: db.write(engine, work))

    def receipts(self) -> Sequence[tuple[str, int]]:
        """Every sale it has booked: receipt number and total, in order of the number."""
        return [
            (row[0], row[1])
            for row in self.rows("SELECT receipt_no, total_minor FROM sale ORDER BY receipt_no")
        ]

    def _engine(self, use: Callable[[Engine], T]) -> T:
        engine = db.create_engine(self.database)
        try:
            return use(engine)
        finally:
            engine.dispose()


class ServerProcess:
    """Central as a process of its own, which can be killed as a power cut would."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._folder = TemporaryDirectory()
        self._port_file = Path(self._folder.name) / "port"
        self._process: subprocess.Popen[bytes] | None = None
        self.address = ""

    def __enter__(self) -> "ServerProcess":
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.kill()
        self._folder.cleanup()

    def start(self) -> None:
        """On the port it had before; returns when it listens."""
        port = self.address.rpartition(":")[2] or "0"
        self._port_file.unlink(missing_ok=True)
        words = ["serve", "--database", self._database, "--port", port]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sync.central", *words, "--port-file", str(self._port_file)],
            stdout=subprocess.DEVNULL,
        )
        while not self._port_file.exists():
            assert self._process.poll() is None, "central did not start"
            time.sleep(0.02)
        self.address = f"http://127.0.0.1:{self._port_file.read_text(encoding='ascii')}"

    def kill(self) -> None:
        """No goodbye: what is not on the disk is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
