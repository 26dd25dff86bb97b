"""What central publishes and what a till has of it, as sets of rows that must be equal."""

from typing import Any

from pos_app.store.db import Stores
from tests.journeys.central_side import ShopServer

Rows = dict[str, set[tuple[Any, ...]]]

_CENTRAL = {
    "product": "SELECT product_id, name, category, brand, axes_json FROM product",
    "variant": (
        "SELECT sku, product_id, name, options_json, unit, tax_code, category, active, sort"
        " FROM variant"
    ),
    "code": "SELECT code_key, sku FROM barcode",
    "tax_rate": "SELECT code, name, ppm FROM tax_rate",
    "price": "SELECT sku, amount FROM price WHERE price_list = 'main'",
    "stock": "SELECT place_id, sku, qty FROM stock_level",
    "place": "SELECT place_id, name, kind FROM place",
    "setting": "SELECT name, value_json FROM setting WHERE store_id = 's014'",
    "tile": (
        "SELECT tile_id, page_category, position, product_id, label FROM tile"
        " WHERE store_id = 's014'"
    ),
    "staff": (
        "SELECT staff_id, name, role, rights_json, pin_hash, pin_length, active FROM staff"
        " WHERE store_id = 's014'"
    ),
}
_TILL = {
    "product": "SELECT product_id, name, category, brand, axes FROM product",
    "variant": (
        "SELECT sku, product_id, name, options, unit, tax_code, category, active, sort FROM variant"
    ),
    "code": "SELECT c.code, v.sku FROM code c JOIN variant v ON v.id = c.variant",
    "tax_rate": "SELECT code, name, ppm FROM tax_rate",
    "price": "SELECT sku, amount FROM price",
    "stock": "SELECT place_id, sku, qty FROM stock",
    "place": "SELECT place_id, name, kind FROM place",
    "setting": "SELECT name, value FROM setting",
    "tile": "SELECT tile_id, page_category, position, product_id, label FROM tile",
    "staff": "SELECT staff_id, name, role, rights, pin_hash, pin_length, active FROM staff",
}


def of_central(server: ShopServer) -> Rows:
    """From the tables a shop's owner edits, not from the feed made of them."""
    return {name: set(server.rows(query)) for name, query in _CENTRAL.items()}


def of_till(stores: Stores) -> Rows:
    run = stores.replica.exec_driver_sql
    return {name: {tuple(row) for row in run(query)} for name, query in _TILL.items()}
