"""Commits that go wrong on PostgreSQL as they do in life: lost before, lost after, asked to repeat."""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Self

import psycopg
from sqlalchemy import Connection, Engine, event

_HOWS = ("lost before", "lost after", "repeat")
_KILL = "SELECT pg_terminate_backend(%s)"
_RAISE = "DO $$ BEGIN RAISE EXCEPTION 'forced' USING ERRCODE = '40001'; END $$"


class Losing:
    """Breaks a share of an engine's commits; `seen` counts what was done to them."""

    def __init__(
        self, engine: Engine, share: float, seed: int = 1, hows: Sequence[str] = _HOWS
    ) -> None:
        self.seen: Counter[str] = Counter()
        self._engine, self._share, self._hows = engine, share, hows
        self._rng = random.Random(seed)
        self._lock = threading.Lock()
        address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._killer = psycopg.connect(address, autocommit=True)

    def __enter__(self) -> Self:
        event.listen(self._engine, "commit", self._on_commit)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "commit", self._on_commit)
        self._killer.close()

    def _on_commit(self, conn: Connection) -> None:
        """Called by SQLAlchemy right before it commits."""
        with self._lock:
            is_hit = self._rng.random() < self._share
            how = self._rng.choice(self._hows) if is_hit else "fine"
            self.seen[how] += 1
        if how == "repeat":
            conn.exec_driver_sql(_RAISE)
        elif how != "fine":
            raw = conn.connection.dbapi_connection
            assert isinstance(raw, psycopg.Connection)
            pid = raw.info.backend_pid
            if how == "lost after":
                with raw.pipeline():  # its end waits for the answer
                    raw.execute("COMMIT")
            self._kill(pid)
            # the driver sends no COMMIT outside a transaction, so the loss must be met here
            conn.exec_driver_sql("SELECT 1")

    def _kill(self, pid: int) -> None:
        with self._lock:
            self._killer.execute(_KILL, (pid,))
            while self._killer.execute(
                "SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,)
            ).fetchone():
                pass
