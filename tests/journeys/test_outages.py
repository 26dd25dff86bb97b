"""The network and the server come and go; every sale arrives once, and the badge says what waits."""

import pytest

from pos_app.domain.money import ONE
from pos_app.domain.sale import TenderKind
from tests.journeys import front, goods
from tests.journeys.central_side import ServerProcess
from tests.journeys.conftest import Shop, both_engines
from tests.journeys.counter import Counter, until
from tests.journeys.front import Front


def sold_at(counter: Counter) -> list[tuple[str, int]]:
    """Every sale of a till from its own journal, as central must have them."""
    rows = counter.stores.journal.exec_driver_sql(
        "SELECT receipt_no, total FROM sale ORDER BY receipt_no"
    )
    return [tuple(row) for row in rows]


def test_a_server_killed_in_mid_sale_gets_everything_once_when_it_is_back(shop: Shop) -> None:
    shop.server.stop()
    with ServerProcess(shop.server.database) as server:
        counter, code = shop.till(server.address).connect().open_for(), goods.ean13(shop.server)
        counter.sell(code)
        until(lambda: counter.unsent() == 0)

        counter.till.scan(code)
        server.kill()
        for _ in range(3):
            counter.sell(code)
        assert counter.unsent() == 3
        until(lambda: counter.state and counter.state.unsent == 3)

        server.start()
        until(lambda: counter.unsent() == 0)
        assert shop.server.receipts() == sold_at(counter)
        assert shop.server.one("SELECT count(*) FROM stock_ledger WHERE kind = 'sale'") == 4


def test_a_server_killed_again_and_again_while_it_is_sent_to_gets_everything_once(
    shop: Shop,
) -> None:
    shop.server.stop()
    counter, code = shop.till().open_for(), goods.ean13(shop.server)
    with ServerProcess(shop.server.database) as server:
        counter.close()
        counter = shop.till(server.address).connect().open_for()
        for _ in range(3):
            for _ in range(10):
                counter.sell(code)
            server.kill()
            server.start()

        until(lambda: counter.unsent() == 0)
        assert shop.server.receipts() == sold_at(counter)
        assert len(sold_at(counter)) == 30
        assert shop.server.one("SELECT count(*) FROM stock_ledger WHERE kind = 'sale'") == 30


def test_what_waits_is_told_from_the_journal_also_after_a_restart(shop: Shop) -> None:
    shop.server.stop()
    counter, code = shop.till().connect().open_for(), goods.ean13(shop.server)
    counter.sell(code)
    counter.sell(code)
    until(lambda: counter.state and counter.state.unsent == 3)
    oldest = counter.state and counter.state.oldest_unsent_ms
    counter.close()

    again = shop.till().connect()
    until(lambda: again.state)

    assert again.state is not None
    assert again.state.connection == "offline"
    assert (again.state.unsent, again.state.oldest_unsent_ms) == (3, oldest)
    assert again.state.pulled_at_ms == again.catalog.pulled_at_ms() is not None


@both_engines
@pytest.mark.parametrize("fault", [front.lose_reply, front.twice], ids=["lost reply", "twice"])
def test_what_was_delivered_without_an_answer_or_twice_is_booked_once(
    fresh_shop: Shop, network: Front, fault: front.Fault
) -> None:
    counter, server = fresh_shop.another("2"), fresh_shop.server
    counter.close()
    counter = fresh_shop.kept(Counter(counter.folder, network.address)).connect()
    until(counter.is_filled)
    code = goods.ean13(server)

    network.become(front.only("/v1/events", fault, times=3))
    for _ in range(5):
        counter.open_for().sell(code)
    until(lambda: counter.unsent() == 0)

    assert server.receipts() == sold_at(counter)
    assert server.one("SELECT count(*) FROM inbox") == counter.journal.state().last_seq
    assert server.rows("SELECT code FROM fact_exception") == []
    assert goods.sold_of(server, code) == 5 * ONE


@both_engines
def test_two_tills_of_one_store_sell_the_same_article_through_an_outage(fresh_shop: Shop) -> None:
    server = fresh_shop.server
    tills = [fresh_shop.another(number).connect() for number in ("2", "3")]
    until(lambda: all(it.is_filled() for it in tills))
    code = goods.ean13(server)
    sku = goods.sku_of(server, code)
    opening = goods.stock_of(server, sku)

    for counter in tills:
        counter.open_for().sell(code)
    server.stop()
    for counter in tills:
        counter.sell(code, code)
    server.start()

    until(lambda: all(it.unsent() == 0 for it in tills))
    assert server.receipts() == sorted(sold_at(tills[0]) + sold_at(tills[1]))
    assert len(server.receipts()) == 4
    until(lambda: all(it.catalog.stock(sku)[0].qty == opening - 6 * ONE for it in tills))
    assert goods.stock_of(server, sku) == opening - 6 * ONE


def test_a_basket_begun_online_is_finished_offline(shop: Shop) -> None:
    counter, code = shop.till().connect().open_for(), goods.ean13(shop.server)
    until(counter.is_filled)
    counter.till.scan(code)

    shop.server.stop()
    counter.till.scan(goods.weight_label(500))
    counter.till.take_tender(TenderKind.CARD_EXTERNAL, 1_000)
    sale = counter.till.take_tender(TenderKind.CASH, counter.till.settlement.cash_due)

    assert sale is not None
    assert len(sale.lines) == 2
