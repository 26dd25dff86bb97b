"""A request is decided once under its id, and answered the same for ever."""

import threading
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from sync.central import auth, db, identity
from sync.central.auth import caller_of
from sync.central.holds import lost, registry, requests
from sync.central.holds.tables import command, coupon
from sync.central.schema import sale_line
from sync.wire_commands import CommandRequest
from tests.central.asking import (
    ask,
    asked,
    change,
    hold_refund,
    new_id,
    one_coupon,
    sold,
    the_row,
)
from tests.central.tills import SpeakingTill, enrolled


def test_the_same_request_gets_the_same_answer_for_ever(till: SpeakingTill, engine: Engine) -> None:
    sale_id, line_id = sold(till, pieces=1)
    command_id = new_id()
    args: dict[str, Any] = {"sale_id": sale_id, "lines": [{"line_id": line_id, "qty": 1000}]}

    first = ask(till, "refund.hold", command_id, **args).json()
    again = ask(till, "refund.hold", command_id, **args).json()

    assert (first["status"], first["hold_id"]) == ("granted", command_id)
    assert again == first | {"server_time_ms": again["server_time_ms"]}
    assert the_row(engine, sale_line)["held"] == 1000


def test_a_refusal_stays_when_its_reason_is_gone(till: SpeakingTill, engine: Engine) -> None:
    command_id, code = new_id(), one_coupon(engine)
    change(engine, coupon, used=1)
    first = ask(till, "coupon.hold", command_id, code=code).json()
    change(engine, coupon, used=0)

    again = ask(till, "coupon.hold", command_id, code=code).json()

    assert (first["status"], again["status"], again["code"]) == ("refused", "refused", "used")


@pytest.mark.parametrize(
    ("kind", "args", "version"),
    [
        ("coupon.hold", {"code": "another"}, None),
        ("coupon.hold", {"code": "C1", "more": 1}, None),
        ("coupon.hold", {"code": "C1"}, 3),
        ("hold.release", {"hold_id": "C1"}, None),
    ],
)
def test_another_request_under_the_same_id_is_an_error(
    till: SpeakingTill, kind: str, args: dict[str, Any], version: int | None
) -> None:
    command_id = new_id()
    ask(till, "coupon.hold", command_id, code="C1")

    answer = ask(till, kind, command_id, version, **args)

    assert (answer.status_code, answer.json()["error"]) == (422, "other_parameters")


def test_the_order_of_the_arguments_does_not_matter(till: SpeakingTill, engine: Engine) -> None:
    command_id = new_id()
    ask(till, "value.hold", command_id, account_id="a", amount_minor=1, currency="EUR")

    again = ask(till, "value.hold", command_id, currency="EUR", amount_minor=1, account_id="a")

    assert again.status_code == 200


