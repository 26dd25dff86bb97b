"""Pushes of many tills in one transaction: each hears its own, and what is odd goes alone."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, func, select

from sync.central import auth, db, effects, push
from sync.central.clerk import Clerk, Paper
from sync.central.identity import now_ms
from sync.central.schema import feed, inbox, sale, stock_level
from tests.central.shop import MILK
from tests.central.tills import SpeakingTill, enrolled

LEVEL = select(stock_level.c.qty).where(stock_level.c.sku == MILK)
SALES = select(func.count()).select_from(sale)
FACTS = select(func.count()).select_from(inbox)


def the(engine: Engine, statement: Any) -> Any:
    with db.reading(engine) as conn:
        return conn.execute(statement).scalar_one()


def paper(till: SpeakingTill, **changes: Any) -> Paper:
    token, body = till.headers["Authorization"], till.batch() | changes
    return Paper(token, orjson.dumps(body), "")


def together(
    engine: Engine, papers: Sequence[Paper], groups: int = 1
) -> list[dict[str, Any] | None]:
    """Answers to pushes that came in at the same time; `groups` transactions moved a head."""
    moved: list[dict[str, int]] = []

    async def all_at_once() -> list[bytes | None]:
        clerk = Clerk(engine, moved.append)
        return list(await asyncio.gather(*(clerk.book(it) for it in papers)))

    answers = asyncio.run(all_at_once())
    assert len([it for it in moved if it]) == groups
    return [orjson.loads(it) if it else None for it in answers]


@pytest.fixture
def others(engine: Engine, central: str) -> Iterator[tuple[SpeakingTill, SpeakingTill]]:
    """One more till of the same store, and one of its sister store."""
    with enrolled(engine, central, till_no="3") as beside, enrolled(engine, central, "015") as far:
        yield beside, far


@pytest.mark.logs("quarantined")
def test_facts_of_several_tills_are_booked_in_one_transaction(
    till: SpeakingTill, others: tuple[SpeakingTill, SpeakingTill], engine: Engine
) -> None:
    tills = (till, *others)
    for pieces, it in enumerate(tills, 1):
        it.sell(pieces=pieces, receipt_no=f"number-{pieces}")
    others[0].record("loyalty.earned.v9", {})

    answers = together(engine, [paper(it) for it in tills])

    ends = [(it["accepted_through"], it["checkpoint"]["hash"]) for it in answers if it]
    assert ends == [(len(it.facts), it.facts[-1]["hash"]) for it in tills]
    told = [[(one["seq"], one["code"]) for one in it["results"]] for it in answers if it]
    assert told == [[], [(2, "unknown_type")], []]
    assert (the(engine, LEVEL), the(engine, SALES), the(engine, FACTS)) == (4_000, 3, 4)
    assert [it.push().json()["accepted_through"] for it in tills] == [1, 2, 1]
    assert the(engine, LEVEL) == 4_000


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"from_seq": 3}, 409, "gap"),
        ({"prev_hash": "ab" * 32}, 409, "fork"),
        ({"events": []}, 422, "bad_request"),
        ({"device_id": "somebody"}, 403, "other_device"),
    ],
)
def test_one_till_in_disagreement_is_told_so_and_the_others_are_booked(
    till: SpeakingTill,
    others: tuple[SpeakingTill, SpeakingTill],
    engine: Engine,
    changes: dict[str, Any],
    status: int,
    error: str,
) -> None:
    odd = others[0]
    till.sell()
    odd.sell()

    plain, alone = together(engine, [paper(till), paper(odd, **changes)])

    assert plain is not None
    assert (plain["accepted_through"], alone) == (1, None)
    answer = odd.push(**changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert the(engine, FACTS) == 1


def test_a_till_without_access_is_not_booked_beside_others(
    till: SpeakingTill, others: tuple[SpeakingTill, SpeakingTill], engine: Engine
) -> None:
    gone = others[0]
    till.sell()
    gone.sell()
    stranger = paper(gone)._replace(bearer="Bearer nonsense")
    db.write(engine, lambda c: auth.revoke(c, gone.device_id))

    answers = together(engine, [paper(till), paper(gone), stranger])

    assert [it is not None for it in answers] == [True, False, False]
    assert gone.push().json()["error"] == "revoked"
    assert the(engine, FACTS) == 1


def test_a_till_that_is_there_twice_is_booked_once(till: SpeakingTill, engine: Engine) -> None:
    till.sell(total_minor=1)

    first, second = together(engine, [paper(till), paper(till)])

    assert first is not None
    assert second is None
    assert till.push().json()["results"] == first["results"]
    assert the(engine, LEVEL) == 9_000


def test_two_tills_that_tell_of_one_sale_move_its_goods_once(
    till: SpeakingTill, others: tuple[SpeakingTill, SpeakingTill], engine: Engine
) -> None:
    sale_id = till.sale_id_of(till.sell())
    others[0].sell(sale_id=sale_id)

    answers = together(engine, [paper(till), paper(others[0])])

    codes = [one["code"] for it in answers if it for one in it["results"]]
    assert codes == ["duplicate_sale"]
    assert the(engine, LEVEL) == 9_000


@pytest.mark.logs("failed|quarantined")
def test_a_fact_that_breaks_an_effect_fails_no_other_till(
    till: SpeakingTill,
    others: tuple[SpeakingTill, SpeakingTill],
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    poison, apply_sales = others[0], effects._apply_sales

    def breaks(conn: Any, told: Sequence[effects.Told], changes: Any) -> None:
        apply_sales(conn, told, changes)
        if any(origin.who.device_id == poison.device_id for origin, _ in told):
            raise ArithmeticError("a bug in an effect")

    monkeypatch.setattr(effects, "_apply_sales", breaks)
    till.sell()
    poison.sell()

    assert together(engine, [paper(till), paper(poison)], groups=0) == [None, None]

    assert (the(engine, FACTS), the(engine, LEVEL)) == (0, 10_000)
    assert till.push().json()["results"] == []
    assert [it["code"] for it in poison.push().json()["results"]] == ["effects"]
    assert the(engine, LEVEL) == 9_000


def test_under_load_a_group_waits_a_moment_for_those_who_come_next(
    till: SpeakingTill,
    others: tuple[SpeakingTill, SpeakingTill],
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sync.central.clerk._GATHER_S", 1.0)
    tills = (till, *others)
    for at, it in enumerate(tills):
        it.sell(receipt_no=f"number-{at}")
    moved: list[dict[str, int]] = []

    async def one_after_the_other() -> None:
        clerk = Clerk(engine, moved.append)
        first = asyncio.create_task(clerk.book(paper(tills[0])))
        for _ in range(3):
            await asyncio.sleep(0)  # until the first is with the database
        second = asyncio.create_task(clerk.book(paper(tills[1])))
        assert await first
        assert await clerk.book(paper(tills[2]))
        assert second.done()

    asyncio.run(one_after_the_other())

    assert (len(moved), the(engine, FACTS)) == (2, 3)


def test_fifty_tills_at_two_servers_lose_and_double_nothing(engine: Engine, central: str) -> None:
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        tills = [
            stack.enter_context(enrolled(engine, central, till_no=str(at))) for at in range(50)
        ]
        for it in tills:
            for at in range(20):
                it.sell(receipt_no=f"{it.device_id}-{at}")
        halves = [tills[:25], tills[25:]]
        threads = [
            threading.Thread(target=lambda it=it: asyncio.run(_serve(engine, it, counts)))
            for it in halves
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert counts["answered"] == 1_000
    assert 0 < counts["groups"] < 500
    assert (the(engine, FACTS), the(engine, SALES)) == (1_000, 1_000)
    assert the(engine, LEVEL) == 10_000 - 1_000 * 1_000
    shown = select(feed.c.body).where(feed.c.entity == "stock", feed.c.body.contains(MILK))
    assert orjson.loads(the(engine, shown))[5] == the(engine, LEVEL)


async def _serve(engine: Engine, tills: Sequence[SpeakingTill], counts: Counter[str]) -> None:
    def announce(_heads: dict[str, int]) -> None:
        counts["groups"] += 1

    clerk = Clerk(engine, announce)

    async def day(till: SpeakingTill) -> None:
        for at in range(1, len(till.facts) + 1):
            body = till.batch(at, at)
            answer = await clerk.book(Paper(till.headers["Authorization"], orjson.dumps(body), ""))
            if answer is None:
                counts["alone"] += 1
                answer = await asyncio.to_thread(_alone, engine, till, body)
            counts["answered"] += orjson.loads(answer)["accepted_through"] == at

    await asyncio.gather(*(day(it) for it in tills))


def _alone(engine: Engine, till: SpeakingTill, body: dict[str, Any]) -> bytes:
    request = push.Push.model_validate(body)
    with db.reading(engine) as conn:
        who = auth.caller_of(conn, till.store_id, till.device_id)
    answer, _ = db.write(engine, lambda c: push.push(c, who, request, now_ms()), is_repeatable=True)
    return answer.model_dump_json().encode()
