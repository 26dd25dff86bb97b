"""Facts come in once, in order, with their effects, whatever is wrong with them."""

import threading
from typing import Any

import orjson
import pytest
import zstandard
from sqlalchemy import Engine, func, select

from sync.central import db, identity, intake
from sync.central.identity import now_ms
from sync.central.schema import (
    chain,
    fact_exception,
    inbox,
    sale,
    sale_line,
    sale_tender,
    shift,
    stock_ledger,
    stock_level,
    variant,
)
from sync.wire import MAX_PAYLOAD
from tests.central.shop import MILK, PLACE, SISTER
from tests.central.tills import SpeakingTill, a_sale, enrolled

HOLD = {"hold_id": "h1", "kind": "value", "subject": "card-1", "amount": 1, "currency": "EUR"}
SHIFT = {
    "shift_id": "shift-1",
    "number": 1,
    "cashier_id": "anna",
    "cashier_name": "Anna",
    "opened_at_ms": 1,
    "business_on": "2026-11-21",
    "float_minor": 10_000,
    "currency": "EUR",
}


def rows(engine: Engine, statement: Any) -> list[Any]:
    with db.reading(engine) as conn:
        return list(conn.execute(statement).all())


def results(till: SpeakingTill, **changes: Any) -> list[tuple[int, str, str]]:
    """What a push of everything says about facts that are not plain OK."""
    answer = till.push(**changes)
    assert answer.status_code == 200, answer.text
    assert answer.json()["accepted_through"] == len(till.facts)
    return [(it["seq"], it["status"], it["code"]) for it in answer.json()["results"]]


def test_a_sale_arrives_with_its_lines_and_tenders(till: SpeakingTill) -> None:
    fact = till.sell(pieces=3)
    sale_id = till.sale_id_of(fact)

    assert results(till) == []

    booked = till.get(f"/v1/sales/{sale_id}").json()
    assert booked["total_minor"] == 3 * 149
    assert [(it["sku"], it["qty"]) for it in booked["lines"]] == [(MILK, 3000)]
    assert [it["kind"] for it in booked["tenders"]] == ["cash"]


def test_stock_goes_down_by_what_was_sold(till: SpeakingTill, engine: Engine) -> None:
    till.sell(pieces=3)
    till.sell(pieces=2)

    till.push()

    level = select(stock_level.c.qty).where(stock_level.c.sku == MILK)
    ledger = select(func.sum(stock_ledger.c.delta)).where(stock_ledger.c.sku == MILK)
    assert rows(engine, level) == [(5_000,)]
    assert int(rows(engine, ledger)[0][0]) == 5_000


def test_stock_may_go_below_zero(till: SpeakingTill, engine: Engine) -> None:
    till.sell(pieces=11)

    assert results(till) == []

    level = select(stock_level.c.qty).where(stock_level.c.sku == MILK)
    assert rows(engine, level) == [(-1_000,)]


def test_a_repeated_batch_is_answered_alike_and_booked_once(
    till: SpeakingTill, engine: Engine
) -> None:
    till.sell()
    till.sell(total_minor=1)

    first, second = till.push().json(), till.push().json()

    assert first["results"] == second["results"]
    assert [it["code"] for it in first["results"]] == ["sums"]
    assert rows(engine, select(func.count()).select_from(sale)) == [(2,)]
    assert rows(engine, select(stock_level.c.qty).where(stock_level.c.sku == MILK)) == [(8_000,)]


def test_a_batch_half_known_adds_only_what_is_new(till: SpeakingTill, engine: Engine) -> None:
    till.sell()
    till.push()
    till.sell()
    till.sell()

    answer = till.push(first=1)

    assert answer.json()["accepted_through"] == 3
    assert rows(engine, select(func.count()).select_from(inbox)) == [(3,)]


def test_facts_after_a_gap_are_not_taken(till: SpeakingTill) -> None:
    for _ in range(3):
        till.sell()

    answer = till.push(first=3)

    assert answer.status_code == 409
    assert (answer.json()["error"], answer.json()["next_expected"]) == ("gap", 1)