def test_another_till_cannot_take_an_id_over(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    command_id, code = new_id(), one_coupon(engine)
    ask(till, "coupon.hold", command_id, code=code)

    with enrolled(engine, central, till_no="3") as other:
        assert ask(other, "coupon.hold", command_id, code=code).status_code == 422
        assert other.get(f"/v1/commands/{command_id}").status_code == 404


def test_what_was_answered_can_be_asked_for(till: SpeakingTill, engine: Engine) -> None:
    command_id = new_id()
    answer = ask(till, "coupon.hold", command_id, code=one_coupon(engine)).json()

    found = till.get(f"/v1/commands/{command_id}").json()

    assert found == answer | {"server_time_ms": found["server_time_ms"]}


def test_a_request_that_never_arrived_is_not_found(till: SpeakingTill) -> None:
    answer = till.get(f"/v1/commands/{new_id()}")

    assert (answer.status_code, answer.json()["error"]) == (404, "never_seen")


def test_a_pending_request_is_decided_when_asked_again(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    sale_id, line_id = sold(till)
    till.record("auth.event.v1", {"what": "signed_out"})
    till.push(last=1, journal_head=2)
    command_id = new_id()
    lines = [{"line_id": line_id, "qty": 1000}]
    with enrolled(engine, central, till_no="3") as other:
        first = ask(other, "refund.hold", command_id, sale_id=sale_id, lines=lines).json()
        seen = other.get(f"/v1/commands/{command_id}").json()
        till.push(first=2)

        again = ask(other, "refund.hold", command_id, sale_id=sale_id, lines=lines).json()

    assert (first["status"], first["code"]) == ("pending", "uploading")
    assert first["retry_after_ms"] > 0
    assert (seen["status"], again["status"]) == ("pending", "granted")


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"sale_id": "s", "lines": []},
        {"sale_id": "s", "lines": [{"line_id": "l", "qty": 0}]},
        {"sale_id": "s", "lines": [{"line_id": "l", "qty": -1}]},
        {"sale_id": "s", "lines": [{"line_id": "l", "qty": 1.5}]},
        {"sale_id": "s", "lines": [{"line_id": "l", "qty": 10**30}]},
        {"sale_id": "s\0", "lines": [{"line_id": "l", "qty": 1}]},
    ],
)
def test_arguments_that_make_no_sense_leave_no_trace(
    till: SpeakingTill, engine: Engine, args: dict[str, Any]
) -> None:
    command_id = new_id()

    answer = ask(till, "refund.hold", command_id, **args)

    assert (answer.status_code, answer.json()["error"]) == (422, "bad_request")
    assert till.get(f"/v1/commands/{command_id}").status_code == 404


def test_an_error_of_central_is_never_an_answer(till: SpeakingTill, engine: Engine) -> None:
    sale_id, line_id = sold(till, pieces=1)
    lines = [{"line_id": line_id, "qty": 1000}]
    request = CommandRequest(type="refund.hold", args={"sale_id": sale_id, "lines": lines})

    def breaks(conn: Connection) -> None:
        who = caller_of(conn, till.store_id, till.device_id)
        requests.put(conn, who, "command-1", request, 0)
        raise MemoryError

    with pytest.raises(MemoryError):
        db.write(engine, breaks)

    assert till.get("/v1/commands/command-1").status_code == 404
    assert hold_refund(till, sale_id, line_id)["status"] == "granted"


def test_a_request_sent_by_eight_threads_at_once_reserves_once(
    till: SpeakingTill, engine: Engine
) -> None:
    sale_id, line_id = sold(till, pieces=8)
    command_id, answers = new_id(), []
    args: dict[str, Any] = {"sale_id": sale_id, "lines": [{"line_id": line_id, "qty": 1000}]}

    def send() -> None:
        answers.append(ask(till, "refund.hold", command_id, **args).json()["status"])

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == ["granted"] * 8
    assert the_row(engine, sale_line)["held"] == 1000
    assert the_row(engine, command)["status"] == "granted"


