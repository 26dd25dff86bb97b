"""What central says to a till of its own facts, on both databases."""

from typing import Any

from sqlalchemy import Connection, Engine

from sync.central import db, verdicts
from sync.central.feed import Changes, device_stream
from tests.central.tills import SpeakingTill


def told(page: dict[str, Any]) -> list[list[Any]]:
    return [
        row[1:7]
        for block in page["blocks"]
        if block["entity"] == "verdict"
        for row in block["rows"]
    ]


def test_a_fact_that_breaks_a_rule_is_told_with_its_number(till: SpeakingTill) -> None:
    till.sell()
    till.sell(sku="NOBODY-KNOWS-IT")
    result = till.push().json()["results"][0]

    page = till.changes()

    assert told(page) == [["put", "1.2", 1, 2, "exception", result["code"]]]
    assert page["positions"][device_stream(till.device_id)] == 1


def test_the_same_batch_again_says_it_once(till: SpeakingTill) -> None:
    till.sell(sku="NOBODY-KNOWS-IT")
    till.push()
    cursor = till.changes()["next_cursor"]

    till.push()

    assert till.changes(cursor)["row_count"] == 0


def test_a_settled_fact_is_told_as_gone(till: SpeakingTill, engine: Engine) -> None:
    till.sell(sku="NOBODY-KNOWS-IT")
    till.push()
    cursor = till.changes()["next_cursor"]

    def settle(conn: Connection) -> None:
        changes = Changes()
        verdicts.settle(till.device_id, 1, [1], changes)
        changes.write(conn)

    db.write(engine, settle)

    assert told(till.changes(cursor)) == [["del", "1.1"]]


def test_a_till_of_an_older_program_is_told_nothing_it_cannot_keep(till: SpeakingTill) -> None:
    till.sell(sku="NOBODY-KNOWS-IT")
    till.push()
    headers = till.headers | {"X-Schema": "1"}

    page = till.http.get("/v1/changes", headers=headers).json()

    assert set(page["heads"]) == {"store:s-prague", "catalog:acme", "prices:list-acme", "stock:cz"}
    assert told(page) == []
    refused = till.http.get("/v1/changes", headers=till.headers | {"X-Schema": "0"})
    assert refused.status_code == 422
