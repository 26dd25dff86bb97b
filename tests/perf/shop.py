"""Tills with a catalogue of any size, made once under build/ and kept for the next measurement."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pos_app.store.db import Stores, open_stores
from pos_app.store.identity import Device
from pos_app.store.replica import Replica
from tests.perf.catalog_rows import page_rows

DEVICE = Device("bench-device", "store-1", "001", "Bench", "1", 1, "http://127.0.0.1:9", "")
COLS = {
    "product": ["product_id", "name", "category", "brand", "axes"],
    "variant": "sku product_id name options unit tax_code codes category active sort".split(),
    "price": ["sku", "amount"],
    "tax_rate": ["code", "name", "ppm"],
    "setting": ["name", "value"],
}
STREAMS = {
    "product": "catalog:bench",
    "variant": "catalog:bench",
    "tax_rate": "catalog:bench",
    "price": "prices:bench",
    "setting": "store:store-1",
}
SETTINGS = {
    "shop_name": "Bench",
    "currency": {"code": "EUR", "digits": 2, "cash_step": 1},
    "locale": "de_DE",
    "notes": [50000, 20000, 10000, 5000, 2000, 1000, 500],
    "idle_lock_s": 0,
}
PAGE = 4000


def block(entity: str, rows: list[list[object]]) -> dict[str, Any]:
    """One entity's rows as they come in a page."""
    return {"stream": STREAMS[entity], "entity": entity, "cols": COLS[entity], "rows": rows}


def pages(count: int) -> Iterator[list[dict[str, Any]]]:
    """The catalogue in the order central sends it: tax first, then goods and prices together."""
    settings = [
        [n, "put", name, json.dumps(value)] for n, (name, value) in enumerate(SETTINGS.items(), 1)
    ]
    yield [block("tax_rate", [[1, "put", "std", "19 %", 190_000]]), block("setting", settings)]
    rows = page_rows(count)
    for start in range(0, count, PAGE):
        yield [block(entity, part[start : start + PAGE]) for entity, part in rows.items()]


def fill(stores: Stores, count: int) -> None:
    """Apply the whole catalogue and wait until it can be searched."""
    replica = Replica(stores)
    cursor = replica.cursor()
    for number, blocks in enumerate(pages(count)):
        following = f"page-{number}"
        replica.apply(_page(cursor, following, blocks, has_more=True))
        cursor = following
    replica.apply(_page(cursor, "filled", [], has_more=False))
    stores.upkeep.settle(600)


def _page(
    cursor: str, following: str, blocks: list[dict[str, Any]], *, has_more: bool
) -> dict[str, Any]:
    return {
        "from_cursor": cursor,
        "next_cursor": following,
        "blocks": blocks,
        "row_count": sum(len(it["rows"]) for it in blocks),
        "has_more": has_more,
        "includes_own_through": 0,
        "resnapshot": [],
        "positions": {},
        "heads": {},
    }


def till_with(count: int, folder: Path) -> Path:
    """The data folder of an enrolled till that has `count` articles."""
    data_dir = folder / f"till-{count}"
    stores = open_stores(data_dir)
    try:
        if stores.identity is None:
            stores.enrol(DEVICE)
        if Replica(stores).cursor() != "filled":
            fill(stores, count)
    finally:
        stores.close()
    return data_dir
