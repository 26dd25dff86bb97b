"""A chain shards by store: what a sale writes must be reachable by its store alone.

Citus wants the distribution column in every key, CockroachDB wants it to lead them (protocol.md 8).
"""

import pytest
from sqlalchemy import Engine, UniqueConstraint, inspect

from sync.central.holds import tables as holds
from sync.central.schema import metadata

SALE_PATH = {
    "chain": "store_id",
    "command": "store_id",
    "device": "store_id",
    "fact_exception": "store_id",
    "hold": "store_id",
    "hold_line": "store_id",
    "inbox": "store_id",
    "refund_line": "store_id",
    "sale": "store_id",
    "sale_line": "store_id",
    "sale_tender": "store_id",
    "shift": "store_id",
    "stock_move": "store_id",
    "stock_level": "place_id",  # a store's own place has the store's id
}
"""What a fact writes, and the column that its keys begin with."""


@pytest.mark.parametrize(("name", "first"), SALE_PATH.items(), ids=SALE_PATH)
def test_keys_of_the_sale_path_begin_with_the_store(name: str, first: str) -> None:
    assert holds.hold.metadata is metadata
    table = metadata.tables[name]
    unique = [it for it in table.constraints if isinstance(it, UniqueConstraint)]

    assert next(iter(table.primary_key.columns)).name == first
    assert all(first in it.columns for it in unique)
    assert all(first in it.columns for it in table.indexes if it.unique)


def test_no_key_of_the_sale_path_comes_from_a_sequence(empty_engine: Engine) -> None:
    """A sequence would be one hot point for all stores, and its order is not that of commits."""
    seen = inspect(empty_engine)
    for name in SALE_PATH:
        for column in seen.get_columns(name):
            assert "nextval" not in str(column["default"])
            assert column.get("identity") is None
