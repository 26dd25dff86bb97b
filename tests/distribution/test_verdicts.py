"""A till hears what central found in its facts, and no other till does."""

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, select

from pos_app.store.journal import Journal
from pos_app.store.verdicts import Verdicts
from sync.central import auth, db, facts, intake, push, verdicts
from sync.central.feed import Changes, device_stream
from sync.central.identity import now_ms
from sync.central.schema import feed, inbox
from tests.central.tills import a_sale, enrolled
from tests.distribution.sides import TillSide

QUARANTINED = pytest.mark.logs("quarantined")
WRONG = a_sale(sku="NOBODY-KNOWS-IT")


def sell(till: TillSide, payload: dict[str, Any], kind: str = "sale.completed.v1") -> None:
    Journal(till.stores).record(kind, "anna", payload, till.now())


def waiting(till: TillSide) -> list[tuple[int, str, str]]:
    found = Verdicts(till.stores).waiting()
    return [(it.fact_seq, it.status, it.code) for it in found]


@QUARANTINED
def test_a_till_hears_which_of_its_facts_wait_for_a_person(till: TillSide) -> None:
    sell(till, a_sale())
    sell(till, a_sale(sku="NOBODY-KNOWS-IT", number=2))
    sell(till, {"sale_id": 7})

    till.exchange.round()

    assert waiting(till) == [(2, "exception", "unknown_sku"), (3, "quarantined", "payload")]
    assert Verdicts(till.stores).count() == 2
    assert {"verdict"} <= set().union(*till.changed)
    assert till.is_like_central


def test_a_day_on_which_all_is_right_moves_no_stream_of_verdicts(
    till: TillSide, engine: Engine
) -> None:
    sell(till, a_sale())

    till.exchange.round()

    assert till.exchange.positions[device_stream(till.device_id)] == 0


def test_another_till_hears_nothing_of_it(till: TillSide, engine: Engine, central: str) -> None:
    sell(till, WRONG)
    till.exchange.round()
    own = device_stream(till.device_id)

    with enrolled(engine, central, "014", "3") as other:
        refused = other.get("/v1/digest", streams=own)
        page = other.get("/v1/changes", again=own).json()

    assert refused.status_code == 403
    assert own not in page["heads"]
    assert not [it for it in page["blocks"] if it["entity"] == "verdict"]


@QUARANTINED
def test_a_fact_that_was_applied_later_waits_no_more(
    till: TillSide, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as old:
        old.delitem(facts._TYPES, "sale.completed.v1")
        sell(till, a_sale())
        sell(till, a_sale(sku="NOBODY-KNOWS-IT", number=2))
        till.exchange.round()
    assert [it[1] for it in waiting(till)] == ["quarantined", "quarantined"]

    db.write(engine, lambda c: intake.replay(c, now_ms()))
    till.exchange.round()

    assert waiting(till) == [(2, "exception", "unknown_sku")]
    assert till.is_like_central


def test_what_a_person_has_dealt_with_waits_no_more(till: TillSide, engine: Engine) -> None:
    sell(till, WRONG)
    till.exchange.round()

    def settle(conn: Connection) -> None:
        changes = Changes()
        verdicts.settle(till.device_id, 1, [1], changes)
        changes.write(conn)

    db.write(engine, settle)
    till.exchange.round()

    assert Verdicts(till.stores).count() == 0


class Torn(Exception):
    """The transaction ends in the middle."""


def test_fact_and_verdict_are_there_together_or_not_at_all(engine: Engine, central: str) -> None:
    counts = select(
        select(func.count()).select_from(inbox).scalar_subquery(),
        select(func.count()).where(feed.c.entity == "verdict").scalar_subquery(),
    )

    def torn(conn: Connection) -> None:
        who = auth.caller_of(conn, speaking.store_id, speaking.device_id)
        push.push(conn, who, push.Push.model_validate(speaking.batch()), now_ms())
        assert tuple(conn.execute(counts).one()) == (1, 1)
        raise Torn

    with enrolled(engine, central) as speaking:
        speaking.sell(sku="NOBODY-KNOWS-IT")
        with pytest.raises(Torn):
            db.write(engine, torn)

    with db.reading(engine) as conn:
        assert tuple(conn.execute(counts).one()) == (0, 0)
