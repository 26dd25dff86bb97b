"""A clothes-and-groceries shop with a till, its window and its screens, over real store files."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from pos_app.domain.clock import Now
from pos_app.domain.gtin import check_digit, code_key
from pos_app.domain.sale import Sale
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
from pos_app.ui.format import Formats, set_formats
from pos_app.ui.main_window import MainWindow
from pos_app.ui.screen import Screen
from pos_app.ui.screens.change import ChangeScreen
from pos_app.ui.screens.payment import PaymentScreen
from pos_app.ui.screens.register import RegisterScreen
from pos_app.ui.signals import AppSignals
from pos_app.ui.till_link import TillLink

DEVICE = Device("till-0001", "store-014", "014", "Brno", "2", 1, "https://central.example")
JANA = Staff("staff-1", "Jana N.", "Cashier", frozenset(Right), 4)
TRAINEE = Staff("staff-2", "Tom R.", "Trainee", frozenset({Right.SELL}), 4)
NOW_MS = 1_763_740_800_000
SETTINGS: dict[str, Any] = {
    "shop_name": "Outdoor Brno",
    "currency": {"code": "CZK", "digits": 2, "cash_step": 100},
    "locale": "cs_CZ",
    "notes": [10_000, 20_000, 50_000, 100_000, 200_000, 500_000],
    "coins": [100, 200, 500, 1_000, 2_000, 5_000],
    "max_change": 500_000,
}
RATES = (("S", "VAT", 210_000), ("R", "VAT", 120_000), ("Z", "no VAT", 0))
COLOURS = ("Red", "Black", "Forest", "Sand")
SIZES = ("S", "M", "L", "XL")
NOT_MADE = {("Black", "XL"), ("Sand", "S"), ("Sand", "M")}
"""Combinations of the jacket that do not exist."""


def ean(body: str) -> str:
    """Twelve digits and their check digit."""
    return f"{body}{check_digit(body)}"


JACKET_M = ean("859000000001")
SOCK = ean("859000000100")
TEE = ean("859000000200")
TWICE = ean("859000000300")
BANANA_PLU = "4011"
UNKNOWN = ean("859999999999")


@dataclass(frozen=True, slots=True)
class Article:
    """One variant as the server would send it, and how many are here and in the warehouse."""

    sku: str
    product: str
    name: str
    price: int | None
    options: tuple[tuple[str, str], ...] = ()
    unit: str = "piece"
    tax: str = "S"
    code: str = ""
    category: str = "All"
    here: int | None = None
    elsewhere: int | None = None


def jackets() -> Iterable[Article]:
    """Four colours by four sizes, some not made, some gone here."""
    numbers = count(1)
    stock = {("Red", "L"): 0, ("Forest", "S"): 0, ("Sand", "XL"): 0, ("Red", "M"): 5}
    for colour in COLOURS:
        for size in SIZES:
            number = next(numbers)
            if (colour, size) in NOT_MADE:
                continue
            yield Article(
                sku=f"JKT-{colour[:3].upper()}-{size}",
                product="JKT",
                name="Rain jacket Lofoten",
                price=129_000,
                options=(("Colour", colour), ("Size", size)),
                code=ean(f"85900000{number:04d}"),
                category="Jackets",
                here=stock.get((colour, size), number),
                elsewhere=8 if colour == "Red" else 0,
            )


def socks() -> Iterable[Article]:
    """One axis."""
    for number, size in enumerate(("36–38", "39–42", "43–46")):
        yield Article(
            sku=f"LINER-{number}",
            product="LINER",
            name="Liner sock",
            price=9_900,
            options=(("Size", size),),
            category="Socks",
            here=3 * number,
            elsewhere=4,
        )


GOODS: tuple[Article, ...] = (
    *jackets(),
    *socks(),
    Article("TEE-NAVY-M", "TEE", "Merino crew tee", 49_900, (("Colour", "Navy"), ("Size", "M")),
            code=TEE, category="Tops", here=12),
    Article("SOCK-G", "SOCK", "Trail sock 3-pack", 19_900, (("Size", "39–42"),),
            code=SOCK, category="Socks", here=44),
    Article("BANANA", "BANANA", "Bananas", 3_490, unit="kg", tax="R", code=BANANA_PLU,
            category="Food", here=12),
    Article("GIFT", "GIFT", "Gift card", None, tax="Z", code="GIFT-1", category="Services"),
    Article("REPAIR", "REPAIR", "Repair service", None, category="Services"),
    Article("OLD", "OLD", "Beanie, last year", 34_900, code=TWICE, category="Tops", here=2),
    Article("NEW", "NEW", "Beanie, this year", 39_900, code=TWICE, category="Tops", here=7),
    Article("BAG", "BAG", "Carrier bag", 500, category="Bags", here=1200),
    Article("FREE", "FREE", "Catalogue", 0, code="FREE-1", category="Bags"),
    Article("WAX", "WAX", "Wax for hot irons, 200 g, with a name longer than any tile is wide",
            18_900, category="Bags", here=-3),
)  # fmt: skip


def extra_goods(number: int) -> tuple[Article, ...]:
    """Plain articles for long baskets and full tile pages."""
    return tuple(
        Article(
            f"X{n:04d}", f"X{n:04d}", f"Article number {n}", 1_000 + 100 * n, code=ean(f"{n:012d}"),
            here=n,
        )
        for n in range(1, number + 1)
    )  # fmt: skip


def block(stream: str, entity: str, cols: str, rows: list[list[Any]]) -> dict[str, Any]:
    numbered = [[seq, "put", *row] for seq, row in enumerate(rows, 1)]
    return {"stream": stream, "entity": entity, "cols": cols.split(), "rows": numbered}


def blocks(goods: tuple[Article, ...]) -> list[dict[str, Any]]:
    """Everything the server's streams would bring for these goods."""
    products: dict[str, Article] = {}
    for it in goods:
        products.setdefault(it.product, it)
    tiles = [
        [f"t{n}", category, n, it.product, it.name]
        for n, it in enumerate(products.values())
        for category in ("All", it.category)
        if category != "All" or n < 400
    ]
    tiles = [list(row) for row in {(row[1], row[3]): row for row in tiles}.values()]
    tiles = [[f"t{n}", *row[1:]] for n, row in enumerate(tiles)]
    stock = []
    for it in goods:
        for place, pieces in (("store-014", it.here), ("dc", it.elsewhere)):
            if pieces is not None:
                stock.append([f"{place}|{it.sku}", place, it.sku, pieces * 1000, NOW_MS])
    return [
        block("catalog:demo", "tax_rate", "code name ppm", [list(rate) for rate in RATES]),
        block(
            "catalog:demo",
            "product",
            "product_id name category brand axes",
            [
                [it.product, it.name, it.category, "", json.dumps([axis for axis, _ in it.options])]
                for it in products.values()
            ],
        ),
        block(
            "catalog:demo",
            "variant",
            "sku product_id name options unit tax_code codes category active sort",
            [
                [it.sku, it.product, it.name, json.dumps([list(o) for o in it.options]), it.unit,
                 it.tax, code_key(it.code) if it.code else "", it.category, 1, n]
                for n, it in enumerate(goods)
            ],
        ),
        block("prices:demo", "price", "sku amount", [[it.sku, it.price] for it in goods]),
        block(
            "stock:demo",
            "place",
            "place_id name kind",
            [["store-014", "Brno", "store"], ["dc", "Web warehouse", "warehouse"]],
        ),
        block("stock:demo", "stock", "key place_id sku qty as_of_ms", stock),
        block("store:store-014", "tile", "tile_id page_category position product_id label", tiles),
        block(
            "store:store-014",
            "setting",
            "name value",
            [[name, json.dumps(value)] for name, value in SETTINGS.items()],
        ),
    ]  # fmt: skip


