"""Requests and the facts about them, as tills send them."""

from typing import Any

import httpx
import orjson
import uuid_utils
from sqlalchemy import Engine, Table, insert

from sync.central import db
from sync.central.holds.tables import coupon, pickup_line, pickup_order, value_account
from tests.central.shop import STORE, TENANT
from tests.central.tills import SpeakingTill


def new_id() -> str:
    return str(uuid_utils.uuid7())


def ask(
    till: SpeakingTill, kind: str, command_id: str = "", version: int | None = None, **args: Any
) -> httpx.Response:
    """PUT a request; under a fresh id unless one is given."""
    body = {"type": kind, "args": args, "expected_version": version}
    path = f"/v1/commands/{command_id or new_id()}"
    return till.http.put(path, json=body, headers=till.headers)


def asked(till: SpeakingTill, kind: str, **args: Any) -> dict[str, Any]:
    """The answer to a request that is a request."""
    answer = ask(till, kind, **args)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def sold(till: SpeakingTill, pieces: int = 2) -> tuple[str, str]:
    """A sale that central knows: its id and its line's id."""
    payload = _payload(till.sell(pieces=pieces))
    assert till.push().status_code == 200
    return payload["sale_id"], payload["lines"][0]["line_id"]


def hold_refund(
    till: SpeakingTill, sale_id: str, line_id: str, pieces: int = 1, **more: Any
) -> dict[str, Any]:
    lines = [{"line_id": line_id, "qty": pieces * 1000}]
    return asked(till, "refund.hold", sale_id=sale_id, lines=lines, **more)


def refund(
    till: SpeakingTill, sale_id: str, line_id: str, pieces: int = 1, **changes: Any
) -> dict[str, Any]:
    """Record that money was paid back; not sent yet."""
    payload = {
        "refund_id": new_id(),
        "sale_id": sale_id,
        "store_id": till.store_id,
        "shift_id": "shift-1",
        "cashier_id": "anna",
        "lines": [{"line_id": line_id, "qty": pieces * 1000, "amount_minor": 149 * pieces}],
        "tenders": [],
        "hold_ids": [],
        "currency": "EUR",
        "total_minor": 149 * pieces,
        "completed_at_ms": 2_000,
    }
    return till.record("refund.completed.v1", payload | changes)


def results(till: SpeakingTill) -> list[tuple[int, str]]:
    """Push everything; what is said about facts that are not plain OK."""
    answer = till.push()
    assert answer.status_code == 200, answer.text
    return [(it["seq"], it["code"]) for it in answer.json()["results"]]


def gift_card(engine: Engine, balance: int = 1_000) -> str:
    account_id = new_id()
    row = {"tenant_id": TENANT, "account_id": account_id, "kind": "gift_card", "currency": "EUR"}
    add(engine, value_account, row | {"balance": balance})
    return account_id


def one_coupon(engine: Engine) -> str:
    code = new_id()
    add(engine, coupon, {"tenant_id": TENANT, "code": code})
    return code


def an_order(engine: Engine, state: str = "ready", lines: int = 1, **columns: Any) -> str:
    """A pickup order with lines `<order>-0`, `<order>-1`, …"""
    order_id = new_id()
    own = {"store_id": STORE, "order_id": order_id}
    add(engine, pickup_order, own | {"state": state} | columns)
    for at in range(lines):
        add(engine, pickup_line, own | {"line_id": f"{order_id}-{at}", "sku": "MILK-1"})
    return order_id


def add(engine: Engine, table: Table, row: dict[str, Any]) -> None:
    db.write(engine, lambda c: c.execute(insert(table).values(row)))


def the_row(engine: Engine, table: Table, **key: Any) -> dict[str, Any]:
    where = [table.c[name] == value for name, value in key.items()]
    with db.reading(engine) as conn:
        return dict(conn.execute(table.select().where(*where)).mappings().one())


def change(engine: Engine, table: Table, **values: Any) -> None:
    """Every row of a table; tests have few."""
    db.write(engine, lambda c: c.execute(table.update().values(values)))


def _payload(fact: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(fact["payload"])
    return found
