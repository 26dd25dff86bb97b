"""A till whose files cannot be written: nothing happened, nothing was told, and it goes on later."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from pos_app.domain.basket import Discount, DiscountKind
from pos_app.domain.money import ONE
from pos_app.domain.sale import TenderKind
from pos_app.services.errors import StoreError
from tests.services.shop import SOCK, TEE, Shop

TEN_PERCENT = Discount(DiscountKind.PERCENT, 100_000, "WEB10")


@contextmanager
def nothing_can_be_written(shop: Shop) -> Iterator[None]:
    """SQLite itself refuses every write on the till's connection."""
    shop.stores.journal.exec_driver_sql("PRAGMA query_only = ON")
    yield
    shop.stores.journal.exec_driver_sql("PRAGMA query_only = OFF")


@contextmanager
def the_disk_is_full(shop: Shop) -> Iterator[None]:
    """The file may not grow by a single page, and has no page to spare."""
    run = shop.stores.journal.exec_driver_sql
    most = run("PRAGMA max_page_count").scalar_one()
    run(f"PRAGMA max_page_count = {run('PRAGMA page_count').scalar_one()}")
    yield
    run(f"PRAGMA max_page_count = {most}")


CHANGES: dict[str, Callable[[Shop], object]] = {
    "scan a new article": lambda shop: shop.till.scan(SOCK),
    "scan the same article": lambda shop: shop.till.scan(TEE),
    "quantity": lambda shop: shop.till.change_qty(0, 2 * ONE),
    "remove": lambda shop: shop.till.remove_line(0),
    "line discount": lambda shop: shop.till.set_line_discount(0, TEN_PERCENT),
    "basket discount": lambda shop: shop.till.set_discount(TEN_PERCENT),
    "part of the money": lambda shop: shop.till.take_tender(TenderKind.CARD_EXTERNAL, 100),
    "all of the money": lambda shop: shop.till.take_tender(TenderKind.CASH, 50_000),
    "suspend": lambda shop: shop.till.suspend(),
    "void": lambda shop: shop.till.void_basket(),
    "sign out": lambda shop: shop.till.sign_out(),
    "drawer": lambda shop: shop.till.open_drawer(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_cannot_be_saved_did_not_happen(shop: Shop, change: Callable[[Shop], object]) -> None:
    shop.till.scan(TEE)
    shop.told()
    till = shop.till
    before = (till.basket.memo(), till.basket.figures, till.tenders, till.staff, till.last_sale)

    with nothing_can_be_written(shop), pytest.raises(StoreError):
        change(shop)

    after = (till.basket.memo(), till.basket.figures, till.tenders, till.staff, till.last_sale)
    assert after == before
    assert shop.told() == []


def test_a_full_disk_at_the_commit_books_nothing_and_the_next_try_books_once(shop: Shop) -> None:
    while shop.till.basket.piece_count < 40:  # more rows than the file's last pages can take
        shop.till.add_variant("GIFT", None, 1_000 + shop.till.basket.piece_count)
    shop.told()

    with the_disk_is_full(shop), pytest.raises(StoreError) as refused:
        shop.till.take_tender(TenderKind.CASH, 100_000)
    assert (refused.value.kind, shop.told()) == ("full", [])
    sale = shop.till.take_tender(TenderKind.CASH, 100_000)

    assert sale is not None
    assert sale.number == 1