class Door(Screen):
    """Stands in for sign-in: nothing here tests it."""

    needs_staff = False


@dataclass(slots=True)
class Shop:
    """A till with everything a cashier sees of it."""

    till: Till
    signals: AppSignals
    window: MainWindow
    register: RegisterScreen
    payment: PaymentScreen
    change: ChangeScreen
    stores: Stores
    sounds: list[str] = field(default_factory=list)
    copies: list[Sale] = field(default_factory=list)
    events: list[object] = field(default_factory=list)

    def scan(self, code: str | bytes) -> None:
        """As a device would."""
        self.signals.scanned.emit(code, "test")

    def close(self) -> None:
        self.register.close_down()
        self.window.close()


def open_shop(stores: Stores, goods: tuple[Article, ...] = GOODS) -> Shop:
    """Filled, signed in, shift open, the register in front; nothing shown on a screen yet."""
    Journal(stores).enrol(DEVICE)
    replica = Replica(stores)
    replica.show(blocks(goods))
    stores.upkeep.settle(60)
    return open_till(stores)


def open_till(stores: Stores) -> Shop:
    """A till on files that are there already, as after a restart."""
    signals = AppSignals()
    numbers = count(1)
    clock = count(1_000)
    run = id(signals)
    till = Till(
        TillStore(Catalog(stores), Baskets(stores), Sales(stores), Shifts(stores), Journal(stores)),
        store_id=DEVICE.store_id,
        till_id=DEVICE.device_id,
        notify=signals.till_event.emit,
        now=lambda: Now(NOW_MS, next(clock), "boot-1"),
        new_id=lambda: f"id-{run}-{next(numbers)}",
        ask_central=lambda code, answer: None,
    )
    set_formats(Formats(till.settings.locale, till.settings.currency))
    window = MainWindow(signals)
    copies: list[Sale] = []
    register = RegisterScreen(till, signals, Catalog(stores), copies.append)
    payment = PaymentScreen(till, signals)
    change = ChangeScreen(till, signals, copies.append)
    shop = Shop(till, signals, window, register, payment, change, stores, copies=copies)
    signals.sound.connect(shop.sounds.append)
    signals.till_event.connect(shop.events.append)
    window.search_asked.connect(register.ask_search)
    till.sign_in(JANA)
    if till.shift is None:
        till.open_shift(300_000)
    window.add_screen("signin", Door())
    for place, screen in (("sell", register), ("payment", payment), ("change", change)):
        window.add_screen(place, screen)
    TillLink(window, till, signals)
    window.top_bar.set_shop("014 Brno · Till 2")
    window.sign_in(JANA.name, "sell")
    shop.sounds.clear()
    shop.events.clear()
    return shop
