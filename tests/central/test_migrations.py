"""The migrations end in exactly the tables of schema.py, on both engines."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, update

from sync.central import db, migrate
from sync.central.errors import CommandError
from sync.central.identity import identity
from sync.central.schema import metadata, server_state


def test_migrating_makes_what_the_schema_says(empty_engine: Engine) -> None:
    with empty_engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []


def test_keys_and_indexes_are_the_same_either_way(empty_engine: Engine) -> None:
    migrated = _shape(empty_engine)
    with empty_engine.begin() as conn:
        metadata.drop_all(conn)
        metadata.create_all(conn)

    assert _shape(empty_engine) == migrated


def _shape(engine: Engine) -> dict[str, object]:
    seen = inspect(engine)
    return {
        name: (
            seen.get_pk_constraint(name),
            sorted(str(it) for it in seen.get_indexes(name)),
            sorted(str(it) for it in seen.get_unique_constraints(name)),
            [
                (it["name"], str(it["type"]), it["nullable"], it["default"])
                for it in seen.get_columns(name)
            ],
        )
        for name in metadata.tables
    }


def test_a_migrated_database_is_left_alone(empty_engine: Engine) -> None:
    with db.reading(empty_engine) as conn:
        before = identity(conn)

    assert migrate.upgrade(empty_engine) is False

    with db.reading(empty_engine) as conn:
        assert identity(conn) == before


def test_the_newest_step_is_the_one_the_program_knows() -> None:
    steps = sorted((Path(migrate.__file__).parent / "migrations" / "versions").glob("0*.py"))

    assert steps[-1].name.startswith(migrate.HEAD)


def test_a_database_of_a_newer_program_is_left_alone(empty_engine: Engine) -> None:
    with empty_engine.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(CommandError, match="newer"):
        migrate.upgrade(empty_engine)


def test_durability_is_what_it_should_be(empty_engine: Engine) -> None:
    with db.writing(empty_engine) as conn:
        conn.execute(update(server_state).values(value=server_state.c.value))
        if db.is_sqlite(conn):
            found = [
                conn.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
            assert found == ["wal", 2, 1]
        else:
            assert conn.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
