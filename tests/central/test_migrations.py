"""The migrations end in exactly the tables of schema.py, on both engines."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, update

from sync.central import db, migrate
from sync.central.errors import CommandError
from sync.central.identity import identity
from sync.central.schema import metadata, sale_line, server_state, stock_ledger


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


def test_sold_lines_keep_their_movements_and_what_was_paid_back(empty_engine: Engine) -> None:
    """From the tables where ledger and refunds had rows of their own."""
    config = Config()
    config.set_main_option("script_location", "sync.central:migrations")
    with empty_engine.begin() as conn:
        metadata.drop_all(conn)
        conn.exec_driver_sql("DROP TABLE alembic_version")
        config.attributes["connection"] = conn
        command.upgrade(config, "0004")
        for statement in _OLD_SHOP:
            conn.exec_driver_sql(statement)

    migrate.upgrade(empty_engine)

    with db.reading(empty_engine) as conn:
        ledger = conn.execute(select(stock_ledger).order_by(stock_ledger.c.delta)).all()
        lines = conn.execute(select(sale_line).order_by(sale_line.c.line_id)).all()
    assert [tuple(row) for row in ledger] == [
        ("s", "sale", "l1", "p", "A", -2_000, 7),
        ("s", "opening", "p|A", "p", "A", 10_000, 1),
    ]
    assert [(it.line_id, it.sold, it.held, it.refunded, it.sku) for it in lines] == [
        ("l1", 2_000, 1_000, 500, "A"),
        ("l9", None, 0, 300, ""),
    ]


_OLD_SHOP = (
    "INSERT INTO sale (store_id, sale_id, device_id, incarnation, receipt_no, till_id, shift_id,"
    " cashier_id, cashier_name, currency, digits, tax_mode, tax_rounding, completed_at_ms)"
    " VALUES ('s', 'x', 'd', 1, 'r', 't', 'h', 'c', 'n', 'EUR', 2, 'inclusive', 'document', 7)",
    "INSERT INTO sale_line (store_id, sale_id, line_id, position, sku, name, unit, qty, tax_code,"
    " stock_loc) VALUES ('s', 'x', 'l1', 0, 'A', 'Ale', 'piece', 2000, 'B', 'p')",
    "INSERT INTO order_line (store_id, sale_id, line_id, sold, held, refunded)"
    " VALUES ('s', 'x', 'l1', 2000, 1000, 500), ('s', 'y', 'l9', NULL, 0, 300)",
    "INSERT INTO stock_ledger (store_id, kind, ref_id, place_id, sku, delta, occurred_at_ms)"
    " VALUES ('s', 'sale', 'l1', 'p', 'A', -2000, 7), ('s', 'opening', 'p|A', 'p', 'A', 10000, 1)",
)


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
