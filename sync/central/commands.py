"""How a command of omnitill-central is declared: its name, its words, and work on an open database."""

import argparse
from collections.abc import Callable
from typing import TypeAlias

from sqlalchemy import Engine

from sync.central import config, db, migrate
from sync.central.errors import CommandError

Work: TypeAlias = Callable[[Engine, argparse.Namespace], int | None]
# argparse has no public name for it
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def add(commands: Subparsers, name: str, work: Work, words: str) -> argparse.ArgumentParser:
    """Declare a command; `work` gets a migrated database and may return an exit code."""
    parser = commands.add_parser(name, help=words, description=words)
    parser.add_argument(
        "--database",
        default=config.default_database(),
        help="sqlite:///file or postgresql://user@host/name (default: %(default)s)",
    )
    parser.set_defaults(work=work, run=run)
    return parser


def run(options: argparse.Namespace) -> int:
    """Open the database, do the work, close it again."""
    config.prepare_folder(options.database)
    engine = db.create_engine(options.database)
    try:
        if options.work is not migrate.command:
            ready(engine)
        return options.work(engine, options) or 0
    finally:
        engine.dispose()


def ready(engine: Engine) -> None:
    """A file of our own is migrated as we go; a shared server is only by its administrator."""
    if db.is_sqlite(engine):
        migrate.upgrade(engine)
    elif migrate.revision(engine) != migrate.HEAD:
        raise CommandError("the database is not up to date: run omnitill-central migrate first")
