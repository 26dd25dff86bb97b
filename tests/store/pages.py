"""Pages of changes as central sends them."""

from collections.abc import Iterable, Sequence
from typing import Any

from pos_app.store.streams import COLUMNS

_STREAM = {
    "product": "catalog:t",
    "variant": "catalog:t",
    "tax_rate": "catalog:t",
    "price": "prices:l",
    "stock": "stock:a",
    "place": "stock:a",
    "staff": "store:14",
    "setting": "store:14",
    "tile": "store:14",
    "customer": "customers:t/a",
    "verdict": "device:1",
}


def block(entity: str, rows: Iterable[Sequence[Any]], seq: int = 1, op: str = "put") -> Any:
    """Rows without seq and op, which are put in front."""
    numbered = [[seq + n, op, *row] for n, row in enumerate(rows)]
    return {
        "stream": _STREAM[entity],
        "entity": entity,
        "cols": list(COLUMNS[entity]),
        "rows": numbered,
    }


def page(
    *blocks: Any, start: str = "", end: str = "c1", has_more: bool = False, own: int = 0
) -> dict[str, Any]:
    return {
        "epoch": "e1",
        "from_cursor": start,
        "next_cursor": end,
        "blocks": list(blocks),
        "has_more": has_more,
        "includes_own_through": own,
    }


def product(product_id: str, name: str, axes: str = "[]", brand: str = "") -> tuple[Any, ...]:
    return (product_id, name, "cat", brand, axes)


def variant(
    sku: str,
    product_id: str,
    name: str,
    codes: str = "",
    options: str = "[]",
    *,
    active: int = 1,
    sort: int = 0,
) -> tuple[Any, ...]:
    return (sku, product_id, name, options, "piece", "std", codes, "cat", active, sort)


def goods(*items: tuple[str, str, str], seq: int = 1) -> list[Any]:
    """Blocks of simple articles given as (sku, name, codes), each its own product, all at 1.99."""
    return [
        block("tax_rate", [("std", "21 %", 210_000)], seq),
        block("product", [product("p" + sku, name) for sku, name, _ in items], seq),
        block("variant", [variant(sku, "p" + sku, name, codes) for sku, name, codes in items], seq),
        block("price", [(sku, 199) for sku, _, _ in items], seq),
    ]
