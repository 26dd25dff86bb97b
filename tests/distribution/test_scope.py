"""What a till may not see any more, or was away too long to hear of, is gone from its replica."""

import pytest
from sqlalchemy import Connection, Engine, update

from pos_app.store.catalog import Catalog
from sync.central import db, stock
from sync.central.compacting import HORIZON_MS, compact
from sync.central.feed import Changes, customers_stream, prices_stream, publish, stock_stream
from sync.central.schema import store
from sync.central.snapshots.job import classes, shelf_beside
from tests.central.shop import MILK, SHIRT_S
from tests.distribution.sides import TillSide
from tests.distribution.test_customers import EVA, JAN, here, tell


def move(engine: Engine, **to: str) -> None:
    """The back office gives the store another price list or area."""
    own = store.c.store_id == "s-prague"
    db.write(engine, lambda c: c.execute(update(store).where(own).values(**to)))


def amounts(till: TillSide) -> dict[str, int]:
    rows = till.stores.replica.exec_driver_sql("SELECT sku, amount FROM price")
    return {row.sku: row.amount for row in rows}


def count(till: TillSide, entity: str) -> int:
    query = f"SELECT count(*) FROM {entity}"
    return int(till.stores.replica.exec_driver_sql(query).scalar_one())


def test_another_price_list_replaces_all_prices(till: TillSide, engine: Engine) -> None:
    till.exchange.round()
    assert len(amounts(till)) == 3
    db.write(engine, lambda c: publish(c, prices_stream("sale"), "price", [(MILK, 99)]))

    move(engine, price_list="sale")
    till.exchange.round()

    assert amounts(till) == {MILK: 99}
    assert set(till.exchange.positions) >= {"prices:sale"}
    assert "prices:list-acme" not in till.exchange.positions
    assert till.is_like_central


def test_another_area_takes_stock_and_customers_away(till: TillSide, engine: Engine) -> None:
    tell(engine, EVA, JAN)
    till.exchange.round()
    assert (len(here(till)), count(till, "stock"), count(till, "place")) == (2, 2, 1)
    del till.changed[:]

    move(engine, area="pl")
    till.exchange.round()

    assert (len(here(till)), count(till, "stock"), count(till, "place")) == (0, 0, 0)
    assert Catalog(till.stores).counts()["price"] == 3
    assert till.changed == [{"stock", "place", "customer"}]
    assert till.is_like_central


def test_a_purge_that_was_cut_in_the_middle_is_ended_later(till: TillSide, engine: Engine) -> None:
    till.exchange.round()
    many = [(f"S{number}", 1) for number in range(20)]
    db.write(engine, lambda c: publish(c, prices_stream("sale"), "price", many))
    move(engine, price_list="sale")
    page = till.client.changes(till.replica.cursor(), 5)
    till.replica.resnapshot(page["resnapshot"])
    till.replica.apply(page)

    till.restart()
    till.exchange.round()

    assert set(amounts(till)) == {sku for sku, _ in many}
    assert till.is_like_central


def gone(engine: Engine) -> None:
    """An article's price and all of its stock go, and later so do the tombstones."""

    def work(conn: Connection) -> None:
        changes = Changes()
        changes.delete(prices_stream("list-acme"), "price", [MILK])
        changes.delete(stock_stream("cz"), "stock", [f"p-prague|{MILK}"])
        changes.delete(customers_stream("acme", "cz"), "customer", ["c-eva"])
        changes.write(conn)

    db.write(engine, work)
    assert compact(engine, 0) == 0
    assert compact(engine, HORIZON_MS) == 3


def test_a_till_that_was_away_beyond_the_horizon_is_like_central_again(
    till: TillSide, engine: Engine
) -> None:
    tell(engine, EVA, JAN)
    till.exchange.round()
    gone(engine)
    assert not till.comparer.wrong(till.replica.cursor())
    del till.changed[:]

    till.exchange.round()

    assert till.is_like_central
    assert set(amounts(till)) == {SHIRT_S, "SHIRT-M"}
    assert set(here(till)) == {"c-jan"}
    assert not {"variant", "setting"} & set().union(*till.changed)


def test_without_the_floor_such_a_till_would_keep_what_is_gone(
    till: TillSide, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the test above proves is not there by itself."""
    till.exchange.round()
    monkeypatch.setattr("sync.central.pull.floors_of", lambda *_: {})
    changes = Changes()
    changes.delete(prices_stream("list-acme"), "price", [MILK])
    db.write(engine, changes.write)
    compact(engine, 0)
    compact(engine, HORIZON_MS)

    till.exchange.round()

    assert MILK in amounts(till)


def test_a_file_from_before_the_tombstones_went_is_made_anew(
    till: TillSide, engine: Engine
) -> None:
    tell(engine, EVA, JAN)
    shelf = shelf_beside(engine)
    assert shelf is not None
    streams = next(it for it in classes(engine) if "catalog:acme" in it)
    assert shelf.refresh(engine, streams, worth=1)
    gone(engine)

    assert shelf.refresh(engine, streams, worth=1)
    till.exchange.round()

    assert till.is_like_central
    assert not shelf.refresh(engine, streams, worth=1)


def test_stock_of_a_new_area_is_seen_at_once(till: TillSide, engine: Engine) -> None:
    till.exchange.round()

    def deliver(conn: Connection) -> None:
        changes = Changes()
        changes.put(stock_stream("pl"), "place", [("p-krakow", "Kraków", "store")])
        moved = stock.Move("p-krakow", MILK, 1_000, "delivery", "d1", 0)
        stock.book(conn, "s-krakow", [moved], 1_000, changes)
        key = f"p-krakow|{MILK}"
        changes.put(stock_stream("pl"), "stock", [(key, "p-krakow", MILK, 1_000, 1_000)])
        changes.write(conn)

    db.write(engine, deliver)
    move(engine, area="pl")
    till.exchange.round()

    assert [(it.place_id, it.qty) for it in Catalog(till.stores).stock(MILK)] == [
        ("p-krakow", 1_000)
    ]
