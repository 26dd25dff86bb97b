"""A small shop in real store files, and a till in it that writes down what it tells."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from pos_app.domain.clock import Now
from pos_app.domain.events import Event
from pos_app.domain.gtin import check_digit, code_key
from pos_app.domain.money import Currency
from pos_app.domain.settings import MeasureRule, ShopSettings
from pos_app.domain.staff import Right, Staff
from pos_app.services.needs import TillStore
from pos_app.services.till import Till
from pos_app.store.baskets import Baskets
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores
from pos_app.store.journal import Device, Journal
from pos_app.store.replica import Replica
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts

CZK = Currency("CZK", 2, 100)
RULES = (MeasureRule("21IIIIIWWWWWK"), MeasureRule("22IIIIICPPPPK"))
DEVICE = Device("till-0001", "store-014", "014", "Brno", "2", 1, "https://central.example")
ALL_RIGHTS = frozenset(Right)
JANA = Staff("staff-1", "Jana N.", "Cashier", ALL_RIGHTS, 4)


def label(prefix: str, body: str) -> str:
    """A code of 13 digits with its check digit."""
    return f"{prefix}{body}{check_digit(prefix + body)}"


TEE, SOCK, TWICE, IN_HOUSE = "4006381333931", "40170725", "5901234123457", "1234567890123"
BANANAS, CHEESE = label("21", "1234500000"), label("22", "5432100000")
GOODS: tuple[tuple[Any, ...], ...] = (
    # sku, product, name, options, unit, tax, codes, price
    (
        "TEE-M",
        "TEE",
        "Merino crew tee",
        [["Colour", "Navy"], ["Size", "M"]],
        "piece",
        "S",
        TEE,
        49900,
    ),
    (
        "TEE-L",
        "TEE",
        "Merino crew tee",
        [["Colour", "Navy"], ["Size", "L"]],
        "piece",
        "S",
        "",
        49900,
    ),
    ("SOCK", "SOCK", "Trail sock 3-pack", [], "piece", "S", SOCK, 19900),
    ("BANANA", "BANANA", "Bananas", [], "kg", "R", BANANAS, 3490),
    ("CHEESE", "CHEESE", "Gouda", [], "kg", "R", CHEESE, 25900),
    ("GIFT", "GIFT", "Gift card", [], "piece", "Z", "GIFT-1", None),
    ("OLD", "OLD", "Beanie, last year", [], "piece", "S", TWICE, 34900),
    ("NEW", "NEW", "Beanie, this year", [], "piece", "S", TWICE, 39900),
    ("FREE", "FREE", "Catalogue", [], "piece", "S", "FREE-1", 0),
    ("SCREW", "SCREW", "Screw", [], "piece", "S", IN_HOUSE, 150),
)
RATES = (("S", "VAT", 210_000), ("R", "VAT", 120_000), ("Z", "no VAT", 0))
SETTINGS: dict[str, Any] = {
    "shop_name": "Outdoor Brno",
    "currency": {"code": "CZK", "digits": 2, "cash_step": 100},
    "locale": "cs_CZ",
    "time_zone": "Europe/Prague",
    "receipt_header": ["Masarykova 1", "DIČ CZ12345678"],
    "receipt_footer": ["Děkujeme za nákup"],
    "measure_rules": [{"pattern": rule.pattern} for rule in RULES],
    "notes": [10_000, 20_000, 50_000, 100_000, 200_000, 500_000],
    "max_change": 500_000,
}


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is told to go on."""

    wall_ms: int = 1_763_740_800_000
    mono_ms: int = 1_000

    def __call__(self) -> Now:
        return Now(self.wall_ms, self.mono_ms, "boot-1")


@dataclass(slots=True)
class Central:
    """What the till asked the server, to be answered when the test likes."""

    asked: list[tuple[str, Callable[[bool | None], None]]] = field(default_factory=list)

    def ask(self, code: str, answer: Callable[[bool | None], None]) -> None:
        self.asked.append((code, answer))


@dataclass(slots=True)
class Shop:
    """One till with the store it runs on."""

    stores: Stores
    clock: Clock
    central: Central
    events: list[Event]
    till: Till

    def told(self) -> list[Event]:
        """What the till said since the last time."""
        said = list(self.events)
        self.events.clear()
        return said

    def restarted(self) -> "Shop":
        """The same files under a new till, as after a crash."""
        return open_till(self.stores, self.clock)


def block(stream: str, entity: str, cols: str, rows: list[list[Any]]) -> dict[str, Any]:
    numbered = [[seq, "put", *row] for seq, row in enumerate(rows, 1)]
    return {"stream": stream, "entity": entity, "cols": cols.split(), "rows": numbered}


def goods_blocks(goods: tuple[tuple[Any, ...], ...] = GOODS) -> list[dict[str, Any]]:
    products = {it[1]: [it[1], it[2], "All", "", json.dumps([a for a, _ in it[3]])] for it in goods}
    variants = [
        [sku, product, name, json.dumps(options), unit, tax, code_key(code), "All", 1, n]
        for n, (sku, product, name, options, unit, tax, code, _) in enumerate(goods)
    ]
    return [
        block("catalog:demo", "tax_rate", "code name ppm", [list(rate) for rate in RATES]),
        block(
            "catalog:demo", "product", "product_id name category brand axes", [*products.values()]
        ),
        block(
            "catalog:demo",
            "variant",
            "sku product_id name options unit tax_code codes category active sort",
            variants,
        ),
        block("prices:demo", "price", "sku amount", [[it[0], it[7]] for it in goods]),
    ]


def settings_block(values: dict[str, Any]) -> dict[str, Any]:
    rows = [[name, json.dumps(value)] for name, value in values.items()]
    return block("store:store-014", "setting", "name value", rows)


def fill(stores: Stores, blocks: list[dict[str, Any]]) -> None:
    """What a page of the server's changes would bring."""
    Replica(stores).show(blocks)


def open_shop(stores: Stores) -> Shop:
    """Enrolled and filled, nobody signed in, no shift open."""
    Journal(stores).enrol(DEVICE)
    fill(stores, [*goods_blocks(), settings_block(SETTINGS)])
    return open_till(stores, Clock())


def open_till(stores: Stores, clock: Clock) -> Shop:
    events: list[Event] = []
    central = Central()
    numbers = count(1)
    run = clock.mono_ms = clock.mono_ms + 1
    till = Till(
        TillStore(Catalog(stores), Baskets(stores), Sales(stores), Shifts(stores), Journal(stores)),
        store_id=DEVICE.store_id,
        till_id=DEVICE.device_id,
        notify=events.append,
        now=clock,
        new_id=lambda: f"id-{run}-{next(numbers)}",
        ask_central=central.ask,
    )
    return Shop(stores, clock, central, events, till)


def settings(**changes: Any) -> ShopSettings:
    return ShopSettings(currency=CZK, measure_rules=RULES, **changes)
