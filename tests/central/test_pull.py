"""Pages of changes: nothing missed, nothing of others, old positions understood."""

import threading
from typing import Any

import httpx
import pytest
import zstandard
from sqlalchemy import Engine, update

from sync.central import db, identity
from sync.central.feed import Changes, catalog_stream, prices_stream, publish, stock_stream
from sync.central.schema import store, stream_head
from tests.central.shop import MILK
from tests.central.tills import SpeakingTill, enrolled

PRICES = prices_stream("list-acme")


def rows(page: dict[str, Any], entity: str) -> dict[str, list[Any]]:
    """Rows of one entity by key, each as its columns."""
    return {
        row[2]: row[2:]
        for block in page["blocks"]
        if block["entity"] == entity
        for row in block["rows"]
    }


def put_prices(engine: Engine, amounts: dict[str, int]) -> None:
    db.write(engine, lambda c: publish(c, PRICES, "price", list(amounts.items())))


def test_the_first_page_starts_every_stream_again(till: SpeakingTill) -> None:
    page = till.changes()

    assert set(page["resnapshot"]) == till.scope
    assert page["has_more"] is False
    assert page["positions"] == page["heads"]
    assert rows(page, "price") == {
        "MILK-1": ["MILK-1", 149],
        "SHIRT-S": ["SHIRT-S", 2999],
        "SHIRT-M": ["SHIRT-M", 2999],
    }


def test_columns_are_named_in_the_order_of_the_rows(till: SpeakingTill) -> None:
    blocks = {block["entity"]: block for block in till.changes()["blocks"]}

    stock = blocks["stock"]
    row = dict(zip(stock["cols"], stock["rows"][0][2:], strict=True))
    assert row["key"] == f"{row['place_id']}|{row['sku']}"
    assert row["qty"] == 10_000
    assert blocks["variant"]["cols"][3] == "options"
    assert all(isinstance(it[5], str) for it in blocks["variant"]["rows"])


def test_after_the_last_page_there_is_nothing_new(till: SpeakingTill) -> None:
    cursor = till.changes()["next_cursor"]

    page = till.changes(cursor)

    assert (page["row_count"], page["resnapshot"], page["from_cursor"]) == (0, [], cursor)


def test_small_pages_bring_everything_once(till: SpeakingTill) -> None:
    whole, cursor = till.changes(), ""
    found: list[tuple[str, list[Any]]] = []
    while True:
        page = till.changes(cursor, limit=2)
        found += [(block["stream"], row) for block in page["blocks"] for row in block["rows"]]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            break

    assert len(found) == whole["row_count"]
    assert len({(stream, row[0]) for stream, row in found}) == len(found)


def test_an_article_and_its_price_come_together(till: SpeakingTill, engine: Engine) -> None:
    changes = Changes()
    names = [f"S{number}" for number in range(100)]
    rest = ("p", "Name", "[]", "piece", "A", "", "", 1, 0)
    changes.put(catalog_stream("acme"), "variant", [(name, *rest) for name in names])
    changes.put(PRICES, "price", [(name, 1) for name in names])
    cursor = till.changes()["next_cursor"]
    db.write(engine, changes.write)

    page = till.changes(cursor, limit=50)

    assert page["has_more"] is True
    assert set(rows(page, "variant")) == set(rows(page, "price"))


def test_only_the_newest_of_many_changes_is_sent(till: SpeakingTill, engine: Engine) -> None:
    cursor = till.changes()["next_cursor"]
    for amount in (1, 2, 3):
        put_prices(engine, {MILK: amount})

    page = till.changes(cursor)

    assert page["row_count"] == 1
    assert rows(page, "price") == {MILK: [MILK, 3]}


def test_a_removed_row_is_sent_as_its_key(till: SpeakingTill, engine: Engine) -> None:
    cursor = till.changes()["next_cursor"]
    changes = Changes()
    changes.delete(PRICES, "price", [MILK])
    db.write(engine, changes.write)

    page = till.changes(cursor)

    assert [row[1:] for row in page["blocks"][0]["rows"]] == [["del", MILK]]


def test_a_cursor_somebody_made_up_starts_again(till: SpeakingTill) -> None:
    for forged in ("x", "A" * 64, till.changes()["next_cursor"][:-4] + "AAAA", "%00"):
        page = till.changes(forged)

        assert set(page["resnapshot"]) == till.scope
        assert page["from_cursor"] == forged


def test_a_new_epoch_starts_every_stream_again(till: SpeakingTill, engine: Engine) -> None:
    before = till.changes()
    db.write(engine, identity.new_epoch)

    page = till.changes(before["next_cursor"])

    assert page["epoch"] != before["epoch"]
    assert set(page["resnapshot"]) == till.scope
    assert page["row_count"] == before["row_count"]


def put_back(engine: Engine) -> None:
    back = update(stream_head).where(stream_head.c.stream == PRICES).values(seq=1)
    db.write(engine, lambda c: c.execute(back))


