"""A till's store that sells, without a screen: real files, goods of tests.central.shop."""

import time
from random import Random

import uuid_utils
from sqlalchemy import Connection

from pos_app.domain import checkout
from pos_app.domain.basket import Basket, Line
from pos_app.domain.catalog import Unit
from pos_app.domain.clock import Now
from pos_app.domain.money import ONE, Currency
from pos_app.domain.sale import Sale, SaleDraft, Tender, TenderKind, settle
from pos_app.domain.shift import Shift
from pos_app.domain.staff import Right, Staff
from pos_app.domain.tax import TaxPolicy
from pos_app.store.db import Stores
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from sync.central import schema
from sync.central.feed import prices_stream, publish
from tests.central import shop
from tests.central.shop import MILK, SHIRT_M, SHIRT_S, STORE, TENANT
from tests.central.tills import VAT

ANNA = Staff("anna", "Anna", "cashier", frozenset(Right), 4)
EURO = Currency("EUR", 2)
GOODS = (MILK, SHIRT_S, SHIRT_M)


def now() -> Now:
    return Now(time.time_ns() // 1_000_000, time.monotonic_ns() // 1_000_000, "boot", 0)


def new_id() -> str:
    return str(uuid_utils.uuid7())


PRICES = prices_stream(f"list-{TENANT}")


def stock_the_shop(conn: Connection, prices: int) -> None:
    """The small shop with a place that is called like the store, and prices enough for many pages."""
    shop.seed(conn)
    place = {"place_id": STORE, "tenant_id": TENANT, "area": "cz", "name": STORE, "kind": "store"}
    conn.execute(schema.place.insert().values(place))
    publish(conn, PRICES, "price", [(f"P-{at}", at) for at in range(prices)])


class Seller:
    """Books one to three lines at a time, in the shift that is open."""

    def __init__(self, stores: Stores, dice: Random) -> None:
        assert stores.identity is not None
        self._device, self._dice = stores.identity.device, dice
        self._sales, shifts = Sales(stores), Shifts(stores)
        found = shifts.current()
        if found is None:
            found = Shift(new_id(), 1, ANNA.staff_id, ANNA.name, now().wall_ms, 0, "2026-01-01")
            shifts.open(found, now())
        self._shift = found

    def sell(self) -> Sale:
        """Durable when it returns."""
        return self._sales.book(self.draft(), now())

    def draft(self) -> SaleDraft:
        basket = Basket(new_id(), TaxPolicy())
        for sku in self._dice.sample(GOODS, self._dice.randint(1, 3)):
            pieces = self._dice.randint(1, 3) * ONE
            basket.add(Line(new_id(), sku, sku, "", Unit.PIECE, pieces, 149, VAT, ""))
        cash = (Tender(new_id(), TenderKind.CASH, basket.total + 1_000),)
        return checkout.draft(
            basket,
            cash,
            settle(basket.total, cash, EURO),
            EURO,
            store_id=self._device.store_id,
            till_id=self._device.till_no,
            shift=self._shift,
            cashier=ANNA,
            completed_at_ms=now().wall_ms,
        )
