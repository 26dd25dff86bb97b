"""Seeding the demo shop: our own generated data, the same on every machine, seeded once.

What the tills of a store are told are rows (name, JSON value) of the `setting` table:

| name             | value                                                                         |
|------------------|-------------------------------------------------------------------------------|
| `shop_name`      | text for the head of screens and receipts                                     |
| `currency`       | `{"code": "CZK", "digits": 2, "cash_step": 100}`; the step in minor units     |
| `policy`         | `{"mode": "inclusive" or "exclusive", "rounding": "line" or "document"}`      |
| `locale`         | `"cs_CZ"`: how numbers and dates are written                                  |
| `time_zone`      | `"Europe/Prague"`                                                             |
| `receipt_header` | lines of text; the last names the VAT id                                      |
| `receipt_footer` | lines of text                                                                 |
| `logo_png`       | a PNG in base64, black on white                                               |
| `notes`          | banknotes in minor units, largest first                                       |
| `coins`          | coins in minor units, largest first                                           |
| `max_change`     | minor units; more change than this is taken for a typing error                |
| `measure_rules`  | `[{"pattern": "29IIIIIWWWWWK", "decimals": 3}, …]`; `decimals` may be missing |
| `idle_lock_s`    | seconds until an idle till locks                                              |
| `quick_cash`     | whether one tap may take cash and finish the sale                             |

The names are those of `ShopSettings`. Which price list a store sells by is a column of `store`.
Tiles: `page_category` "All" is the first page; pages and tiles are in the order of `position`.
Names, roles and PINs of the staff stand in demo/people.py, article numbers in demo/numbers.py.
"""

from typing import Any

from sqlalchemy import Connection, Engine, Table, select

from sync.central import customers, db, stock
from sync.central.demo import people, places
from sync.central.demo.goods import RATES, goods
from sync.central.demo.places import AREA, PRICE_LIST, STORES, TENANT, WAREHOUSE, Cash
from sync.central.demo.stock_figures import opening
from sync.central.errors import CommandError
from sync.central.feed import Changes, stock_stream, store_stream
from sync.central.identity import now_ms
from sync.central.importers.applying import StockMode, apply
from sync.central.importers.articles import Catalogue
from sync.central.importers.difference import difference, json_text
from sync.central.importers.target import Target
from sync.central.schema import place, server_state, setting, staff, store, tenant, tile
from sync.central.stock import Move

VERSION = "2"
MARK = "demo_shop"


def seed(engine: Engine, *, currency: str = "CZK", with_goods: bool = True) -> bool:
    """Fill a migrated database with the demo shop in one transaction; False when it is there.

    Without goods there are only stores, people and tax rates: a catalogue import brings the rest.
    """
    if currency not in places.CASH:
        known = " or ".join(places.CASH)
        raise CommandError(f"The demo shop sells in {known}, not in {currency}.")
    mark = {"name": MARK, "value": f"{VERSION} {currency} {'goods' if with_goods else 'bare'}"}

    def work(conn: Connection) -> bool:
        seen = select(server_state.c.value).where(server_state.c.name == MARK)
        if conn.execute(seen).scalar_one_or_none() == mark["value"]:
            return False
        cash = places.CASH[currency]
        _fill(conn, goods(cash.crowns) if with_goods else Catalogue((), (), RATES), cash)
        conn.execute(db.upsert(conn, server_state), [mark])
        return True

    return db.write(engine, work)


def _fill(conn: Connection, stocked: Catalogue, cash: Cash) -> None:
    changes = Changes()
    at_ms = now_ms()
    _chain(conn, changes)
    _people(conn, changes)
    target = Target(TENANT, PRICE_LIST)
    what = difference(conn, stocked, target)
    apply(conn, stocked, what, target, at_ms, changes, StockMode.IGNORE)
    _stock(conn, stocked, at_ms, changes)
    _store_rows(conn, stocked, cash, changes)
    changes.write(conn)


def _chain(conn: Connection, changes: Changes) -> None:
    """The shop, its places and its stores."""
    _put(conn, tenant, [{"tenant_id": TENANT, "name": places.CHAIN, "pin_pepper": people.PEPPER}])
    spots = [(it.store_id, it.name, "store") for it in STORES]
    spots.append((WAREHOUSE, "Warehouse Jihlava", "warehouse"))
    ours = {"tenant_id": TENANT, "area": AREA}
    rows = [ours | {"place_id": key, "name": name, "kind": kind} for key, name, kind in spots]
    for row in _put(conn, place, rows):
        wire = (row["place_id"], row["name"], row["kind"])
        changes.put(stock_stream(AREA), "place", [wire])
    _put(
        conn,
        store,
        [
            ours
            | {
                "store_id": it.store_id,
                "store_no": it.number,
                "name": it.name,
                "price_list": PRICE_LIST,
                "place_id": it.store_id,
            }
            for it in STORES
        ],
    )


def _people(conn: Connection, changes: Changes) -> None:
    ids = {it.number: it.store_id for it in STORES}
    for row in _put(conn, staff, people.staff_rows(ids)):
        wire = tuple(row[key] for key in row if key != "store_id")
        changes.put(store_stream(row["store_id"]), "staff", [wire])
    customers.put(conn, TENANT, people.customers(AREA), changes)


def _stock(conn: Connection, stocked: Catalogue, at_ms: int, changes: Changes) -> None:
    """Opening stock of every place, booked once for ever."""
    for place_id in (*(it.store_id for it in STORES), WAREHOUSE):
        figures = opening(stocked.variants, place_id, is_warehouse=place_id == WAREHOUSE)
        moves = [
            Move(place_id, sku, qty, "opening", f"{place_id}|{sku}", at_ms) for sku, qty in figures
        ]
        stock.book(conn, place_id, moves, at_ms, changes)


def _store_rows(conn: Connection, stocked: Catalogue, cash: Cash, changes: Changes) -> None:
    """Settings and tiles of each store."""
    for it in STORES:
        told = places.settings(it, cash)
        rows = [
            {"store_id": it.store_id, "name": name, "value_json": json_text(value)}
            for name, value in told.items()
        ]
        tiles = list(places.tile_rows(it.store_id, stocked)) if stocked.products else []
        stream = store_stream(it.store_id)
        for row in _put(conn, setting, rows):
            changes.put(stream, "setting", [(row["name"], row["value_json"])])
        for row in _put(conn, tile, tiles):
            wire = tuple(row[key] for key in row if key != "store_id")
            changes.put(stream, "tile", [wire])


def _put(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write the rows that are new or different; returns them."""
    had = [dict(row) for row in conn.execute(select(table)).mappings()]
    known = {_key(table, row): row for row in had}
    changed = [row for row in rows if known.get(_key(table, row)) != row]
    if changed:
        conn.execute(db.upsert(conn, table), changed)
    return changed


def _key(table: Table, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)
