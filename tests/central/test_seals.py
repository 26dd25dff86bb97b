"""Signatures of facts, and central's countersigned checkpoints."""

import pytest
from sqlalchemy import Engine

from sync.central import db
from sync.central.identity import ensure, signing_key
from sync.keys import new_key
from sync.seals import is_countersigned, signed
from sync.wire import Checkpoint
from tests.central.tills import SpeakingTill


@pytest.fixture
def selling(till: SpeakingTill) -> SpeakingTill:
    for _ in range(3):
        till.sell()
    till.facts[:] = [signed(fact, till.key) for fact in till.facts]
    return till


def test_facts_signed_by_the_tills_key_are_booked(selling: SpeakingTill) -> None:
    answer = selling.push().json()

    assert (answer["accepted_through"], answer["results"]) == (3, [])


@pytest.mark.logs("quarantined")
def test_a_fact_signed_by_another_key_is_kept_but_not_booked(selling: SpeakingTill) -> None:
    selling.facts[1] = signed(selling.facts[1], new_key())

    answer = selling.push().json()

    assert answer["accepted_through"] == 3
    assert [(it["seq"], it["code"]) for it in answer["results"]] == [(2, "signature")]
    assert selling.get(f"/v1/sales/{selling.sale_id_of(selling.facts[1])}").status_code == 404
    assert selling.get(f"/v1/sales/{selling.sale_id_of(selling.facts[2])}").status_code == 200


def test_one_signature_on_the_last_fact_is_for_the_whole_batch(till: SpeakingTill) -> None:
    for _ in range(3):
        till.sell()

    signatures = [it.get("sig") for it in till.batch()["events"]]

    assert [bool(it) for it in signatures] == [False, False, True]
    assert till.push().json()["results"] == []


def test_a_batch_without_a_signature_is_booked_and_shown_to_a_person(till: SpeakingTill) -> None:
    for _ in range(3):
        till.sell()

    answer = till.push(events=till.facts).json()
    again = till.push(events=till.facts).json()

    assert [(it["seq"], it["status"], it["code"]) for it in answer["results"]] == [
        (3, "exception", "unsigned")
    ]
    assert again["results"] == answer["results"]
    for fact in till.facts:
        assert till.get(f"/v1/sales/{till.sale_id_of(fact)}").status_code == 200


@pytest.mark.logs("quarantined")
@pytest.mark.parametrize("nonsense", ["", "no base64 ü", "QUJD", "A" * 88, "x" * 5000])
def test_a_signature_that_is_none_is_quarantined(selling: SpeakingTill, nonsense: str) -> None:
    selling.facts[0] = selling.facts[0] | {"sig": nonsense}

    answer = selling.push().json()

    assert [(it["seq"], it["status"]) for it in answer["results"]] == [(1, "quarantined")]
    assert answer["next_expected"] == 4


def test_every_push_and_greeting_brings_a_checkpoint_that_central_signed(
    selling: SpeakingTill,
) -> None:
    pushed, greeted = selling.push().json(), selling.hello().json()

    for answer in (pushed, greeted):
        point = Checkpoint(**answer["checkpoint"])
        assert (point.seq, point.hash) == (3, selling.hash_at(3))
        assert is_countersigned(greeted["central_key"], selling.device_id, 1, point)
        assert not is_countersigned(greeted["central_key"], selling.device_id, 2, point)
        forged = point.model_copy(update={"hash": selling.hash_at(2)})
        assert not is_countersigned(greeted["central_key"], selling.device_id, 1, forged)


def test_before_the_first_fact_there_is_no_checkpoint(till: SpeakingTill) -> None:
    assert till.hello().json()["checkpoint"] is None


def test_a_database_has_one_signing_key_for_ever(engine: Engine) -> None:
    first = db.write(engine, lambda conn: signing_key(conn).public)
    db.write(engine, ensure)

    assert db.write(engine, lambda conn: signing_key(conn).public) == first
