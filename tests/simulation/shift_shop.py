"""The small shop in which the till is killed: five articles by code, one by weight."""

from typing import Any

from pos_app.store.db import Stores
from pos_app.store.identity import Device
from pos_app.store.replica import Replica

CODES = ("4006381333931", "5901234123457", "8594001234561", "96385074", "0012345678905")
WEIGHED = "APPLES"
DEVICE = Device(
    device_id="till-2",
    store_id="store-1",
    store_no="014",
    store_name="Crash Lane",
    till_no="2",
    incarnation=1,
    server_url="http://127.0.0.1:9",
    pin_pepper="",
)


def stock_the_shop(stores: Stores) -> None:
    """Enrol and fill the replica, unless an earlier life did."""
    if stores.identity is None:
        stores.enrol(DEVICE)
    replica = Replica(stores)
    if replica.cursor() != "stocked":
        replica.apply(_page(replica.cursor()))


def _page(cursor: str) -> dict[str, Any]:
    goods = [(f"SKU-{n}", f"Article {n}", "piece", code) for n, code in enumerate(CODES)]
    goods.append((WEIGHED, "Apples", "kg", ""))
    blocks = [
        _block("catalog:demo", "tax_rate", ["code", "name", "ppm"], [["A", "21 %", 210_000]]),
        _block(
            "catalog:demo",
            "product",
            ["product_id", "name", "category", "brand", "axes"],
            [[f"P-{sku}", name, "", "", "[]"] for sku, name, _, _ in goods],
        ),
        _block(
            "catalog:demo",
            "variant",
            [
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
            ],
            [
                [sku, f"P-{sku}", name, "[]", unit, "A", code.zfill(14) if code else "", "", 1, 0]
                for sku, name, unit, code in goods
            ],
        ),
        _block(
            "prices:base",
            "price",
            ["sku", "amount"],
            [[sku, 99 + 250 * n] for n, (sku, *_) in enumerate(goods)],
        ),
    ]
    return {
        "from_cursor": cursor,
        "next_cursor": "stocked",
        "blocks": blocks,
        "row_count": sum(len(block["rows"]) for block in blocks),
        "has_more": False,
        "epoch": "demo",
        "includes_own_through": 0,
        "resnapshot": [],
        "positions": {},
        "heads": {},
    }


def _block(stream: str, entity: str, cols: list[str], rows: list[list[object]]) -> dict[str, Any]:
    numbered = [[seq, "put", *row] for seq, row in enumerate(rows, 1)]
    return {"stream": stream, "entity": entity, "cols": cols, "rows": numbered}
