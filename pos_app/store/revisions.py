"""Which revision a file has, and bringing it to ours: made anew, left alone, migrated or refused."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from pos_app.store.errors import StoreNewer

_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class File:
    """One of the two files: its name in `schema.WHOLE`, and what this program knows of its history."""

    name: str
    revisions: tuple[str, ...]
    scripts: Path
    probe: str
    """A write that changes nothing."""


JOURNAL = File(
    "journal",
    ("journal_0001", "journal_0002"),
    _MIGRATIONS / "journal",
    "UPDATE outbox SET id = 1",
)
REPLICA = File(
    "replica",
    ("replica_0001", "replica_0002", "replica_0003", "replica_0004"),
    _MIGRATIONS / "replica",
    "UPDATE pull SET id = 1",
)


def bring_up_to_date(conn: Connection, path: Path, file: File) -> None:
    """Afterwards the file has our newest revision; StoreNewer when it has one we do not know."""
    if not _has_tables(conn):
        make(conn, file)
        return
    found = revision(conn)
    if found == file.revisions[-1]:
        return
    if found is not None and found not in file.revisions:
        raise StoreNewer(f"{path.name} has revision {found}")
    # costs 0.7 s to import, and almost no start needs it
    from pos_app.store.migrate import upgrade

    upgrade(conn, path, file)


def make(conn: Connection, file: File) -> None:
    """Every table at once, in one transaction: a power cut leaves an empty file or a whole one."""
    # as Python objects the tables take longer to make than the file takes to open
    from pos_app.store.schema import WHOLE

    tables, more = WHOLE[file.name]
    conn.exec_driver_sql("BEGIN IMMEDIATE")
    tables.create_all(conn, checkfirst=False)
    for statement in more:
        conn.exec_driver_sql(statement)
    conn.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    conn.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (file.revisions[-1],))
    conn.exec_driver_sql("COMMIT")


def revision(conn: Connection) -> str | None:
    """The revision stamped in the file; None for one that has tables but no stamp."""
    if not _rows(conn, "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"):
        return None
    rows = _rows(conn, "SELECT version_num FROM alembic_version")
    return str(rows[0][0]) if rows else None


def _has_tables(conn: Connection) -> bool:
    return bool(_rows(conn, "SELECT 1 FROM sqlite_master LIMIT 1"))


def _rows(conn: Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in conn.exec_driver_sql(sql)]
