"""A chain shards by store: what the facts and requests of a till write, and where it lies then.

Citus wants the distribution column in every key, CockroachDB wants it to lead them (protocol.md 8).
Not everything is a store's own: the tables of `SHARED` are those that a chain's stores write together.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, UniqueConstraint, event, inspect

from sync.central.holds import tables as holds
from sync.central.schema import metadata
from tests.central.asking import (
    an_order,
    asked,
    gift_card,
    hold_refund,
    one_coupon,
    refund,
    results,
    sold,
)
from tests.central.test_push import SHIFT
from tests.central.tills import SpeakingTill

OF_THE_STORE = {
    "chain",
    "command",
    "device",
    "fact_exception",
    "handover",
    "hold",
    "hold_line",
    "inbox",
    "pickup_order",
    "refund_line",
    "sale",
    "sale_line",
    "sale_tender",
    "shift",
}
"""Their keys begin with `store_id`."""
SHARED = {
    "coupon": "tenant_id",
    "coupon_use": "tenant_id",
    "feed": "stream",
    "recovery": "epoch",
    "stock_level": "place_id",  # mostly the store's own place, but a warehouse has one too
    "stream_head": "stream",
    "value_account": "tenant_id",
    "value_ledger": "tenant_id",
}
"""And what the keys of the others begin with."""
FIRST = dict.fromkeys(sorted(OF_THE_STORE), "store_id") | SHARED
_WRITTEN = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')


@contextmanager
def listening(engine: Engine) -> Iterator[list[tuple[str, str]]]:
    """Every statement that writes: its table and its text."""
    heard: list[tuple[str, str]] = []

    def hear(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if found := _WRITTEN.match(statement):
            heard.append((found[1], statement))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def sell_for(till: SpeakingTill, card: str, code: str) -> None:
    """A sale for a gift card and a coupon, of an article that nobody knows."""
    held = [
        asked(till, "value.hold", account_id=card, amount_minor=1, currency="EUR"),
        asked(till, "coupon.hold", code=code),
    ]
    ids = (it["hold_id"] for it in held)
    uses = zip(ids, ("value", "coupon"), (card, code), strict=True)
    names = "hold_id", "kind", "subject"
    till.sell("nobody-knows", holds=[dict(zip(names, it, strict=True), amount=1) for it in uses])


def shared(heard: list[tuple[str, str]]) -> set[str]:
    """What was written outside the store's own tables; all of it is named above. Who is waited for
    after a restore is written by a push that goes alone, whether anybody is or not."""
    tables = {table for table, _ in heard}
    assert tables <= FIRST.keys()
    return tables - OF_THE_STORE - {"recovery"}


def test_a_sale_leaves_its_store_for_the_stock_and_its_stream(
    till: SpeakingTill, engine: Engine
) -> None:
    till.sell()

    with listening(engine) as heard:
        assert results(till) == []

    assert shared(heard) == {"stock_level", "stream_head", "feed"}


def test_a_sale_for_a_card_and_a_coupon_writes_the_tenant_s_accounts_too(
    till: SpeakingTill, engine: Engine
) -> None:
    sell_for(till, gift_card(engine), one_coupon(engine))

    with listening(engine) as heard:
        assert results(till) == [(1, "unknown_sku")]

    assert shared(heard) == SHARED.keys() - {"recovery"}


def test_all_that_facts_and_requests_write_is_named_here(
    till: SpeakingTill, engine: Engine
) -> None:
    order_id, card, code = an_order(engine), gift_card(engine), one_coupon(engine)
    over = {"order_id": order_id, "line_ids": [f"{order_id}-0"], "handed_over_at_ms": 1}

    with listening(engine) as heard:
        till.record("shift.opened.v1", SHIFT)
        sale = sold(till)
        sell_for(till, card, code)
        refund(till, *sale, hold_ids=[hold_refund(till, *sale)["hold_id"]])
        asked(till, "order.claim", order_id=order_id)
        till.record("order.handed_over.v1", over)
        till.push()

    assert {table for table, _ in heard} == FIRST.keys()
    own = [text for table, text in heard if table in OF_THE_STORE]
    assert [text for text in own if "store_id" not in text] == []


@pytest.mark.parametrize(("name", "first"), FIRST.items(), ids=FIRST)
def test_keys_begin_with_what_a_table_is_parted_by(name: str, first: str) -> None:
    assert holds.hold.metadata is metadata
    table = metadata.tables[name]
    unique = [it for it in table.constraints if isinstance(it, UniqueConstraint)]

    assert next(iter(table.primary_key.columns)).name == first
    assert all(first in it.columns for it in unique)
    assert all(first in it.columns for it in table.indexes if it.unique)


def test_no_key_comes_from_a_sequence(empty_engine: Engine) -> None:
    """A sequence would be one hot point for all stores, and its order is not that of commits."""
    seen = inspect(empty_engine)
    for name in FIRST:
        for column in seen.get_columns(name):
            assert "nextval" not in str(column["default"])
            assert column.get("identity") is None
