"""The demo chain: four stores, a warehouse, and what the tills of each store are told."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from pos_app.domain.money import Currency
from sync.central.demo.numbers import MEASURE_RULES
from sync.central.demo.words import logo
from sync.central.importers.articles import Catalogue

Json: TypeAlias = str | int | bool | list[Any] | dict[str, Any]

TENANT = "demo"
CHAIN = "Hora & Fjord"
PRICE_LIST = "main"
AREA = "cz"
WAREHOUSE = "dc-jihlava"
LOCALE = "cs_CZ"
TIME_ZONE = "Europe/Prague"
PAGE_SIZE = 48
"""Tiles of a category: three pages of sixteen; everything else is found by search."""
ALL = "All"
PAGES = (
    "Tops",
    "Jackets",
    "Shoes",
    "Socks",
    "Bags",
    "Grocery",
    "Fruit & veg",
    "Trousers",
    "Accessories",
    "Bakery",
    "Deli",
    "Dairy",
    "Drinks",
    "Household",
    "Gifts",
    "Books",
    "Services",
)
FAVOURITES = (
    "Merino crew tee",
    "Rain jacket",
    "Trail sock 3-pack",
    "Trail shoe",
    "Paper carrier bag",
    "Repair service",
    "Shoe laces 120 cm",
    "Beanie",
    "Wax 200 g",
    "Gaiters",
    "Enamel mug",
    "Open article 21 %",
    "Bananas",
    "Apples Jonagold",
    "Daypack 20 l",
    "Walking map Šumava 1:50 000",
    "Cotton carrier bag",
    "Gift wrapping",
    "Ham on the bone",
    "Ski waxing",
)
"""Names, or beginnings of names, of the products on the first page."""


@dataclass(frozen=True, slots=True)
class Store:
    """A store is a place of stock under the same id: tills book their sales there."""

    number: str
    name: str
    street: str

    @property
    def store_id(self) -> str:
        return f"s{self.number}"


STORES = (
    Store("014", "Brno", "Zelná 14, 602 00 Brno"),
    Store("011", "Praha", "Lipová 11, 110 00 Praha 1"),
    Store("021", "Ostrava", "Dlouhá 21, 702 00 Ostrava"),
    Store("032", "Plzeň", "Křivá 32, 301 00 Plzeň"),
)


@dataclass(frozen=True, slots=True)
class Cash:
    """A currency with what is in a drawer of it, all in minor units; `crowns` make one unit."""

    currency: Currency
    crowns: int
    notes: tuple[int, ...]
    coins: tuple[int, ...]
    max_change: int


CASH = {
    "CZK": Cash(
        Currency("CZK", 2, 100),
        1,
        (500_000, 200_000, 100_000, 50_000, 20_000, 10_000),
        (5_000, 2_000, 1_000, 500, 200, 100),
        500_000,
    ),
    "EUR": Cash(
        Currency("EUR", 2, 1),
        25,
        (20_000, 10_000, 5_000, 2_000, 1_000, 500),
        (200, 100, 50, 20, 10, 5, 2, 1),
        20_000,
    ),
}


def settings(store: Store, cash: Cash) -> dict[str, Json]:
    """What every till of the store is told; names and shapes are listed in demo_shop.py."""
    currency = cash.currency
    return {
        "shop_name": CHAIN,
        "currency": {
            "code": currency.code,
            "digits": currency.digits,
            "cash_step": currency.cash_step,
        },
        "policy": {"mode": "inclusive", "rounding": "document"},
        "locale": LOCALE,
        "time_zone": TIME_ZONE,
        "receipt_header": [store.street, "DIČ CZ00000000"],
        "receipt_footer": ["Děkujeme za nákup.", "Vrácení zboží do 30 dnů s účtenkou."],
        "logo_png": logo(),
        "notes": list(cash.notes),
        "coins": list(cash.coins),
        "max_change": cash.max_change,
        "measure_rules": list(MEASURE_RULES),
        "idle_lock_s": 120,
        "quick_cash": True,
    }


def tile_rows(store_id: str, goods: Catalogue) -> Iterator[dict[str, Any]]:
    """The first page of favourites, then each category's first products.

    Positions rise over all pages, so that pages too are in the order of their first position.
    """
    pages = {ALL: [_favourite(name, goods) for name in FAVOURITES]}
    for page in PAGES:
        pages[page] = [it.product_id for it in goods.products if it.category == page][:PAGE_SIZE]
    names = {it.product_id: it.name for it in goods.products}
    for number, (page, products) in enumerate(pages.items()):
        for place, product_id in enumerate(products):
            yield {
                "store_id": store_id,
                "tile_id": f"t{number:02d}-{place:03d}",
                "page_category": page,
                "position": 1000 * number + place,
                "product_id": product_id,
                "label": names[product_id],
            }


def _favourite(name: str, goods: Catalogue) -> str:
    return next(it.product_id for it in goods.products if it.name.startswith(name))
