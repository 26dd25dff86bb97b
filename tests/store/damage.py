"""A table of the journal whose pages are not there any more."""

from pos_app.store.db import Stores


def damage(stores: Stores, table: str) -> None:
    """From now on whoever reads it on the till's connection is told that the file is malformed."""
    run = stores.journal.exec_driver_sql
    run("PRAGMA writable_schema = ON")
    run(f"UPDATE sqlite_master SET rootpage = 99999 WHERE name = '{table}'")
    run("PRAGMA writable_schema = RESET")
