"""Tills with a catalogue of any size, made once under build/ and kept for the next measurement."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pos_app.store import catalog_rows, fold, replica_tables, rows, schema, search_index, streams
from pos_app.store.db import Stores, open_stores
from pos_app.store.identity import Device
from pos_app.store.replica import Replica
from pos_app.store.streams import COLUMNS
from tests.perf import goods
from tests.perf.goods import page_rows

DEVICE = Device("bench-device", "store-1", "001", "Bench", "1", 1, "http://127.0.0.1:9", "")
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


def setting_values() -> list[tuple[str, str]]:
    """The shop's settings as rows: name and JSON."""
    return [(name, json.dumps(value)) for name, value in SETTINGS.items()]


def block(entity: str, found: list[list[object]]) -> dict[str, Any]:
    """One entity's rows as they come in a page."""
    return {"stream": STREAMS[entity], "entity": entity, "cols": COLUMNS[entity], "rows": found}


def pages(count: int) -> Iterator[list[dict[str, Any]]]:
    """The catalogue in the order central sends it: tax first, then goods and prices together."""
    settings = [[n, "put", *row] for n, row in enumerate(setting_values(), 1)]
    yield [block("tax_rate", [[1, "put", "std", "19 %", 190_000]]), block("setting", settings)]
    found = page_rows(count)
    for start in range(0, count, PAGE):
        yield [block(entity, part[start : start + PAGE]) for entity, part in found.items()]


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
    """The data folder of an enrolled till that has `count` articles.

    Made anew when the code that fills or indexes it has changed since, and in a process of its own:
    a million articles leave traces in the memory of the one that made them.
    """
    data_dir = folder / f"till-{count}-{_made_by()}"
    if not data_dir.exists():
        for other in folder.glob(f"till-{count}-*"):
            shutil.rmtree(other)
        words = [sys.executable, "-m", "tests.perf.shop", str(count), str(data_dir)]
        subprocess.run(words, check=True)
    return data_dir


def _made_by() -> str:
    """A mark of the sources that decide what is in the files."""
    sources = (schema, replica_tables, streams, rows, catalog_rows, search_index, fold, goods)
    text = b"".join(Path(it.__file__ or "").read_bytes() for it in sources)
    return hashlib.sha256(text).hexdigest()[:8]


@contextmanager
def opened(data_dir: Path) -> Iterator[Stores]:
    """The stores of a till, its search index complete."""
    stores = open_stores(data_dir)
    try:
        stores.upkeep.settle(600)
        yield stores
    finally:
        stores.close()


def main(count: int, data_dir: Path) -> None:
    """Make a till; its folder gets its name when it is complete."""
    fresh = data_dir.with_name(f"{data_dir.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    with opened(fresh) as stores:
        stores.enrol(DEVICE)
        fill(stores, count)
    fresh.rename(data_dir)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