@pytest.mark.logs("quarantined: hash")  # these facts were made for the first life
def test_a_later_life_s_batch_of_before_a_restore_waits_for_the_lives_before_it(
    till: SpeakingTill, engine: Engine
) -> None:
    old = till.hello().json()["epoch"]
    till.sell()
    with db.writing(engine) as conn:
        new = identity.new_epoch(conn)

    late = till.push(incarnation=2, epoch=old)
    in_time = till.push(incarnation=2, epoch=new)
    first_life = till.push(epoch=old)

    assert (late.status_code, late.json()["error"], late.json()["epoch"]) == (409, "gap", new)
    assert (in_time.status_code, first_life.status_code) == (200, 200)


@pytest.mark.logs("put back to a backup")
def test_a_till_that_was_told_more_proves_that_central_was_restored(
    till: SpeakingTill, engine: Engine
) -> None:
    """Of a fact that has moved no stream."""
    till.record("auth.event.v1", {"what": "signed_out"})
    before = till.push().json()["epoch"]
    cursor = till.changes()["next_cursor"]

    same = till.hello(epoch=before, cursor=cursor).json()
    db.write(engine, lambda c: c.execute(chain.update().values(seq=0)))
    anew = till.hello(0, epoch=before, cursor=cursor).json()

    assert same["epoch"] == before
    assert (anew["epoch"] != before, anew["recovering"]) == (True, True)


def test_two_who_prove_it_at_once_begin_one_epoch(engine: Engine) -> None:
    over = db.write(engine, identity.new_epoch)

    first = db.write(engine, lambda c: identity.new_epoch(c, over))
    second = db.write(engine, lambda c: identity.new_epoch(c, over))

    assert over != first == second


def test_a_hole_inside_a_batch_is_a_gap(till: SpeakingTill) -> None:
    for _ in range(3):
        till.sell()

    answer = till.push(events=[till.facts[0], till.facts[2]])

    assert answer.status_code == 409
    assert (answer.json()["error"], answer.json()["seq"]) == ("gap", 2)


def test_another_fact_under_a_known_number_is_a_fork(till: SpeakingTill, engine: Engine) -> None:
    till.sell()
    till.push()
    till.facts.clear()
    till.sell()

    answer = till.push()

    assert answer.status_code == 409
    assert (answer.json()["error"], answer.json()["seq"]) == ("fork", 1)
    assert rows(engine, select(func.count()).select_from(inbox)) == [(1,)]


def test_facts_that_do_not_follow_the_known_ones_are_a_fork(till: SpeakingTill) -> None:
    till.sell()
    till.push()
    till.sell()

    answer = till.push(first=2, prev_hash="ab" * 32)

    assert (answer.status_code, answer.json()["error"]) == (409, "fork")


@pytest.mark.parametrize(
    ("kind", "payload", "code"),
    [
        ("loyalty.earned.v9", {"points": 3}, "unknown_type"),
        ("sale.completed.v1", {"sale_id": "x"}, "payload"),
        ("sale.completed.v1", "half a JSON {", "payload"),
        ("sale.completed.v1", '"\\ud800"', "payload"),
        ("auth.event.v1", "x" * (MAX_PAYLOAD + 1), "too_large"),
        ("auth.event.v1", '{"what":"a\0b"}', "envelope"),
    ],
)
@pytest.mark.logs("quarantined")
def test_a_fact_nobody_can_read_is_kept_and_the_next_goes_on(
    till: SpeakingTill, engine: Engine, kind: str, payload: object, code: str
) -> None:
    till.record(kind, payload)
    till.sell()

    assert results(till) == [(1, "quarantined", code)]
    assert rows(engine, select(inbox.c.status).order_by(inbox.c.seq)) == [
        ("quarantined",),
        ("applied",),
    ]


@pytest.mark.logs("quarantined")
def test_a_payload_of_ten_megabytes_blocks_nobody(till: SpeakingTill) -> None:
    till.record("auth.event.v1", "x" * 10_000_000)
    till.sell()

    assert results(till) == [(1, "quarantined", "too_large")]


@pytest.mark.logs("quarantined")
def test_a_fact_with_a_broken_header_is_kept_as_it_came(till: SpeakingTill) -> None:
    till.sell()
    till.facts[0]["actor"] = {"not": "a text"}
    (broken,) = till.batch()["events"]

    assert results(till) == [(1, "quarantined", "envelope")]

    assert till.get("/v1/devices/self/events").json()["events"] == [broken]


