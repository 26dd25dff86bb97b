"""Sales to measure with: paid baskets of the domain, and a till that books them."""

import time
from collections.abc import Callable, Iterator
from itertools import count

import uuid_utils

from pos_app.domain import checkout
from pos_app.domain.basket import Basket, Line
from pos_app.domain.catalog import Unit
from pos_app.domain.clock import Now
from pos_app.domain.money import ONE, Currency
from pos_app.domain.sale import SaleDraft, Tender, TenderKind, settle
from pos_app.domain.shift import Shift
from pos_app.domain.staff import Right, Staff
from pos_app.domain.tax import TaxPolicy, TaxRate
from pos_app.store.db import Stores
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts

EURO = Currency("EUR", 2)
JANA = Staff("staff-jana", "Jana", "cashier", frozenset(Right), 4)
REDUCED = TaxRate("std", "7 %", 70_000)


def now() -> Now:
    """The machine's clocks, as the till reads them."""
    return Now(time.time_ns() // 1_000_000, time.monotonic_ns() // 1_000_000, "boot", 0)


def new_id() -> str:
    return str(uuid_utils.uuid7())


def shift() -> Shift:
    return Shift(new_id(), 1, JANA.staff_id, JANA.name, now().wall_ms, 10_000, "2026-11-21")


def draft(lines: int, of: Shift, store_id: str = "store-1", till_id: str = "1") -> SaleDraft:
    """A sale of so many articles, paid partly by card, with change."""
    basket = Basket(new_id(), TaxPolicy())
    for row in range(lines):
        name, code = f"Mehrkornbrot {row:03d} 500 g", f"0400638133{row:04d}"
        basket.add(
            Line(new_id(), f"A{row:07d}", name, "", Unit.PIECE, ONE, 299 + row, REDUCED, code)
        )
    card = Tender(new_id(), TenderKind.CARD_EXTERNAL, 500, "A123")
    cash = Tender(new_id(), TenderKind.CASH, basket.total)
    return checkout.draft(
        basket,
        (card, cash),
        settle(basket.total, (card, cash), EURO),
        EURO,
        store_id=store_id,
        till_id=till_id,
        shift=of,
        cashier=JANA,
        completed_at_ms=now().wall_ms,
    )


def prepare_booking(stores: Stores) -> tuple[Iterator[SaleDraft], Callable[[SaleDraft], object]]:
    """Open a shift: drafts of five lines and two tenders without end, and the call that books one."""
    identity = stores.identity
    if identity is None:
        raise RuntimeError("only an enrolled till sells")
    own = identity.device
    opened = shift()
    Shifts(stores).open(opened, now())
    sales = Sales(stores)
    drafts = (draft(5, opened, own.store_id, own.till_no) for _ in count())
    return drafts, lambda it: sales.book(it, now())
