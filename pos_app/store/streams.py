"""What the server's streams carry, and the statements that store it.

A row on the wire is [seq, op, *columns]; statements bind it as it comes, so that no Python object is
made for a row: ?1 is seq, ?2 op, ?3 the first column.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from sync.errors import ServerBroken

Row = Sequence[object]

STREAMS: dict[str, tuple[str, ...]] = {
    "catalog": ("product", "variant", "tax_rate"),
    "prices": ("price",),
    "stock": ("stock", "place"),
    "store": ("staff", "setting", "tile"),
    "customers": ("customer",),
    "device": ("verdict",),
}
"""Entities by the part of a stream's name before the colon."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "product": ("product_id", "name", "category", "brand", "axes"),
    "variant": (
        "sku",
        "product_id",
        "name",
        "options",
        "unit",
        "tax_code",
        "codes",
        "category",
        "active",
        "sort",
    ),
    "tax_rate": ("code", "name", "ppm"),
    "price": ("sku", "amount"),
    "stock": ("key", "place_id", "sku", "qty", "as_of_ms"),
    "place": ("place_id", "name", "kind"),
    "staff": ("staff_id", "name", "role", "rights", "pin_hash", "pin_length", "active"),
    "setting": ("name", "value"),
    "tile": ("tile_id", "page_category", "position", "product_id", "label"),
    "customer": (
        "customer_id",
        "name",
        "email",
        "phone",
        "loyalty_no",
        "consents",
        "points",
        "tier",
        "version",
    ),
    "verdict": ("verdict_id", "incarnation", "fact_seq", "status", "code", "detail", "at_ms"),
}
"""Columns on the wire; the first is the key. Ours have the same names; `key` of stock is not kept."""

_KEYS = {name: columns[:1] for name, columns in COLUMNS.items()} | {"stock": ("sku", "place_id")}


class Counted(NamedTuple):
    """Figures of stock hold the till's own facts up to `seq` of this life, and all that came before."""

    life: int
    seq: int


@lru_cache(maxsize=64)
def insert(entity: str, gen: int, own: Counted | None = None) -> str:
    """Rows that are not here yet; `own` is what figures of stock hold."""
    kept = {name: at for at, name in enumerate(COLUMNS[entity], 3) if name != "key"}
    values = ", ".join(f"?{at}" for at in kept.values())
    names, literals = ("", "") if own is None else (", own_life, own_seq", f", {own[0]}, {own[1]}")
    return (
        f"INSERT INTO {entity} ({', '.join(kept)}, seq, gen{names})"
        f" VALUES ({values}, ?1, {gen}{literals})"
    )


@lru_cache(maxsize=64)
def upsert(entity: str, gen: int, own: Counted | None = None) -> str:
    """Rows that may be here: one older than ours changes nothing."""
    keys = _KEYS[entity]
    more = () if own is None else ("own_life", "own_seq")
    changed = [it for it in (*COLUMNS[entity], "seq", "gen", *more) if it not in (*keys, "key")]
    assignments = ", ".join(f"{name} = excluded.{name}" for name in changed)
    return (
        f"{insert(entity, gen, own)} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {assignments}"
        f" WHERE excluded.seq >= {entity}.seq OR {entity}.gen < {gen}"
    )


def delete(entity: str) -> str:
    """By the wire's key, ?1."""
    if entity == "stock":
        return (
            "DELETE FROM stock WHERE place_id = substr(?1, 1, instr(?1, '|') - 1)"
            " AND sku = substr(?1, instr(?1, '|') + 1)"
        )
    return f"DELETE FROM {entity} WHERE {_KEYS[entity][0]} = ?1"


def entities_of(streams: Sequence[str]) -> list[str]:
    """Everything these streams carry; a stream we do not know carries nothing."""
    return [name for stream in streams for name in STREAMS.get(stream.partition(":")[0], ())]


def in_our_order(entity: str, cols: Sequence[str], rows: Sequence[Row]) -> Sequence[Row]:
    """Rows with our columns in our order; ServerBroken when one is missing."""
    ours = COLUMNS[entity]
    if tuple(cols) == ours:
        return rows
    try:
        places = [0, 1, *(cols.index(name) + 2 for name in ours)]
    except ValueError as error:
        raise ServerBroken(f"{entity} has columns {', '.join(cols)}") from error
    return [row if row[1] == "del" else [row[at] for at in places] for row in rows]