@pytest.mark.logs("quarantined")
def test_a_fact_changed_after_its_hash_is_kept_apart(till: SpeakingTill, engine: Engine) -> None:
    till.sell()
    till.facts[0]["actor"] = "somebody else"
    till.sell()

    assert results(till) == [(1, "quarantined", "hash")]
    assert rows(engine, select(func.count()).select_from(sale)) == [(1,)]


@pytest.mark.logs("failed|quarantined")
def test_a_fact_that_cannot_be_booked_leaves_the_others_booked(
    till: SpeakingTill, engine: Engine
) -> None:
    till.sell()
    twice = a_sale()["lines"] * 2
    till.sell(lines=twice)
    till.sell()

    assert results(till) == [(2, "quarantined", "effects")]
    assert rows(engine, select(func.count()).select_from(sale)) == [(2,)]
    assert rows(engine, select(stock_level.c.qty).where(stock_level.c.sku == MILK)) == [(8_000,)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"total_minor": 1}, "sums"),
        ({"change_minor": 52}, "sums"),
        ({"rounding_minor": 1, "change_minor": 50}, "settlement"),
        ({"store_id": SISTER}, "other_store"),
        ({"holds": [HOLD]}, "unknown_hold"),
    ],
)
def test_a_broken_rule_is_flagged_and_the_sale_booked_as_it_was(
    till: SpeakingTill, engine: Engine, changes: dict[str, Any], code: str
) -> None:
    fact = till.sell(**changes)

    assert results(till) == [(1, "exception", code)]

    booked = till.get(f"/v1/sales/{till.sale_id_of(fact)}").json()
    assert code in booked["exceptions"]
    assert all(booked[name] == value for name, value in changes.items() if name in booked) or (
        code == "other_store"
    )


def test_goods_central_does_not_know_are_flagged(till: SpeakingTill, engine: Engine) -> None:
    till.sell(sku="GHOST")

    assert results(till) == [(1, "exception", "unknown_sku")]


def test_a_second_fact_about_one_sale_moves_nothing(till: SpeakingTill, engine: Engine) -> None:
    sale_id = till.sale_id_of(till.sell())
    till.sell(sale_id=sale_id)

    assert results(till) == [(2, "exception", "duplicate_sale")]
    assert rows(engine, select(stock_level.c.qty).where(stock_level.c.sku == MILK)) == [(9_000,)]


def test_a_receipt_number_used_twice_is_flagged(till: SpeakingTill, engine: Engine) -> None:
    till.sell(receipt_no="014-2-000001")
    till.sell(receipt_no="014-2-000001")

    assert results(till) == [(2, "exception", "receipt_no_reused")]
    assert rows(engine, select(fact_exception.c.code)) == [("receipt_no_reused",)]


def test_a_shift_is_opened_once(till: SpeakingTill, engine: Engine) -> None:
    till.record("shift.opened.v1", SHIFT)
    till.record("shift.opened.v1", SHIFT)

    assert results(till) == [(2, "exception", "duplicate_shift")]
    assert rows(engine, select(shift.c.shift_id, shift.c.float_minor)) == [("shift-1", 10_000)]


