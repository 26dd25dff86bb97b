"""The first fill: selling before it is complete, going on where it was cut, starting over when told."""

import pytest

from pos_app.domain.events import CodeUnknown, LineAdded
from sync.central.identity import new_epoch
from tests.journeys import digest, front, goods
from tests.journeys.conftest import Shop, both_engines
from tests.journeys.counter import Counter, until
from tests.journeys.front import Front

CHANGES = "/v1/changes"
PAGES = 5
"""About so many answers fill a till of the demo shop."""


def cut_after(pages: int) -> front.Fault:
    """So many pages get through; from then on the network is gone."""
    left = [pages]

    def act(errand: front.Errand) -> None:
        is_page = errand.path.startswith(CHANGES)
        if is_page and left[0] <= 0:
            errand.front.fault = front.hang_up
            return
        left[0] -= is_page
        errand.forward()

    return act


@pytest.fixture
def empty(fresh_shop: Shop, network: Front) -> Counter:
    """An enrolled till behind the network, with nothing in it."""
    fresh_shop.another("2").close()
    return fresh_shop.kept(Counter(fresh_shop.folder / "till-2", network.address))


def pages_asked(network: Front) -> int:
    return sum(path.startswith(CHANGES) for path in network.paths)


def missing_code(counter: Counter, shop: Shop) -> str:
    """A code central knows and the till does not."""
    at = next(
        at
        for at in range(10**4)
        if not counter.catalog.find(goods.ean13(shop.server, at).zfill(14))
    )
    return goods.ean13(shop.server, at)


@both_engines
def test_an_unknown_scan_asks_the_server_while_the_fill_is_not_complete(
    fresh_shop: Shop, network: Front, empty: Counter
) -> None:
    network.become(cut_after(1))
    empty.connect()
    until(lambda: network.fault is front.hang_up and empty.changed)
    empty.open_for().told()
    code = missing_code(empty, fresh_shop)

    empty.till.scan(code)
    network.become(front.forward)
    empty.till.scan(code)

    assert empty.told() == [
        CodeUnknown(code),
        CodeUnknown(code, no_answer=True),
        CodeUnknown(code),
        LineAdded(0),
    ]
    until(empty.is_filled)
    until(lambda: digest.of_till(empty.stores) == digest.of_central(fresh_shop.server))


@pytest.mark.parametrize("pages", range(PAGES))
def test_a_fill_cut_after_any_page_goes_on_from_there(
    fresh_shop: Shop, network: Front, empty: Counter, pages: int
) -> None:
    network.become(cut_after(pages))
    empty.connect()
    until(lambda: network.fault is front.hang_up and len(empty.changed) == pages)
    empty.close()
    network.paths.clear()

    network.become(front.forward)
    again = fresh_shop.kept(Counter(empty.folder, network.address)).connect()
    until(again.is_filled)

    assert pages_asked(network) <= PAGES - pages + 1
    assert digest.of_till(again.stores) == digest.of_central(fresh_shop.server)


@both_engines
def test_a_new_epoch_brings_everything_again_and_takes_away_what_is_gone(
    fresh_shop: Shop, network: Front, empty: Counter
) -> None:
    server = fresh_shop.server
    until(empty.connect().is_filled)
    sale = empty.open_for().sell(goods.ean13(server))
    until(lambda: empty.unsent() == 0)

    server.run(
        "DELETE FROM feed WHERE entity = 'tile'",
        "DELETE FROM tile WHERE store_id = 's014'",
        "DELETE FROM feed WHERE entity = 'variant' AND entity_id LIKE 'GRO%'",
        "DELETE FROM barcode WHERE sku LIKE 'GRO%'",
        "DELETE FROM variant WHERE sku LIKE 'GRO%'",
    )
    server.write(new_epoch)
    empty.exchange.pull_now()
    empty.sell(goods.ean13(server))

    until(lambda: digest.of_till(empty.stores) == digest.of_central(server))
    until(lambda: empty.unsent() == 0)
    assert empty.stores.upkeep.settle(60)
    assert empty.catalog.tiles("All") == ()
    assert not any(hit.sku.startswith("GRO") for hit in empty.catalog.search("beans"))
    assert len(server.receipts()) == 2
    assert empty.sales.by_id(sale.sale_id) == sale


def test_a_page_that_lost_its_place_is_refused_and_asked_again(
    fresh_shop: Shop, network: Front, empty: Counter
) -> None:
    until(empty.connect().is_filled)

    empty.stores.replica.exec_driver_sql("UPDATE pull SET cursor = 'elsewhere'")
    empty.exchange.pull_now()

    run = empty.stores.replica.exec_driver_sql
    until(lambda: run("SELECT cursor FROM pull").scalar() != "elsewhere")
    until(lambda: digest.of_till(empty.stores) == digest.of_central(fresh_shop.server))
