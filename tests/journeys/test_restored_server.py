"""Central is set back to an older copy of its database: the tills bring back what it lost."""

from collections.abc import Callable
from contextlib import closing

import pysqlite3.dbapi2 as sqlite
import pytest

from tests.journeys import digest, goods
from tests.journeys.conftest import Shop
from tests.journeys.counter import Counter, until


def set_back(shop: Shop, meanwhile: Callable[[], object]) -> None:
    """Keep a copy, let things happen, and start the server on the copy as fast as an admin can."""
    database, copy = shop.folder / "central.db", shop.folder / "copy.db"
    with closing(sqlite.connect(database)) as conn:
        conn.execute("VACUUM INTO ?", (str(copy),)).close()
    meanwhile()
    shop.server.stop()
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    copy.replace(database)
    shop.server.start()


def sell_one(counter: Counter, shop: Shop) -> None:
    counter.sell(goods.ean13(shop.server))


def note_something(counter: Counter, shop: Shop) -> None:
    """A fact that moves no stock and no stream."""
    counter.till.sign_out()
    counter.exchange.wake()


LOST = {"a sale": sell_one, "a fact without effect on any stream": note_something}


@pytest.mark.logs("put back to a backup")
@pytest.mark.parametrize("happen", LOST.values(), ids=LOST)
def test_what_an_older_copy_lost_is_sent_again_by_a_till_that_sells_nothing_more(
    shop: Shop, happen: Callable[[Counter, Shop], None]
) -> None:
    counter = shop.till().connect().open_for()
    counter.sell(goods.ean13(shop.server))
    until(lambda: counter.unsent() == 0)

    def meanwhile() -> None:
        happen(counter, shop)
        until(lambda: shop.server.one("SELECT count(*) FROM inbox") == last())
        until(lambda: counter.unsent() == 0)

    def last() -> int:
        return counter.journal.state().last_seq

    epoch = "SELECT value FROM server_state WHERE name = 'epoch'"
    before = shop.server.one(epoch)
    set_back(shop, meanwhile)
    counter.states.clear()

    until(lambda: shop.server.one("SELECT count(*) FROM inbox") == last())
    until(lambda: digest.of_till(counter.stores) == digest.of_central(shop.server))
    assert shop.server.one(epoch) != before, "nobody ran new-epoch, and it was noticed all the same"
    assert shop.server.rows("SELECT code FROM fact_exception") == []
    assert {it.unsent for it in counter.states} == {0, 1}, "the badge tells what central lacks"
