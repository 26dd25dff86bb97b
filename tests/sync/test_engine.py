"""The exchange as a whole: a thread, the real server, and everything in between that can fail."""

from sqlalchemy import Engine

from sync.central import db
from sync.central.feed import prices_stream, publish
from tests.sync.conftest import Till
from tests.sync.fakes import wait_for


def test_a_new_till_fills_its_replica_and_sends_its_sales(till: Till, central: str) -> None:
    till.facts.sell()
    client = till.client(central)
    engine = till.engine(client)

    engine.start()
    wait_for(lambda: till.states and till.states[-1].connection == "online")
    assert engine.stop()
    client.close()

    assert till.outbox.accepted == 1
    assert set(till.replica.entity("variant")) == {"MILK-1", "SHIRT-S", "SHIRT-M"}
    assert till.replica.entity("stock")["p-prague|MILK-1"][5] == 9_000
    assert till.states[-1].unsent == 0


def test_a_change_at_central_reaches_the_till_by_a_hint(
    till: Till, central: str, engine: Engine
) -> None:
    client = till.client(central)
    syncing = till.engine(client)
    syncing.start()
    wait_for(lambda: till.replica.entity("price"))

    db.write(engine, lambda c: publish(c, prices_stream("list-acme"), "price", [("MILK-1", 99)]))
    wait_for(lambda: till.replica.entity("price")["MILK-1"][3] == 99, 5)

    assert syncing.stop()
    client.close()
