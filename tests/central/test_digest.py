"""Digests: what central and a till compare instead of rows."""

from typing import Any

import orjson
from sqlalchemy import Engine

from sync.central import db
from sync.central.feed import Changes, prices_stream, publish
from sync.digests import Summing
from tests.central.shop import MILK
from tests.central.tills import SpeakingTill

PRICES = prices_stream("list-acme")


def digest_of(till: SpeakingTill, stream: str) -> dict[str, Any]:
    found: dict[str, Any] = till.get("/v1/digest", streams=stream).json()["digests"][stream]
    return found


def test_a_digest_counts_and_sums_the_rows_a_page_carries(till: SpeakingTill) -> None:
    page = till.changes()
    summing = Summing()
    for block in page["blocks"]:
        if block["entity"] == "price":
            summing.add([orjson.dumps(row) for row in block["rows"]])

    found = digest_of(till, PRICES)

    price = {"count": 3, "sum": summing.digest.sum}
    assert found == {"at": page["positions"][PRICES], "entities": {"price": price}}


def test_rows_that_are_gone_do_not_count(till: SpeakingTill, engine: Engine) -> None:
    changes = Changes()
    changes.delete(PRICES, "price", [MILK])
    db.write(engine, changes.write)

    assert digest_of(till, PRICES)["entities"]["price"]["count"] == 2


def test_a_new_price_changes_the_sum(till: SpeakingTill, engine: Engine) -> None:
    before = digest_of(till, PRICES)
    db.write(engine, lambda c: publish(c, PRICES, "price", [(MILK, 150)]))

    after = digest_of(till, PRICES)

    assert before["entities"] != after["entities"]
    assert after["at"] == before["at"] + 1


def test_only_what_the_till_has_whole_is_compared(till: SpeakingTill, engine: Engine) -> None:
    cursor = till.changes()["next_cursor"]
    db.write(engine, lambda c: publish(c, PRICES, "price", [(MILK, 151)]))

    answer = till.get("/v1/digest", cursor=cursor).json()

    assert set(answer["digests"]) == till.scope - {PRICES}


def test_a_stream_of_others_is_refused(till: SpeakingTill) -> None:
    answer = till.get("/v1/digest", streams="store:s-oslo")

    assert (answer.status_code, answer.json()["error"]) == (403, "other_stream")


def test_a_foreign_cursor_compares_nothing(till: SpeakingTill) -> None:
    assert till.get("/v1/digest", cursor="nonsense").json()["digests"] == {}


def test_one_stream_alone_starts_again(till: SpeakingTill) -> None:
    cursor = till.changes()["next_cursor"]

    page = till.get("/v1/changes", cursor=cursor, again=PRICES).json()

    assert page["resnapshot"] == [PRICES]
    assert {block["stream"] for block in page["blocks"]} == {PRICES}
    assert page["from_cursor"] == cursor
