"""Alembic on a file of ours: a copy first, then every step up to our revision."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from pos_app.store.revisions import File, revision


def upgrade(conn: Connection, path: Path, file: File) -> None:
    """Bring a file to the newest revision; a copy of it as it was stays beside it."""
    keep_copy(conn, path)
    run(conn, file)


def keep_copy(conn: Connection, path: Path) -> Path:
    """A whole copy under the old revision's name, however the upgrade ends."""
    copy = path.with_name(f"{path.name}.before-{revision(conn) or 'stamp'}")
    copy.unlink(missing_ok=True)
    conn.exec_driver_sql("VACUUM INTO ?", (str(copy),))
    return copy


def run(conn: Connection, file: File, to: str = "head") -> None:
    """All steps up to that revision in one transaction: a power cut leaves the old file."""
    config = Config()
    config.set_main_option("script_location", str(file.scripts))
    config.attributes["connection"] = conn
    # a batch rename recreates tables: rows that refer to them must not go with the old one
    conn.exec_driver_sql("PRAGMA foreign_keys = OFF")
    conn.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        command.upgrade(config, to)
        conn.exec_driver_sql("COMMIT")
    except BaseException:
        conn.exec_driver_sql("ROLLBACK")
        raise
    finally:
        conn.exec_driver_sql("PRAGMA foreign_keys = ON")
