"""What can be wrong with the till's files, each with a stable kind that a screen has words for.

StoreError
├── StoreDamaged     damaged             the file's content is broken
├── StoreBusy        locked              something else holds the file
├── StoreReadOnly    read_only           nothing can be written here
├── StoreNewer       newer               a newer program has migrated the file
├── StoreFull        full                no room on the disk
├── StoreInUse       in_use              another till runs on this folder
├── KeyDamaged       key                 the file that proves who this till is cannot be used
├── SqliteTooOld     unsupported_sqlite  this SQLite can corrupt a WAL file, or lacks a setting
└── StoreIoError     io                  the disk or the folder failed otherwise

Interrupted is no fault: another thread called Catalog.interrupt() during a search.
"""

from typing import ClassVar, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "damaged", "locked", "read_only", "newer", "full", "in_use", "key", "unsupported_sqlite", "io"
]


class StoreError(Exception):
    """The till's files cannot be used as they are; nothing of the failed call was kept."""

    kind: ClassVar[Kind] = "io"


class StoreDamaged(StoreError):
    """The file's content is broken. It is never deleted."""

    kind = "damaged"


class StoreBusy(StoreError):
    """Something else holds the file for longer than we wait."""

    kind = "locked"


class StoreReadOnly(StoreError):
    """The file or its folder cannot be written."""

    kind = "read_only"


class StoreNewer(StoreError):
    """A newer version of the program has migrated the file."""

    kind = "newer"


class StoreFull(StoreError):
    """There is no room on the disk."""

    kind = "full"


class StoreInUse(StoreError):
    """Another till runs on this folder."""

    kind = "in_use"


class KeyDamaged(StoreError):
    """The till's key is no key: central would not know it. What was sold is in the journal."""

    kind = "key"


class SqliteTooOld(StoreError):
    """SQLite is older than 3.51.3, or does not keep a setting we rely on."""

    kind = "unsupported_sqlite"


class StoreIoError(StoreError):
    """The disk or the folder failed in another way."""

    kind = "io"


class Interrupted(Exception):
    """The search was interrupted from another thread; its answer is not wanted any more."""