def test_nothing_is_granted_after_a_restore_until_everybody_has_sent_again(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    sale_id, line_id = sold(till)
    with enrolled(engine, central, till_no="3") as other:
        db.write(engine, identity.new_epoch)
        waits = hold_refund(till, sale_id, line_id)
        assert (waits["code"], waits["detail"]) == ("recovering", "till 2 of 014, till 3 of 014")

        epoch = till.hello().json()["epoch"]
        assert till.hello(epoch=epoch).json()["recovering"] is True
        assert asked(till, "coupon.hold", code="x")["status"] == "pending"
        assert hold_refund(till, sale_id, line_id)["detail"] == "till 3 of 014"
        other.hello(epoch=epoch)

        assert till.hello().json()["recovering"] is False
        assert hold_refund(till, sale_id, line_id)["status"] == "granted"


def test_only_a_few_of_those_waited_for_are_named(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    with ExitStack() as open_tills:
        for number in "3456":
            open_tills.enter_context(enrolled(engine, central, till_no=number))
        open_tills.enter_context(enrolled(engine, central, "900", "1"))  # of another tenant
        till.hello(incarnation=2, last=0)  # two lives of one till are one name
        db.write(engine, identity.new_epoch)

        detail = asked(till, "coupon.hold", code="x")["detail"]

    assert detail == "till 2 of 014, till 3 of 014, till 4 of 014 and 2 more"


def test_a_revoked_till_is_waited_for_until_it_is_declared_lost(
    till: SpeakingTill, engine: Engine, central: str
) -> None:
    """It may have paid back before it was revoked; and nobody can say so any more."""
    with enrolled(engine, central, till_no="3") as gone:
        db.write(engine, lambda c: auth.revoke(c, gone.device_id))
        db.write(engine, identity.new_epoch)
        till.hello(epoch=till.hello().json()["epoch"])
        assert gone.hello().status_code == 401
        assert asked(till, "coupon.hold", code="x")["detail"] == "till 3 of 014"

        db.write(engine, lambda c: lost.declare_lost(c, gone.device_id, "eva", "jan", 0))

    assert asked(till, "coupon.hold", code="x")["code"] == "unknown_coupon"


def test_a_till_that_only_the_registry_knows_can_be_declared_lost(
    till: SpeakingTill, engine: Engine
) -> None:
    """Enrolled after the backup: its token opens nothing any more, so it can never report."""
    newer = b'{"tenant_id":"acme","store_id":"s-new","device_id":"newer","incarnation":1}'

    def restored(conn: Connection) -> None:
        registry.learn(conn, [newer])
        identity.new_epoch(conn)

    db.write(engine, restored)
    till.hello(epoch=till.hello().json()["epoch"])
    assert asked(till, "coupon.hold", code="x")["detail"] == "till ? of s-new"

    db.write(engine, lambda c: lost.declare_lost(c, "newer", "eva", "jan", 0))

    assert till.hello().json()["recovering"] is False


def test_a_till_enrolled_after_the_backup_is_waited_for_too(
    till: SpeakingTill, engine: Engine
) -> None:
    with db.reading(engine) as conn:
        mine = registry.export(conn)
    kept = mine + mine.replace(b'"incarnation":1', b'"incarnation":2')

    def restored(conn: Connection) -> None:
        registry.learn(conn, kept.splitlines())
        identity.new_epoch(conn)

    db.write(engine, restored)

    epoch = till.hello().json()["epoch"]
    assert till.hello(epoch=epoch).json()["recovering"] is True
    assert till.hello(incarnation=2, last=0, epoch=epoch).json()["recovering"] is False


def test_a_message_of_before_the_restore_does_not_end_the_recovery(
    till: SpeakingTill, engine: Engine
) -> None:
    before = till.hello().json()["epoch"]
    sold(till)
    db.write(engine, identity.new_epoch)

    assert till.hello(epoch=before).json()["recovering"] is True
    till.push(epoch=before)
    till.push()
    assert till.hello().json()["recovering"] is True

    now = till.hello().json()["epoch"]
    till.push(epoch=now)
    assert till.hello().json()["recovering"] is False


def test_an_ended_life_of_which_central_has_more_is_not_waited_for(
    till: SpeakingTill, engine: Engine
) -> None:
    sold(till)
    till.hello(incarnation=2, last=0)
    db.write(engine, identity.new_epoch)
    epoch = till.hello(incarnation=2, last=0).json()["epoch"]

    assert till.hello(incarnation=2, last=0, epoch=epoch).json()["recovering"] is True
    lost = till.hello(last=0, epoch=epoch, known_through=len(till.facts) + 1).json()
    answer = till.hello(last=0, epoch=epoch, known_through=len(till.facts)).json()

    assert lost["recovering"] is True, "facts that nobody has may be of money paid back"
    assert (answer["state"], answer["recovering"]) == ("behind", False)


def test_a_repeated_batch_does_not_take_back_what_was_declared(
    till: SpeakingTill, engine: Engine
) -> None:
    sale = sold(till)
    till.record("auth.event.v1", {"what": "signed_out"})
    till.push(last=1, journal_head=2)

    till.push(last=1, journal_head=1)

    assert hold_refund(till, *sale)["code"] == "uploading"
