"""Bringing a database to the tables this version knows; Alembic is loaded only when it is behind."""

import sys
from argparse import Namespace

from sqlalchemy import Engine, inspect, select, table, text

from sync.central import db
from sync.central.errors import CommandError
from sync.central.identity import ensure

HEAD = "0007"
"""The newest revision in migrations/versions; a test holds it to be so."""


def revision(engine: Engine) -> str | None:
    """Which revision the database is at; None when it is new."""
    with db.reading(engine) as conn:
        if not inspect(conn).has_table("alembic_version"):
            return None
        versions = table("alembic_version")
        return conn.execute(select(text("version_num")).select_from(versions)).scalar_one_or_none()


def upgrade(engine: Engine) -> bool:
    """Migrate and give the database its identity; False when nothing was to do."""
    at = revision(engine)
    if at == HEAD:
        return False
    if at is not None and at > HEAD:
        raise CommandError(f"the database is newer ({at}) than this program ({HEAD})")
    _run_alembic(engine)
    db.write(engine, ensure)
    return True


def _run_alembic(engine: Engine) -> None:
    from alembic import command  # a third of a second that most starts do not need
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "sync.central:migrations")
    with db.writing(engine) as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "head")


def command(engine: Engine, _: Namespace) -> None:
    """omnitill-central migrate."""
    words = "migrated" if upgrade(engine) else "up to date"
    sys.stdout.write(f"{words}: revision {HEAD}\n")
