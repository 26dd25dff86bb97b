"""Holds end once; what they reserve is spent exactly once, by the fact that says so."""

import threading
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from sync.central import db, effects, identity, intake
from sync.central.holds.lost import declare_lost
from sync.central.holds.tables import (
    coupon,
    handover,
    hold,
    pickup_order,
    value_account,
    value_ledger,
)
from sync.central.schema import fact_exception, sale_line
from tests.central.asking import (
    add,
    an_order,
    ask,
    asked,
    change,
    gift_card,
    hold_refund,
    new_id,
    one_coupon,
    refund,
    results,
    sold,
    the_row,
)
from tests.central.shop import STRANGER
from tests.central.tills import SpeakingTill, a_sale, enrolled


def line(engine: Engine, **key: str) -> tuple[int | None, ...]:
    """sold, held, refunded, over_refunded in pieces."""
    row = the_row(engine, sale_line, **key)
    names = ("sold", "held", "refunded", "over_refunded")
    return tuple(None if row[it] is None else row[it] // 1000 for it in names)


def state(engine: Engine, hold_id: str) -> str:
    return str(the_row(engine, hold, hold_id=hold_id)["state"])


def spend(till: SpeakingTill, hold_id: str, subject: str, amount: int) -> None:
    """Sell for a gift card."""
    till.sell(holds=[used_value(hold_id, subject, amount)])


def used_value(hold_id: str, subject: str, amount: int, currency: str = "EUR") -> dict[str, Any]:
    used = {"hold_id": hold_id, "kind": "value", "subject": subject, "amount": amount}
    return used | {"currency": currency}


def use_coupon(till: SpeakingTill, hold_id: str, code: str) -> None:
    used = {"hold_id": hold_id, "kind": "coupon", "subject": code, "amount": 1}
    till.sell(holds=[used])


def test_no_more_is_held_than_was_sold(till: SpeakingTill, engine: Engine) -> None:
    sale = sold(till, pieces=3)

    answers = [hold_refund(till, *sale, pieces=2)["status"] for _ in range(2)]

    assert answers == ["granted", "refused"]
    assert line(engine) == (3, 2, 0, 0)


def test_a_refund_turns_what_was_held_into_refunded(till: SpeakingTill, engine: Engine) -> None:
    sale = sold(till, pieces=3)
    hold_id = hold_refund(till, *sale, pieces=2)["hold_id"]

    refund(till, *sale, pieces=2, hold_ids=[hold_id])

    assert results(till) == []
    assert line(engine) == (3, 0, 2, 0)
    assert state(engine, hold_id) == "confirmed"
    assert hold_refund(till, *sale, pieces=2)["code"] == "nothing_left"


def test_a_hold_of_two_lines_holds_both_or_none(till: SpeakingTill, engine: Engine) -> None:
    sale_id, line_id = sold(till)
    lines = [{"line_id": line_id, "qty": 1000}, {"line_id": "ghost", "qty": 1}]

    answer = asked(till, "refund.hold", sale_id=sale_id, lines=lines)

    assert (answer["status"], answer["code"]) == ("refused", "unknown_line")
    assert line(engine) == (2, 0, 0, 0)


def test_a_refund_known_before_its_sale_is_kept_when_the_sale_comes(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    payload = a_sale(pieces=3)
    sale = payload["sale_id"], payload["lines"][0]["line_id"]
    with enrolled(engine, central, till_no="3") as other:
        refund(other, *sale, pieces=2)
        assert results(other) == []
        assert line(engine) == (None, 0, 2, 0)
        assert hold_refund(till, *sale)["code"] == "unknown_line"

    till.record("sale.completed.v1", payload)

    assert results(till) == []
    assert line(engine) == (3, 0, 2, 0)
    assert [hold_refund(till, *sale)["status"] for _ in "ab"] == ["granted", "refused"]


def test_two_refunds_of_one_piece_are_both_kept_and_flagged(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    sale = sold(till, pieces=1)
    refund(till, *sale)
    with enrolled(engine, central, till_no="3") as other:
        refund(other, *sale)
        assert (results(till), results(other)) == ([], [(1, "over_refunded")])

    assert line(engine) == (1, 0, 1, 1)


def test_more_refunded_than_a_late_sale_sold_is_flagged(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    payload = a_sale(pieces=1)
    with enrolled(engine, central, till_no="3") as other:
        refund(other, payload["sale_id"], payload["lines"][0]["line_id"], pieces=2)
        other.push()

    till.record("sale.completed.v1", payload)

    assert results(till) == [(1, "over_refunded")]
    assert line(engine) == (1, 0, 1, 1)


def test_a_refund_told_twice_counts_once(till: SpeakingTill, engine: Engine) -> None:
    sale = sold(till, pieces=2)
    refund(till, *sale, refund_id="r1")
    refund(till, *sale, refund_id="r1")

    assert results(till) == [(3, "duplicate_refund")]
    assert line(engine) == (2, 0, 1, 0)


def test_a_silent_refund_hold_goes_on_blocking(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    sale = sold(till, pieces=1)
    hold_id = hold_refund(till, *sale)["hold_id"]
    change(engine, hold, due_at_ms=1)

    with enrolled(engine, central, till_no="3") as other:
        assert hold_refund(other, *sale)["status"] == "refused"
    assert state(engine, hold_id) == "orphaned"
    refund(till, *sale, hold_ids=[hold_id])

    assert results(till) == []
    assert (state(engine, hold_id), line(engine)) == ("confirmed", (1, 0, 1, 0))


def test_a_till_that_did_not_pay_says_so_and_the_line_is_free(
    till: SpeakingTill, engine: Engine
) -> None:
    sale = sold(till, pieces=1)
    hold_id = hold_refund(till, *sale)["hold_id"]
    till.record("hold.released.v1", {"hold_id": hold_id})

    assert results(till) == []
    assert (state(engine, hold_id), line(engine)) == ("released", (1, 0, 0, 0))
    assert hold_refund(till, *sale)["status"] == "granted"


@pytest.mark.parametrize("is_paid", [True, False])
def test_a_request_that_comes_after_its_fact_reserves_nothing(
    till: SpeakingTill, engine: Engine, is_paid: bool
) -> None:
    (sale_id, line_id), command_id = sold(till, pieces=3), new_id()
    if is_paid:
        refund(till, sale_id, line_id, hold_ids=[command_id])
    else:
        till.record("hold.released.v1", {"hold_id": command_id})
    assert results(till) == [(2, "unknown_hold")]

    args: dict[str, Any] = {"sale_id": sale_id, "lines": [{"line_id": line_id, "qty": 1000}]}
    answers = [ask(till, "refund.hold", command_id, **args).json() for _ in "ab"]

    assert [(it["status"], it["code"]) for it in answers] == [("refused", "ended")] * 2
    assert line(engine) == (3, 0, int(is_paid), 0)
    assert hold_refund(till, sale_id, line_id, pieces=3 - is_paid)["status"] == "granted"


def test_a_pending_request_that_its_till_gave_up_is_never_granted(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    sale_id, line_id = sold(till, pieces=1)
    till.record("auth.event.v1", {"what": "signed_out"})
    till.push(last=1, journal_head=2)
    command_id = new_id()
    args: dict[str, Any] = {"sale_id": sale_id, "lines": [{"line_id": line_id, "qty": 1000}]}
    with enrolled(engine, central, till_no="3") as other:
        assert ask(other, "refund.hold", command_id, **args).json()["status"] == "pending"
        other.record("hold.released.v1", {"hold_id": command_id})
        assert results(other) == [(1, "unknown_hold")]
        till.push(first=2)

        assert ask(other, "refund.hold", command_id, **args).json()["code"] == "ended"

    assert line(engine) == (1, 0, 0, 0)


def test_another_till_does_not_decide_a_pending_request(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    sale_id, line_id = sold(till, pieces=1)
    till.record("auth.event.v1", {"what": "signed_out"})
    till.push(last=1, journal_head=2)
    command_id = new_id()
    args: dict[str, Any] = {"sale_id": sale_id, "lines": [{"line_id": line_id, "qty": 1000}]}
    with enrolled(engine, central, till_no="3") as other:
        assert ask(other, "refund.hold", command_id, **args).json()["status"] == "pending"
        till.record("hold.released.v1", {"hold_id": command_id})
        assert results(till)[-1] == (3, "unknown_hold")

        assert ask(other, "refund.hold", command_id, **args).json()["status"] == "granted"


def test_only_the_till_that_holds_may_release(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    sale = sold(till, pieces=1)
    hold_id = hold_refund(till, *sale)["hold_id"]
    with enrolled(engine, central, till_no="3") as other:
        assert asked(other, "hold.release", hold_id=hold_id)["code"] == "not_yours"
        other.record("hold.released.v1", {"hold_id": hold_id})
        assert results(other) == [(1, "foreign_hold")]

    assert line(engine) == (1, 1, 0, 0)
    assert asked(till, "hold.release", hold_id=hold_id)["status"] == "granted"
    assert line(engine) == (1, 0, 0, 0)


def test_a_lost_till_takes_two_people_and_blocks_no_more(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    sale = sold(till, pieces=1)
    hold_refund(till, *sale)
    with pytest.raises(Exception, match="approved by another"):
        db.write(engine, lambda c: declare_lost(c, till.device_id, "eva", "eva", 1))

    done = db.write(engine, lambda c: declare_lost(c, till.device_id, "eva", "jan", 1))

    with enrolled(engine, central, till_no="3") as other:
        assert (done, hold_refund(other, *sale)["status"]) == (1, "granted")
    assert till.get("/v1/changes").status_code == 401


def test_stored_value_is_spent_by_the_sale(till: SpeakingTill, engine: Engine) -> None:
    card = gift_card(engine, 500)
    answer = asked(till, "value.hold", account_id=card, amount_minor=400, currency="EUR")
    assert answer["valid_for_ms"] == 15 * 60_000
    more = asked(till, "value.hold", account_id=card, amount_minor=101, currency="EUR")

    spend(till, answer["hold_id"], card, 400)

    assert (more["code"], results(till)) == ("not_enough", [])
    account = the_row(engine, value_account)
    assert (account["balance"], account["held"]) == (100, 0)


def test_an_expired_hold_frees_the_value_and_its_late_sale_still_posts(
    till: SpeakingTill, engine: Engine
) -> None:
    card = gift_card(engine, 500)
    first = asked(till, "value.hold", account_id=card, amount_minor=400, currency="EUR")
    change(engine, hold, due_at_ms=1)
    second = asked(till, "value.hold", account_id=card, amount_minor=400, currency="EUR")

    spend(till, second["hold_id"], card, 400)
    spend(till, first["hold_id"], card, 400)

    assert results(till) == [(2, "negative_balance")]
    assert state(engine, first["hold_id"]) == "expired"
    account = the_row(engine, value_account)
    assert (account["balance"], account["held"]) == (-300, 0)


def test_two_facts_cannot_spend_one_hold(till: SpeakingTill, engine: Engine) -> None:
    card = gift_card(engine, 500)
    held = asked(till, "value.hold", account_id=card, amount_minor=200, currency="EUR")

    spend(till, held["hold_id"], card, 200)
    spend(till, held["hold_id"], card, 200)

    assert results(till) == [(2, "hold_used")]
    with db.reading(engine) as conn:
        assert conn.execute(select(func.count()).select_from(value_ledger)).scalar() == 1
    assert the_row(engine, value_account)["balance"] == 300


def test_a_card_spent_for_a_hold_that_a_restore_took_away_is_spent(
    till: SpeakingTill, engine: Engine
) -> None:
    card = gift_card(engine, 500)

    spend(till, "hold-of-before", card, 400)
    spend(till, "hold-of-before", card, 400)

    assert results(till) == [(1, "unknown_hold"), (2, "unknown_hold")]
    assert the_row(engine, fact_exception, code="hold_used")["seq"] == 2
    assert the_row(engine, value_account)["balance"] == 100
    again = asked(till, "value.hold", account_id=card, amount_minor=101, currency="EUR")
    assert again["code"] == "not_enough"


def test_a_card_may_be_spent_before_central_hears_that_it_was_issued(
    till: SpeakingTill, engine: Engine
) -> None:
    spend(till, "hold-of-before", "card-1", 400)
    issued = {"account_id": "card-1", "kind": "gift_card", "currency": "EUR", "issued_at_ms": 1}
    till.record("value.issued.v1", issued | {"entry_id": "e1", "amount_minor": 500})

    assert results(till) == [(1, "unknown_hold")]
    assert the_row(engine, fact_exception)["code"] == "unknown_hold", "and nothing else"
    account = the_row(engine, value_account)
    assert (account["balance"], account["kind"]) == (100, "gift_card")


def test_a_hold_that_a_sale_names_twice_is_used_once_and_flagged(
    till: SpeakingTill, engine: Engine
) -> None:
    card = gift_card(engine, 500)
    held = asked(till, "value.hold", account_id=card, amount_minor=400, currency="EUR")["hold_id"]

    till.sell(holds=[used_value(held, card, 300), used_value(held, card, 100)])

    assert results(till) == [(1, "hold_used")]
    assert the_row(engine, value_account)["balance"] == 200


@pytest.mark.parametrize("is_filled_first", [True, False])
def test_another_currency_than_the_card_s_is_flagged(
    till: SpeakingTill, engine: Engine, is_filled_first: bool
) -> None:
    issued = {"account_id": "card-1", "kind": "gift_card", "currency": "CZK", "issued_at_ms": 1}
    acts = [
        lambda: till.record("value.issued.v1", issued | {"entry_id": "e1", "amount_minor": 500}),
        lambda: till.sell(holds=[used_value("hold-of-before", "card-1", 400)]),
    ]
    for act in acts if is_filled_first else reversed(acts):
        act()
        till.push(len(till.facts))

    assert the_row(engine, fact_exception, code="other_currency")["seq"] == 2
    assert the_row(engine, value_account)["currency"] == "CZK", "as it was issued"


def test_a_coupon_s_uses_are_never_so_many_that_nobody_can_count_them(
    till: SpeakingTill, engine: Engine
) -> None:
    code = one_coupon(engine)

    till.sell(holds=[{"hold_id": "h", "kind": "coupon", "subject": code, "amount": 10**15}])

    assert results(till) == [(1, "unknown_hold")]
    assert the_row(engine, coupon)["used"] == 1_000


@pytest.mark.parametrize(("spent", "codes"), [(300, []), (401, [(1, "hold_differs")])])
def test_a_sale_may_use_less_of_its_hold_but_more_is_flagged(
    till: SpeakingTill, engine: Engine, spent: int, codes: list[tuple[int, str]]
) -> None:
    card = gift_card(engine, 500)
    held = asked(till, "value.hold", account_id=card, amount_minor=400, currency="EUR")

    spend(till, held["hold_id"], card, spent)

    assert results(till) == codes
    account = the_row(engine, value_account)
    assert (account["balance"], account["held"]) == (500 - spent, 0)


def test_a_hold_of_another_kind_is_left_alone(till: SpeakingTill, engine: Engine) -> None:
    sale = sold(till, pieces=1)
    hold_id = hold_refund(till, *sale)["hold_id"]

    spend(till, hold_id, gift_card(engine, 500), 400)

    assert results(till) == [(2, "hold_differs")]
    assert (state(engine, hold_id), line(engine, sale_id=sale[0])) == ("held", (1, 1, 0, 0))
    assert the_row(engine, value_account)["balance"] == 100


def test_value_issued_anywhere_adds_up_once(till: SpeakingTill, engine: Engine) -> None:
    issued = {"account_id": "card-1", "kind": "gift_card", "currency": "EUR", "issued_at_ms": 1}
    till.record("value.issued.v1", issued | {"entry_id": "e1", "amount_minor": 300})
    till.record("value.issued.v1", issued | {"entry_id": "e2", "amount_minor": 200})
    till.record("value.issued.v1", issued | {"entry_id": "e1", "amount_minor": 300})

    assert results(till) == [(3, "duplicate_entry")]
    assert the_row(engine, value_account)["balance"] == 500


def test_a_coupon_is_used_once(till: SpeakingTill, engine: Engine) -> None:
    code = one_coupon(engine)
    held = asked(till, "coupon.hold", code=code)
    assert asked(till, "coupon.hold", code=code)["code"] == "used"

    use_coupon(till, held["hold_id"], code)

    assert results(till) == []
    row = the_row(engine, coupon)
    assert (row["held"], row["used"]) == (0, 1)
    assert asked(till, "coupon.hold", code=code)["code"] == "used"


@pytest.mark.parametrize("is_known", [True, False])
def test_a_coupon_of_a_hold_that_a_restore_took_away_is_used(
    till: SpeakingTill, engine: Engine, is_known: bool
) -> None:
    name = one_coupon(engine) if is_known else "of-before"

    use_coupon(till, "hold-of-before", name)

    assert results(till) == [(1, "unknown_hold")]
    row = the_row(engine, coupon)
    assert (row["used"], row["allowed"]) == (1, int(is_known))
    assert asked(till, "coupon.hold", code=name)["code"] == "used"


def test_a_coupon_used_after_its_hold_expired_is_flagged(
    till: SpeakingTill, engine: Engine
) -> None:
    code = one_coupon(engine)
    first = asked(till, "coupon.hold", code=code)
    change(engine, hold, due_at_ms=1)
    second = asked(till, "coupon.hold", code=code)

    use_coupon(till, first["hold_id"], code)
    use_coupon(till, second["hold_id"], code)

    assert results(till) == [(2, "coupon_overused")]
    assert the_row(engine, coupon)["used"] == 2


@pytest.mark.parametrize(
    ("kind", "args", "code"),
    [
        (
            "value.hold",
            {"account_id": "x", "amount_minor": 1, "currency": "EUR"},
            "unknown_account",
        ),
        ("coupon.hold", {"code": "x"}, "unknown_coupon"),
        ("hold.release", {"hold_id": "x"}, "unknown_hold"),
        ("order.claim", {"order_id": "x"}, "unknown_order"),
        (
            "refund.hold",
            {"sale_id": "x", "lines": [{"line_id": "l", "qty": 1}], "store_id": STRANGER},
            "unknown_store",
        ),
    ],
)
def test_what_nobody_knows_is_refused(
    till: SpeakingTill, kind: str, args: dict[str, Any], code: str
) -> None:
    assert asked(till, kind, **args)["code"] == code


def test_a_claim_keeps_a_second_clerk_away(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    order_id = an_order(engine)
    with enrolled(engine, central, till_no="3") as other:
        mine = asked(till, "order.claim", order_id=order_id)
        theirs = asked(other, "order.claim", order_id=order_id)
        renewed = asked(till, "order.claim", order_id=order_id)
        change(engine, pickup_order, lease_until_ms=1)
        later = asked(other, "order.claim", order_id=order_id)
        move = {"order_id": order_id, "to": "handed_over", "fence": mine["fence"]}
        stale = ask(till, "order.transition", version=0, **move).json()

    assert [mine["fence"], renewed["fence"], later["fence"]] == [1, 1, 2]
    assert (theirs["code"], stale["code"]) == ("leased", "leased")


def test_no_order_is_handed_over_after_a_restore_until_everybody_has_sent_again(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    """Whoever handed it over since the backup may not have said so yet."""
    order_id = an_order(engine)
    with enrolled(engine, central, till_no="3") as other:
        gone = {"order_id": order_id, "line_ids": [f"{order_id}-0"], "handed_over_at_ms": 1}
        other.record("order.handed_over.v1", gone)
        db.write(engine, identity.new_epoch)

        claimed = asked(till, "order.claim", order_id=order_id)
        moved = ask(till, "order.transition", version=0, order_id=order_id, to="handed_over").json()
        to_other = {"order_id": order_id, "to_device_id": other.device_id}
        given = ask(till, "custody.transfer", version=0, **to_other).json()

        for answer in (claimed, moved, given):
            assert (answer["status"], answer["code"]) == ("pending", "recovering")

        epoch = till.hello().json()["epoch"]
        till.hello(epoch=epoch)
        other.push(epoch=epoch)
        late = ask(till, "order.transition", version=1, order_id=order_id, to="handed_over").json()

    assert (late["status"], late["detail"]) == ("refused", "handed_over")


def test_an_order_moves_only_from_the_version_the_till_knows(
    till: SpeakingTill, engine: Engine
) -> None:
    order_id = an_order(engine, state="picking")

    ready = ask(till, "order.transition", version=0, order_id=order_id, to="ready").json()
    again = ask(till, "order.transition", version=0, order_id=order_id, to="ready").json()
    back = ask(till, "order.transition", version=1, order_id=order_id, to="picking").json()

    assert (ready["status"], ready["version"]) == ("granted", 1)
    assert (again["code"], again["version"]) == ("other_version", 1)
    assert back["code"] == "not_allowed"
    assert the_row(engine, pickup_order)["custody"] == till.device_id
    assert ask(till, "order.transition", order_id=order_id, to="ready").status_code == 422


def test_custody_is_given_by_its_owner_only(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    with enrolled(engine, central, till_no="3") as other:
        order_id = an_order(engine, custody=till.device_id)
        to_me = {"order_id": order_id, "to_device_id": other.device_id}
        taken = ask(other, "custody.transfer", version=0, **to_me).json()
        given = ask(till, "custody.transfer", version=0, **to_me).json()
        nowhere = ask(other, "custody.transfer", version=1, order_id=order_id, to_device_id="x")

    assert (taken["code"], given["status"]) == ("not_allowed", "granted")
    assert nowhere.json()["code"] == "unknown_till"


def test_a_line_leaves_the_house_once(till: SpeakingTill, engine: Engine, central: str) -> None:
    order_id = an_order(engine, lines=2)
    over = {"order_id": order_id, "handed_over_at_ms": 1}
    till.record("order.handed_over.v1", over | {"line_ids": [f"{order_id}-0"]})
    assert results(till) == []
    assert the_row(engine, pickup_order)["state"] == "ready"
    with enrolled(engine, central, till_no="3") as other:
        lines = [f"{order_id}-0", f"{order_id}-1"]
        other.record("order.handed_over.v1", over | {"line_ids": lines})
        assert results(other) == [(1, "duplicate_hand_over")]

    assert the_row(engine, pickup_order)["state"] == "handed_over"
    with db.reading(engine) as conn:
        assert conn.execute(select(func.count()).select_from(handover)).scalar() == 2


def test_eight_tills_want_one_coupon(till: SpeakingTill, engine: Engine) -> None:
    code, answers = one_coupon(engine), []
    threads = [
        threading.Thread(target=lambda: answers.append(asked(till, "coupon.hold", code=code)))
        for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(it["status"] for it in answers) == ["granted"] + ["refused"] * 7


def test_a_refund_in_another_store_of_the_chain_is_held_there(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    sale = sold(till, pieces=1)
    with enrolled(engine, central, store_no="015") as sister:
        hold_id = hold_refund(sister, *sale, store_id=till.store_id)["hold_id"]
        assert hold_refund(till, *sale)["status"] == "refused"
        refund(sister, *sale, store_id=till.store_id, hold_ids=[hold_id])
        assert results(sister) == []

    assert line(engine) == (1, 0, 1, 0)


@pytest.mark.logs("failed|quarantined")
def test_a_refund_need_not_wait_for_its_sale_in_quarantine(
    till: SpeakingTill, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So nothing is parked behind a quarantined fact: every effect adds, in whatever order."""

    def broken(*_arguments: Any) -> None:
        raise ArithmeticError("a bug in the effect of sales")

    with monkeypatch.context() as until_mended:
        until_mended.setattr(effects, "_apply_sales", broken)
        sale = sold(till, pieces=2)
    refund(till, *sale)

    assert [code for _, code in results(till)] == ["effects"]
    assert line(engine) == (None, 0, 1, 0)
    assert hold_refund(till, *sale)["status"] == "refused"

    db.write(engine, lambda c: intake.replay(c, identity.now_ms()))

    assert line(engine) == (2, 0, 1, 0)
    assert hold_refund(till, *sale, pieces=2)["status"] == "refused"
    assert hold_refund(till, *sale)["status"] == "granted"


def test_the_database_itself_refuses_to_hold_more_than_was_sold(engine: Engine) -> None:
    key = {"store_id": "s", "sale_id": new_id(), "line_id": new_id()}
    add(engine, sale_line, key | {"sold": 1000})

    with pytest.raises(Exception, match=r"(?i)check"):
        change(engine, sale_line, held=600, refunded=401)
