"""The customers of a store's area at its tills, of nobody else, and gone when they are forgotten."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, select, update

from sync.central import customers, db
from sync.central.customers import Customer
from sync.central.feed import Changes
from sync.central.schema import customer, feed, store
from sync.central.snapshots.job import classes, shelf_beside
from tests.central.tills import enrolled
from tests.distribution.sides import TillSide

EVA = Customer(
    "c-eva",
    "cz",
    "Eva Nováková",
    " Eva@Example.com",
    "+420 603 000 001",
    "9520000000017",
    ("marketing.sms", "marketing.email"),
    120,
    "gold",
)
JAN = Customer("c-jan", "cz", "Jan Dvořák", phone="603 000 002")
COLUMNS = "name, email, phone, loyalty_no, consents, points, tier, version"


def tell(engine: Engine, *people: Customer, tenant: str = "acme") -> None:
    def work(conn: Any) -> None:
        changes = Changes()
        customers.put(conn, tenant, people, changes)
        changes.write(conn)

    db.write(engine, work)


def forget(engine: Engine, *ids: str) -> None:
    def work(conn: Any) -> None:
        changes = Changes()
        customers.forget(conn, "acme", ids, changes)
        changes.write(conn)

    db.write(engine, work)


def here(till: TillSide) -> dict[str, tuple[Any, ...]]:
    rows = till.stores.replica.exec_driver_sql(f"SELECT customer_id, {COLUMNS} FROM customer")
    return {row[0]: tuple(row[1:]) for row in rows}


def test_a_till_has_the_customers_of_its_area(till: TillSide, engine: Engine) -> None:
    tell(engine, EVA, JAN)

    till.exchange.round()

    assert here(till) == {
        "c-eva": (
            "Eva Nováková",
            "eva@example.com",
            "+420603000001",
            "9520000000017",
            '["marketing.email","marketing.sms"]',
            120,
            "gold",
            1,
        ),
        "c-jan": ("Jan Dvořák", "", "603000002", "", "[]", 0, "", 1),
    }
    assert till.is_like_central
    assert {"customer"} <= set().union(*till.changed)


@pytest.mark.parametrize("column", ["customer_id", "email", "phone", "loyalty_no"])
def test_a_customer_is_found_by_an_index(till: TillSide, column: str) -> None:
    query = f"EXPLAIN QUERY PLAN SELECT name FROM customer WHERE {column} = 'x'"

    plan = till.stores.replica.exec_driver_sql(query).one()[-1]

    assert f"USING INDEX ix_customer_{column.removeprefix('customer_')}" in plan


def test_a_change_is_one_version_more_and_the_same_again_none(
    till: TillSide, engine: Engine
) -> None:
    tell(engine, EVA, JAN)
    till.exchange.round()
    before = till.client.changes(till.replica.cursor(), 1)["heads"]

    tell(engine, EVA, JAN)
    assert till.client.changes(till.replica.cursor(), 1)["heads"] == before
    tell(engine, Customer("c-jan", "cz", "Jan Dvořák", points=5))
    till.exchange.round()

    assert here(till)["c-jan"][-3:] == (5, "", 2)
    assert here(till)["c-eva"][-1] == 1
    assert till.is_like_central


def test_who_is_forgotten_is_gone_everywhere(till: TillSide, engine: Engine) -> None:
    tell(engine, EVA, JAN)
    till.exchange.round()

    forget(engine, "c-eva")
    till.exchange.round()

    assert set(here(till)) == {"c-jan"}
    with db.reading(engine) as conn:
        texts = [*conn.execute(select(feed.c.body)).scalars()]
        texts += conn.execute(select(customer.c.name)).scalars()
    assert not any("Eva" in it or "603000001" in it for it in texts)
    assert till.is_like_central


def test_who_moves_to_another_area_is_gone_here(till: TillSide, engine: Engine) -> None:
    tell(engine, EVA, JAN)
    till.exchange.round()

    tell(engine, Customer("c-eva", "pl", "Eva Nováková"))
    till.exchange.round()

    assert set(here(till)) == {"c-jan"}


def test_customers_of_another_shop_or_area_are_not_sent(
    till: TillSide, engine: Engine, central: str
) -> None:
    tell(engine, EVA)
    tell(engine, Customer("c-pole", "pl", "Ola"))
    tell(engine, Customer("c-stranger", "cz", "Stranger"), tenant="other")

    till.exchange.round()

    assert set(here(till)) == {"c-eva"}
    with enrolled(engine, central, "900") as stranger:
        for asked in ("customers:acme/cz", "customers:acme/no"):
            assert stranger.get("/v1/digest", streams=asked).status_code == 403
            page = stranger.get("/v1/changes", again=asked).json()
            assert asked not in page["positions"]
            assert "c-eva" not in str(page)


def test_two_shops_that_call_an_area_the_same_do_not_share_it(engine: Engine, central: str) -> None:
    tell(engine, EVA)
    to_cz = update(store).where(store.c.tenant_id == "other").values(area="cz")
    db.write(engine, lambda c: c.execute(to_cz))

    with enrolled(engine, central, "900") as stranger:
        page = stranger.changes()

    assert "Eva" not in str(page)


def test_customers_come_after_all_goods(till: TillSide, engine: Engine) -> None:
    tell(engine, *(Customer(f"c-{it}", "cz", "Somebody") for it in range(100)))

    page = till.client.changes("", 30)

    assert {it["entity"] for it in page["blocks"]} >= {"setting", "variant", "price", "stock"}
    assert page["positions"]["prices:list-acme"] == page["heads"]["prices:list-acme"]
    assert 0 < page["positions"]["customers:acme/cz"] < 30


class OldProgram(httpx.HTTPTransport):
    """A till from before there were customers, until it is updated."""

    def __init__(self) -> None:
        super().__init__()
        self.is_updated = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not self.is_updated and "x-schema" in request.headers:
            del request.headers["x-schema"]
        return super().handle_request(request)


def test_an_updated_till_gets_the_new_streams_from_their_first_row(
    engine: Engine, central: str, tmp_path: Path
) -> None:
    tell(engine, EVA, JAN)
    wire = OldProgram()
    till = TillSide(engine, central, tmp_path / "till", wire)
    till.exchange.round()
    old = {"store:s-prague", "catalog:acme", "prices:list-acme", "stock:cz"}
    assert set(till.exchange.positions) == old

    wire.is_updated = True
    del till.changed[:]
    till.restart()
    till.exchange.round()

    assert till.changed == [{"customer"}]
    assert till.is_like_central
    till.close()


def test_a_ready_made_file_brings_customers_too(till: TillSide, engine: Engine) -> None:
    tell(engine, EVA, JAN)
    shelf = shelf_beside(engine)
    assert shelf is not None
    for streams in classes(engine):
        shelf.refresh(engine, streams, worth=1)

    till.exchange.round()

    assert set(here(till)) == {"c-eva", "c-jan"}
    assert till.changed[0] >= {"customer", "price"}
    assert till.is_like_central
