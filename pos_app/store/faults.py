"""From what the driver raises to what a screen can say. The one place where this is decided."""

from collections.abc import Callable
from types import TracebackType

import pysqlite3.dbapi2 as sqlite
from sqlalchemy.exc import DBAPIError

from pos_app.store.errors import (
    Interrupted,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreIoError,
    StoreReadOnly,
)

_INTERRUPT = 9
_NO_TEXT = "Could not decode to UTF-8"
"""The driver's own words, without a code, for a text that SQLite has read and nobody can have written."""
_BY_CODE: dict[int, type[StoreError]] = {
    3: StoreReadOnly,  # SQLITE_PERM
    5: StoreBusy,  # SQLITE_BUSY
    6: StoreBusy,  # SQLITE_LOCKED
    7: StoreIoError,  # SQLITE_NOMEM
    8: StoreReadOnly,  # SQLITE_READONLY
    10: StoreIoError,  # SQLITE_IOERR
    11: StoreDamaged,  # SQLITE_CORRUPT
    13: StoreFull,  # SQLITE_FULL
    14: StoreIoError,  # SQLITE_CANTOPEN
    15: StoreBusy,  # SQLITE_PROTOCOL
    22: StoreIoError,  # SQLITE_NOLFS
    26: StoreDamaged,  # SQLITE_NOTADB
}
"""Primary result codes (sqlite.org/rescode.html). Anything else is a bug of ours and passes."""


def store_error(error: BaseException) -> Exception | None:
    """The StoreError (or Interrupted) for a driver's error; None for anything else."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, sqlite.Error):
        return None
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == _INTERRUPT:
        return Interrupted(str(cause))
    if str(cause).startswith(_NO_TEXT):
        return StoreDamaged("a text is not UTF-8")  # the driver's message quotes it
    kind = _BY_CODE.get(code)
    return kind(f"{cause} ({getattr(cause, 'sqlite_errorname', '')})") if kind else None


class Translated:
    """`with translated:` turns a driver's error into a StoreError. Used by all threads at once."""

    __slots__ = ("_on_damage",)

    def __init__(self, on_damage: Callable[[], None] = lambda: None) -> None:
        self._on_damage = on_damage

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _at: TracebackType | None,
    ) -> None:
        if error is None:
            return
        known = store_error(error)
        if isinstance(known or error, StoreDamaged):
            self._on_damage()
        if known is not None:
            raise known from error


translated = Translated()
