"""Migrations: step by step to the same tables, after a copy, and only when needed."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import Connection

from pos_app.store import connect, migrate, revisions
from pos_app.store.db import open_stores
from pos_app.store.revisions import File

FILES = [
    (revisions.JOURNAL, connect.JOURNAL_SETTINGS),
    (revisions.REPLICA, connect.REPLICA_SETTINGS),
]
LAST = revisions.JOURNAL.revisions[-1]
NEXT_STEP = """
from alembic import op
import sqlalchemy as sa
revision = "next"
down_revision = "{last}"
def upgrade() -> None:
    with op.batch_alter_table("shift") as batch:
        batch.add_column(sa.Column("remark", sa.Text, nullable=False, server_default=""))
    {more}
"""


@contextmanager
def connected(path: Path, settings: dict[str, int | str]) -> Iterator[Connection]:
    conn = connect.engine_of(path, settings).connect()
    yield conn
    conn.close()


def tables(conn: Connection) -> dict[str, str]:
    """Statements as SQLite keeps them, without differences of white space and quotes."""
    rows = conn.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: "".join(sql.replace('"', "").split()) for name, sql in rows}


@pytest.mark.parametrize(("file", "settings"), FILES, ids=["journal", "replica"])
def test_a_new_file_is_what_all_migrations_make(
    tmp_path: Path, file: File, settings: dict[str, int | str]
) -> None:
    with connected(tmp_path / "new.db", settings) as new:
        revisions.make(new, file)
        with connected(tmp_path / "stepped.db", settings) as stepped:
            migrate.run(stepped, file)

            assert tables(stepped) == tables(new)
            assert revisions.revision(stepped) == revisions.revision(new) == file.revisions[-1]
            probe = stepped.exec_driver_sql(file.probe)
            assert probe.rowcount == 1


def next_version(tmp_path: Path, more: str = "") -> File:
    """A program one revision ahead of ours."""
    ours, scripts = revisions.JOURNAL, tmp_path / "scripts"
    shutil.copytree(ours.scripts, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "next.py").write_text(NEXT_STEP.format(last=LAST, more=more))
    return replace(ours, revisions=(*ours.revisions, "next"), scripts=scripts)


def test_an_older_file_is_copied_and_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    open_stores(tmp_path).close()
    newer = next_version(tmp_path)

    with connected(path, connect.JOURNAL_SETTINGS) as conn:
        revisions.bring_up_to_date(conn, path, newer)
        found = (revisions.revision(conn), "remark" in tables(conn)["shift"])
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1

    assert found == ("next", True)
    with closing(sqlite.connect(str(tmp_path / f"journal.db.before-{LAST}"))) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (LAST,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_replica_of_the_first_till_keeps_its_rows_and_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    open_stores(tmp_path).close()
    path.unlink()
    with connected(path, connect.REPLICA_SETTINGS) as old:
        migrate.run(old, revisions.REPLICA, "replica_0001")
        old.exec_driver_sql("UPDATE pull SET cursor = 'c7'")
        old.exec_driver_sql("INSERT INTO price VALUES ('A1', 199, 5, 0)")

    stores = open_stores(tmp_path)

    run = stores.replica.exec_driver_sql
    assert run("SELECT cursor FROM pull").scalar() == "c7"
    assert run("SELECT amount FROM price WHERE sku = 'A1'").scalar() == 199
    assert run("SELECT count(*) FROM customer, verdict").scalar() == 0
    stores.close()


def test_a_migration_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    open_stores(tmp_path).close()
    newer = next_version(tmp_path, more="raise RuntimeError('planted')")

    with connected(path, connect.JOURNAL_SETTINGS) as conn:
        before = tables(conn)
        with pytest.raises(RuntimeError, match="planted"):
            revisions.bring_up_to_date(conn, path, newer)
        assert (tables(conn), revisions.revision(conn)) == (before, LAST)

    open_stores(tmp_path).close()


def test_alembic_is_not_loaded_when_there_is_nothing_to_migrate(tmp_path: Path) -> None:
    check = (
        "import sys; from pathlib import Path; from pos_app.store.db import open_stores;"
        "[open_stores(Path(sys.argv[1])).close() for _ in range(2)]; print('alembic' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", check, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == "False"
