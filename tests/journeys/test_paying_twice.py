"""Whatever is pressed twice, a basket is sold once."""

import threading

from pos_app.domain.sale import Sale, TenderKind
from pos_app.store.sales import Sales
from tests.journeys import goods
from tests.journeys.conftest import Shop
from tests.journeys.counter import until


def test_a_tender_after_the_last_one_does_nothing(shop: Shop) -> None:
    counter = shop.till().connect().open_for()
    counter.till.scan(goods.ean13(shop.server))
    due = counter.till.settlement.cash_due

    first = counter.till.take_tender(TenderKind.CASH, due)
    second = counter.till.take_tender(TenderKind.CASH, due)

    assert first is not None
    assert second is None
    until(lambda: counter.unsent() == 0)
    assert shop.server.receipts() == [(first.receipt_no, first.total)]


def test_a_sale_booked_by_two_threads_at_once_is_one_sale(shop: Shop) -> None:
    counter = shop.till().open_for()
    sale = counter.sell(goods.ean13(shop.server))
    booked: list[Sale] = []

    def book() -> None:
        booked.append(Sales(counter.stores).book(sale, counter.clock.now()))

    threads = [threading.Thread(target=book) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert booked == [sale] * 8
    assert counter.journal.verify() is None
    assert len(counter.journal.batch(1, 200, 10**6)) == 2


def test_facts_of_many_threads_stand_in_one_chain_without_a_gap(shop: Shop) -> None:
    counter = shop.till().connect().open_for()
    payload = {"what": "drawer_opened", "staff_id": "014-jana", "detail": ""}

    def record() -> None:
        for _ in range(10):
            counter.journal.record("auth.event.v1", "014-jana", payload, counter.clock.now())

    threads = [threading.Thread(target=record) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counter.exchange.wake()

    until(lambda: counter.unsent() == 0)
    assert counter.journal.verify() is None
    assert shop.server.one("SELECT count(*) FROM inbox WHERE status = 'applied'") == 41