@pytest.mark.logs("put back to a backup")
def test_a_cursor_ahead_of_central_proves_that_it_was_restored(
    till: SpeakingTill, engine: Engine
) -> None:
    before = till.changes()
    put_back(engine)

    page = till.changes(before["next_cursor"])

    assert page["epoch"] != before["epoch"]
    assert set(page["resnapshot"]) == till.scope


@pytest.mark.logs("put back to a backup")
def test_a_greeting_proves_it_too_before_new_facts_move_the_streams_on(
    till: SpeakingTill, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    before = till.changes()
    put_back(engine)

    answers = [till.hello(cursor=before["next_cursor"]).json() for _ in "ab"]

    assert answers[0]["epoch"] == answers[1]["epoch"] != before["epoch"]
    assert answers[0]["recovering"] is True
    assert len(caplog.records) == 1


def test_a_till_enrolled_anew_proves_nothing_with_the_cursor_it_had(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    till.sell()
    till.push()
    before = till.changes()
    with enrolled(engine, central, till_no="2") as anew:
        assert anew.hello(cursor=before["next_cursor"]).json()["epoch"] == before["epoch"]
        assert anew.changes(before["next_cursor"])["epoch"] == before["epoch"]


def test_a_cursor_of_an_epoch_that_is_over_proves_nothing(
    till: SpeakingTill, engine: Engine
) -> None:
    before = till.changes()
    put_back(engine)
    new = db.write(engine, identity.new_epoch)

    assert till.hello(cursor=before["next_cursor"]).json()["epoch"] == new


def test_a_store_with_another_price_list_drops_the_old_one(
    till: SpeakingTill, engine: Engine
) -> None:
    cursor = till.changes()["next_cursor"]
    db.write(engine, lambda c: c.execute(update(store).values(price_list="sale")))
    db.write(engine, lambda c: publish(c, prices_stream("sale"), "price", [(MILK, 99)]))

    page = till.changes(cursor)

    assert page["resnapshot"] == ["prices:list-acme", "prices:sale"]
    assert rows(page, "price") == {MILK: [MILK, 99]}
    assert till.changes(page["next_cursor"])["resnapshot"] == []


def test_stock_says_how_many_own_facts_it_includes(till: SpeakingTill) -> None:
    cursor = till.changes()["next_cursor"]
    till.sell()
    till.sell()
    till.push()

    page = till.changes(cursor)

    assert (page["includes_own_through"], page["counted"]) == (2, [1, 2])
    assert rows(page, "stock")["p-prague|MILK-1"][3] == 8_000


def test_a_page_that_stops_short_of_the_stock_claims_no_more_than_before(
    till: SpeakingTill, engine: Engine
) -> None:
    cursor = till.changes()["next_cursor"]
    till.sell()
    till.push()
    many = [(f"p|{number}", "p", str(number), 1, 1) for number in range(50)]
    db.write(engine, lambda c: publish(c, stock_stream("cz"), "stock", many))

    page = till.changes(cursor, limit=5)

    assert (page["has_more"], page["includes_own_through"]) == (True, 0)
    assert page["counted"] == [1, 1], "what is on it was counted with the sale"


def test_the_sister_store_sees_the_stock_move(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    with enrolled(engine, central, "015", "1") as sister:
        cursor = sister.changes()["next_cursor"]
        till.sell(pieces=4)
        till.push()

        page = sister.changes(cursor)

    assert rows(page, "stock") == {
        "p-prague|MILK-1": [
            "p-prague|MILK-1",
            "p-prague",
            MILK,
            6_000,
            page["blocks"][0]["rows"][0][6],
        ]
    }
    assert page["includes_own_through"] == 0


def test_a_page_is_packed_for_those_who_can_read_it(till: SpeakingTill, engine: Engine) -> None:
    put_prices(engine, {f"S{number}": number for number in range(100)})
    headers = till.headers | {"Accept-Encoding": "zstd"}
    with till.http.stream("GET", "/v1/changes", headers=headers) as answer:
        raw = b"".join(answer.iter_raw())

    assert answer.headers["content-encoding"] == "zstd"
    assert zstandard.ZstdDecompressor().decompressobj().decompress(raw).startswith(b"{")


def test_a_limit_out_of_range_is_refused(till: SpeakingTill) -> None:
    for limit in (0, -1, 20_001):
        answer: httpx.Response = till.get("/v1/changes", limit=limit)

        assert (answer.status_code, answer.json()["error"]) == (422, "bad_request")


def test_no_row_is_missed_while_eight_writers_commit(till: SpeakingTill, engine: Engine) -> None:
    def write(writer: int) -> None:
        for number in range(25):
            put_prices(engine, {f"W{writer}-{number}": number})

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    seen: set[str] = set()
    cursor = till.changes()["next_cursor"]
    for thread in threads:
        thread.start()
    while True:
        is_last = not any(thread.is_alive() for thread in threads)
        page = till.changes(cursor)
        seen |= set(rows(page, "price"))
        cursor = page["next_cursor"]
        if is_last:
            break

    assert len(seen) == 200
