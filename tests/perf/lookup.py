"""gtin_lookup and search: the till's catalogue beside raw SQLite doing the same."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from pos_app.domain.gtin import code_key
from pos_app.store.catalog import Catalog
from tests.perf.goods import ean13, products
from tests.perf.measure import Result, compared, interleaved, quantile, timed_ms
from tests.perf.shop import opened, till_with

RAW_LOOKUP = "SELECT sku, name, price, tax FROM product WHERE gtin = ?"
TOP = (
    "SELECT p.sku, p.name, p.price FROM top t JOIN product p ON p.id = t.id"
    " WHERE t.prefix = ? ORDER BY t.place"
)
ALL_LENGTHS = (1, 2, 3, 4, 5)


def floor_catalogue(count: int, folder: Path) -> Path:
    """One raw table of the same articles with a unique index on the code, as in floors.md 3."""
    path = folder / f"floor-{count}.db"
    if path.exists():
        return path
    conn = sqlite.connect(str(path), isolation_level=None)
    conn.execute("PRAGMA journal_mode=wal")
    conn.execute(
        "CREATE TABLE product(id INTEGER PRIMARY KEY, gtin TEXT, sku TEXT, name TEXT, price INT, tax TEXT)"
    )
    rows = (
        (n, code_key(code), sku, name, price, "std")
        for n, (sku, code, name, price) in enumerate(products(count), 1)
    )
    conn.execute("BEGIN")
    conn.executemany("INSERT INTO product VALUES (?,?,?,?,?,?)", rows)
    conn.execute("CREATE UNIQUE INDEX by_gtin ON product(gtin)")
    conn.execute("CREATE INDEX by_sku ON product(sku)")
    conn.execute(
        "CREATE TABLE top(prefix TEXT, place INT, id INT, PRIMARY KEY(prefix, place)) WITHOUT ROWID"
    )
    conn.execute("COMMIT")
    conn.close()
    return path


def gtin_lookup(folder: Path, rounds: int) -> list[Result]:
    """A scan's look-up at 100,000 and at 1,000,000 articles."""
    results, medians = [], {}
    for count in (100_000, 1_000_000):
        with opened(till_with(count, folder)) as stores:
            catalog = Catalog(stores)
            raw = sqlite.connect(str(floor_catalogue(count, folder)), isolation_level=None)
            keys = [code_key(ean13(n)) for n in random.Random(1).sample(range(count), 500)]
            ours_at, raw_at = _cycle(keys), _cycle(keys)
            ours, floor = interleaved(
                lambda: catalog.find(next(ours_at)),  # noqa: B023 used before the next turn
                lambda: raw.execute(RAW_LOOKUP, (next(raw_at),)).fetchall(),  # noqa: B023
                rounds,
                warm_up=600,
            )
            raw.close()
            medians[count] = quantile(ours, 0.5)
            results.append(
                compared(f"gtin_lookup_{'100k' if count < 10**6 else '1m'}", ours, floor, 5.0)
            )
    growth = medians[1_000_000] / medians[100_000]
    last = results[-1]
    note = f"1M is {growth:.2f} x 100k (target 1.5)"
    results[-1] = replace(last, note=note, met=last.met and growth <= 1.5)
    return [replace(results[-1], name="gtin_lookup"), *results]


def search(name: str, count: int, folder: Path, rounds: int) -> list[Result]:
    """Every keystroke of one word of one to five letters, and two words, as a person types."""
    chance = random.Random(7)
    names = [row[2].split() for row in products(min(count, 20_000))]
    one = [
        chance.choice(chance.choice(names))[:length] for length in ALL_LENGTHS for _ in range(60)
    ]
    two = [f"{it[0]} {it[1][:3]}" for it in chance.sample(names, 150)]
    with opened(till_with(count, folder)) as stores:
        catalog = Catalog(stores)
        raw = _top_tables(folder, count, catalog, sorted(set(one)))
        chance.shuffle(one)
        ours_at, raw_at = _cycle(one), _cycle(one)
        ours, floor = interleaved(
            lambda: catalog.search(next(ours_at)),
            lambda: raw.execute(TOP, (next(raw_at),)).fetchall(),
            rounds,
            warm_up=len(one),
        )
        raw.close()
        both = [timed_ms(lambda text=text: catalog.search(text)) for text in two]  # type: ignore[misc]
    result = compared(name, ours, floor, 10.0)
    two_p99, one_p99 = quantile(both, 0.99), quantile(ours, 0.99)
    by_length = {n: quantile(_of_length(ours, one, n), 0.5) for n in ALL_LENGTHS}
    worst = max(by_length.values()) / quantile(floor, 0.5)
    return [
        replace(
            result,
            target="p50 <= 10 x floor for 1-5 letters; p99 <= 20 ms, two words <= 100 ms",
            met=worst <= 10 and one_p99 <= 20 and two_p99 <= 100,
            note=f"worst length {worst:.1f} x; two words p50 {quantile(both, 0.5):.2f} p99 {two_p99:.2f} ms",
        )
    ]


def _of_length(samples: list[float], queries: list[str], length: int) -> list[float]:
    return [it for n, it in enumerate(samples) if len(queries[n % len(queries)]) == length]


def _top_tables(folder: Path, count: int, catalog: Catalog, prefixes: list[str]) -> Any:
    """The ready-made answers no search can beat: 50 ids for each prefix."""
    raw = sqlite.connect(str(floor_catalogue(count, folder)), isolation_level=None)
    raw.execute("BEGIN")
    for prefix in prefixes:
        hits = catalog.search(prefix, 50)
        ids = [int(hit.sku[1:]) + 1 for hit in hits]
        rows = [(prefix, place, number) for place, number in enumerate(ids)]
        raw.executemany("INSERT OR REPLACE INTO top VALUES (?,?,?)", rows)
    raw.execute("COMMIT")
    return raw


def _cycle(items: list[str]) -> Iterator[str]:
    while True:
        yield from items
