"""Central as a test sees it: a database, and a real server that can be stopped and started again."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from sqlalchemy import Engine, text

from sync.central import auth, db
from sync.central.identity import now_ms
from tests.central.running import running

STORE_NO = "014"
STORE = "s014"


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
        return self._engine(
            lambda engine: db.write(
                engine, lambda conn: auth.new_code(conn, STORE_NO, till_no, now_ms())
            )
        )

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

    def write(self, work: Any) -> Any:
        """One write transaction as the server itself makes it."""
        return self._engine(lambda engine: db.write(engine, work))

    def receipts(self) -> Sequence[tuple[str, int]]:
        """Every sale it has booked: receipt number and total, in order of the number."""
        return [
            (row[0], row[1])
            for row in self.rows("SELECT receipt_no, total_minor FROM sale ORDER BY receipt_no")
        ]

    def _engine(self, use: Any) -> Any:
        engine = db.create_engine(self.database)
        try:
            return use(engine)
        finally:
            engine.dispose()
