"""Statements nobody needs an answer of go ahead: PostgreSQL works on them while the next is made.

Any other statement is answered at once, as ever, and all that went before it with it. What is wrong
with one sent ahead is raised by the next that is answered, at the latest before the commit.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from select import select
from typing import Any

import psycopg
from psycopg.errors import PipelineAborted
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import ExecutionContext

AHEAD = {"omnitill_ahead": True}
"""The execution option of such a statement. SQLite works in this very process and does not mind it."""
_LINE = "omnitill_line"


@dataclass(slots=True)
class _Line:
    """The way of a connection's statements; `is_open` while one of them has not been answered."""

    pipeline: psycopg.Pipeline
    is_open: bool = False

    def run(self, send: Callable[[], object], *, is_ahead: bool) -> None:
        self.is_open = is_ahead
        try:
            send()
            self._let_leave()
            if not is_ahead:
                self.pipeline.sync()
        except psycopg.Error:
            self._come_to_rest()
            raise

    def _let_leave(self) -> None:
        """The driver would wait for answers while the rest of a long statement has not left yet."""
        libpq = self.pipeline.pgconn
        while libpq.flush():
            select([], [libpq.socket], [])

    def _come_to_rest(self) -> None:
        """After an error PostgreSQL skips what follows until a sync, and so would a rollback be."""
        while True:
            try:
                self.pipeline.sync()
            except PipelineAborted:
                continue  # one that was skipped; there are only so many
            except psycopg.Error:
                return  # the connection is gone, as the caller is about to hear
            return


def listen(engine: Engine) -> None:
    """Let statements of this PostgreSQL engine go ahead in transactions that are `pipelined`."""

    @event.listens_for(engine, "do_execute")
    def _one(cursor: Any, statement: str, values: Any, context: ExecutionContext) -> bool:
        return _run(context, lambda: cursor.execute(statement, values))

    @event.listens_for(engine, "do_executemany")
    def _many(cursor: Any, statement: str, values: Any, context: ExecutionContext) -> bool:
        return _run(context, lambda: cursor.executemany(statement, values))


@contextmanager
def pipelined(conn: Connection) -> Iterator[None]:
    """Goes around the transaction, to the end of the connection's use. SQLite's is left as it is."""
    if conn.dialect.name != "postgresql":
        yield
        return
    driver: Any = conn.connection.driver_connection
    with ExitStack() as stack:
        conn.execution_options(**{_LINE: _Line(stack.enter_context(driver.pipeline()))})
        try:
            yield
        finally:
            # all is answered, or the connection is lost, which whoever noticed has said
            with suppress(psycopg.OperationalError):
                stack.close()


def answered(conn: Connection) -> None:
    """Wait for all that was sent ahead, or raise what is wrong with it."""
    line = conn.get_execution_options().get(_LINE)
    if line and line.is_open:
        conn.exec_driver_sql("SELECT 1")


def _run(context: ExecutionContext, send: Callable[[], object]) -> bool:
    """True: the statement is on its way, and SQLAlchemy need not send it."""
    line = context.execution_options.get(_LINE)
    if line is None:
        send()
    else:
        line.run(send, is_ahead="omnitill_ahead" in context.execution_options)
    return True
