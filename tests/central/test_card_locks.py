"""Tills that name the same cards and coupons in another order wait for each other in turn."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, ExceptionContext, event

from sync.central import db
from sync.central.holds.tables import coupon
from tests.central.asking import add, gift_card
from tests.central.shop import TENANT
from tests.central.tills import SpeakingTill, enrolled

_CARDS = 30
_SALES = 3
_LONG = {"what": "x" * 500}
"""Makes a push too large to be booked together with the other till's."""


@pytest.fixture
def deadlocks(engine: Engine) -> Iterator[list[BaseException]]:
    """What PostgreSQL has broken off, for `db.write` to try again."""
    seen: list[BaseException] = []

    def note(context: ExceptionContext) -> None:
        error = context.original_exception
        if getattr(error, "sqlstate", "") == "40P01":
            seen.append(error)

    event.listen(engine, "handle_error", note)
    yield seen
    event.remove(engine, "handle_error", note)


@pytest.mark.parametrize("named", ["value", "coupon", "issue"])
def test_two_tills_with_the_same_cards_in_another_order_do_not_deadlock(
    till: SpeakingTill, engine: Engine, central: str, deadlocks: list[BaseException], named: str
) -> None:
    if db.is_sqlite(engine):
        pytest.skip("SQLite has one writer at a time")
    names = sorted(_one(engine, named, at) for at in range(_CARDS))
    with enrolled(engine, central, till_no="3") as other:
        for sale in range(_SALES):
            _spend(other, named, [*reversed(names)], f"other-{sale}")
            if named == "issue":
                till.sell()
                _issue(till, names, f"{sale}")
            else:
                _spend(till, named, names, f"till-{sale}")
        for it in (till, other):
            for _ in range(40):
                it.record("auth.event.v1", _LONG)
        pushes = [threading.Thread(target=it.push) for it in (till, other)]
        for push in pushes:
            push.start()
        for push in pushes:
            push.join()

        last = [it.push(len(it.facts)).json()["accepted_through"] for it in (till, other)]

    assert last == [len(till.facts), len(other.facts)]
    assert not deadlocks


def _one(engine: Engine, named: str, at: int) -> str:
    if named != "coupon":
        return gift_card(engine, 10_000)
    add(engine, coupon, {"tenant_id": TENANT, "code": f"code-{at}", "allowed": 1_000})
    return f"code-{at}"


def _spend(till: SpeakingTill, named: str, names: list[str], prefix: str) -> None:
    of_value = {"kind": "value", "currency": "EUR"}
    what: dict[str, Any] = {"kind": "coupon"} if named == "coupon" else of_value
    used = [{"hold_id": f"{prefix}-{it}"[:64], "subject": it, "amount": 1} | what for it in names]
    till.sell(holds=used)


def _issue(till: SpeakingTill, names: list[str], prefix: str) -> None:
    issued = {"kind": "gift_card", "currency": "EUR", "issued_at_ms": 1, "amount_minor": 500}
    for it in names:
        entry = {"account_id": it, "entry_id": f"{prefix}-{it}"}
        till.record("value.issued.v1", issued | entry)