def test_two_tills_in_any_order_leave_the_same_stock(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    with enrolled(engine, central, till_no="3") as other:
        till.sell(pieces=2)
        other.sell(pieces=5)

        assert [other.push().status_code, till.push().status_code] == [200, 200]

    assert rows(engine, select(stock_level.c.qty).where(stock_level.c.sku == MILK)) == [(3_000,)]


def test_the_same_batch_sent_by_eight_threads_at_once_is_booked_once(
    till: SpeakingTill, engine: Engine
) -> None:
    for _ in range(5):
        till.sell()
    codes: list[int] = []
    threads = [
        threading.Thread(target=lambda: codes.append(till.push().status_code)) for _ in "8" * 8
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes == [200] * 8
    assert rows(engine, select(func.count()).select_from(sale)) == [(5,)]
    assert rows(engine, select(stock_level.c.qty).where(stock_level.c.sku == MILK)) == [(5_000,)]


def test_a_batch_may_be_zstd(till: SpeakingTill) -> None:
    till.sell()
    request = till.http.build_request("POST", "/v1/events", json=till.batch())
    packed = zstandard.ZstdCompressor().compress(request.content)

    answer = till.http.post(
        "/v1/events", content=packed, headers=till.headers | {"Content-Encoding": "zstd"}
    )

    assert answer.json()["accepted_through"] == 1


@pytest.mark.parametrize(
    ("content", "encoding", "status"),
    [
        (b"half {", "", 422),
        (b"[]", "", 422),
        (b"\xff\xfe", "", 422),
        (b"not zstd", "zstd", 400),
        (zstandard.ZstdCompressor().compress(b" " * 40_000_000), "zstd", 413),
        (b" " * 17_000_000, "", 413),
        (b"{}", "br", 415),
    ],
    ids=["half", "list", "binary", "no zstd", "bomb", "huge", "brotli"],
)
def test_a_body_that_is_none_of_ours_is_refused(
    till: SpeakingTill, content: bytes, encoding: str, status: int
) -> None:
    headers = till.headers | ({"Content-Encoding": encoding} if encoding else {})

    answer = till.http.post("/v1/events", content=content, headers=headers)

    assert answer.status_code == status
    assert set(answer.json()) == {"error", "detail"}


@pytest.mark.parametrize("change", [{"seq": "1"}, {"seq": 0}, {"hash": "x"}, {"hash": None}])
def test_a_fact_without_number_or_hash_belongs_to_no_chain(
    till: SpeakingTill, change: dict[str, Any]
) -> None:
    till.sell()

    answer = till.push(events=[till.facts[0] | change])

    assert (answer.status_code, answer.json()["error"]) == (422, "bad_request")


def test_the_journal_head_is_remembered(till: SpeakingTill, engine: Engine) -> None:
    for _ in range(3):
        till.sell()

    till.push(first=1, last=2)

    assert rows(engine, select(chain.c.seq, chain.c.journal_head)) == [(2, 3)]


@pytest.mark.logs("quarantined")
def test_quarantined_facts_are_applied_once_the_reason_is_gone(
    till: SpeakingTill, engine: Engine
) -> None:
    till.record("loyalty.earned.v9", {})
    till.sell()
    till.push()
    stored = inbox.update().where(inbox.c.seq == 2)
    restocked = stock_level.update().where(stock_level.c.sku == MILK).values(qty=10_000)
    undone = [restocked, *(it.delete() for it in (sale, sale_line, sale_tender))]
    with db.writing(engine) as conn:
        for step in (stored.values(status="quarantined", code="effects"), *undone):
            conn.execute(step)

    tried = db.write(engine, lambda c: intake.replay(c, now_ms()))

    assert [(it.seq, it.status) for _, it in tried] == [(1, "quarantined"), (2, "applied")]
    assert rows(engine, select(func.count()).select_from(sale)) == [(1,)]
    assert rows(engine, select(stock_level.c.qty).where(stock_level.c.sku == MILK)) == [(9_000,)]


def test_the_ledger_has_every_sold_line_once_beside_other_movements(
    till: SpeakingTill, engine: Engine
) -> None:
    sold = [orjson.loads(till.sell(pieces=pieces)["payload"]) for pieces in (2, 3)]
    till.push()
    till.push()

    ledger = stock_ledger.c
    mine = select(ledger.ref_id, ledger.place_id, ledger.delta).where(
        ledger.kind == "sale", ledger.store_id == till.store_id, ledger.sku == MILK
    )
    assert rows(engine, mine.order_by(ledger.delta.desc())) == [
        (it["lines"][0]["line_id"], PLACE, -it["lines"][0]["qty"]) for it in sold
    ]
    whole = select(func.sum(ledger.delta)).where(ledger.place_id == PLACE, ledger.sku == MILK)
    level = select(stock_level.c.qty).where(stock_level.c.sku == MILK)
    assert rows(engine, whole) == rows(engine, level) == [(5_000,)]


def test_a_till_gets_its_own_facts_back_as_it_sent_them(till: SpeakingTill) -> None:
    for _ in range(3):
        till.sell()
    till.push()

    answer = till.get("/v1/devices/self/events", **{"from": 2}).json()

    assert answer["has_more"] is False
    assert [{"sig": None} | it for it in till.batch(2)["events"]] == answer["events"]


def test_a_removed_article_can_still_be_sold_and_is_flagged(
    till: SpeakingTill, engine: Engine
) -> None:
    db.write(engine, lambda c: c.execute(variant.delete().where(variant.c.sku == MILK)))
    till.sell()

    assert results(till) == [(1, "exception", "unknown_sku")]
    key = stock_level.c.place_id == PLACE, stock_level.c.sku == MILK
    assert rows(engine, select(stock_level.c.qty).where(*key)) == [(9_000,)]
