"""Facts: one unbroken chain, in order, whatever the clock says."""

from dataclasses import replace

import orjson
import pytest

from pos_app.store.db import Stores
from pos_app.store.facts import NotEnrolled
from pos_app.store.journal import Journal
from sync.chain import GENESIS, FactHeader, fact_hash
from sync.wire import WireFact
from sync.wire_facts import ClockEventV1
from tests.store.till import DEVICE, at


def record(journal: Journal, count: int, start: int = 0) -> None:
    for n in range(start, start + count):
        journal.record("auth.event.v1", "jana", {"what": "signed_in", "n": n}, at(10_000 + n))


def test_a_till_that_is_not_enrolled_records_nothing(stores: Stores, journal: Journal) -> None:
    stores._identity = None

    with pytest.raises(NotEnrolled):
        record(journal, 1)


def test_enrolment_is_remembered(stores: Stores) -> None:
    assert Journal(stores).device() == DEVICE


def test_facts_hang_on_each_other_from_the_first(journal: Journal) -> None:
    record(journal, 3)

    facts = [WireFact(**it) for it in journal.batch(1, 10, 10**6)]
    previous = GENESIS
    for fact in facts:
        header = FactHeader(
            "device-1", 1, fact.seq, fact.id, fact.type, fact.occurred_at_ms, fact.mono_ms,
            fact.boot_id, fact.clock_offset_ms, fact.actor,
        )  # fmt: skip
        previous = fact_hash(previous, header, fact.payload.encode())
        assert fact.hash == previous.hex()
    assert [it.seq for it in facts] == [1, 2, 3]


def test_a_payload_is_stored_with_sorted_keys(journal: Journal) -> None:
    journal.record("x.v1", "", {"b": 1, "a": "é"}, at(1))

    assert journal.batch(1, 1, 1)[0]["payload"] == '{"a":"é","b":1}'


def test_an_empty_journal_says_so(journal: Journal) -> None:
    state = journal.state()

    assert (state.last_seq, state.last_hash, state.epoch) == (0, "0" * 64, None)
    assert journal.batch(1, 10, 1000) == []
    assert journal.unsent() == (0, None)
    assert journal.verify() is None


def test_a_batch_keeps_to_its_size_but_always_moves_on(journal: Journal) -> None:
    record(journal, 5)

    assert len(journal.batch(1, 3, 10**6)) == 3
    assert len(journal.batch(1, 5, 1000)) == 2
    assert len(journal.batch(1, 5, 1)) == 1
    assert [it["seq"] for it in journal.batch(4, 9, 10**6)] == [4, 5]


def test_what_is_unsent_follows_central_forwards_and_backwards(journal: Journal) -> None:
    record(journal, 5)

    journal.acknowledged(4, 3, "e1")
    forwards = journal.unsent()
    journal.acknowledged(2, 2, "e2")

    assert forwards == (1, 10_004)
    assert journal.unsent() == (3, 10_002)
    assert (journal.state().durable_through, journal.state().epoch) == (2, "e2")


def test_what_left_the_till_is_never_forgotten(journal: Journal) -> None:
    record(journal, 5)

    journal.mark_in_flight(4)
    journal.mark_in_flight(2)

    assert journal.state().in_flight_through == 4


def test_a_hash_is_known_for_every_fact_and_for_none(journal: Journal) -> None:
    record(journal, 2)

    assert journal.hash_at(0) == "0" * 64
    assert journal.hash_at(2) == journal.state().last_hash
    assert journal.hash_at(3) is None


@pytest.mark.parametrize("column", ["payload", "actor", "type", "boot_id"])
def test_a_changed_fact_is_found(stores: Stores, journal: Journal, column: str) -> None:
    record(journal, 6)
    stores.journal.exec_driver_sql(f"UPDATE fact SET {column} = 'forged' WHERE seq = 4")

    assert journal.verify() == 4
    assert journal.verify(limit=3) == 4


def test_a_fact_taken_out_is_found(stores: Stores, journal: Journal) -> None:
    record(journal, 6)
    stores.journal.exec_driver_sql("DELETE FROM fact WHERE seq = 3")

    assert journal.verify() == 3


def test_a_new_incarnation_starts_its_own_chain(stores: Stores, journal: Journal) -> None:
    record(journal, 3)
    journal.acknowledged(3, 3, "e1")

    journal.enrol(replace(DEVICE, incarnation=2))
    record(journal, 2)

    state = journal.state()
    assert (state.incarnation, state.last_seq, state.accepted_through) == (2, 2, 0)
    assert [it["seq"] for it in journal.batch(1, 9, 10**6)] == [1, 2]
    assert journal.verify() is None


def test_a_new_server_address_keeps_the_chain(journal: Journal) -> None:
    record(journal, 3)
    journal.acknowledged(2, 2, "e1")

    journal.enrol(replace(DEVICE, server_url="https://other.example"))

    assert (journal.state().last_seq, journal.state().accepted_through) == (3, 2)


def test_a_clock_set_back_is_said_once_and_not_believed(journal: Journal) -> None:
    journal.record("x.v1", "", {}, at(10_000_000, mono_ms=50))
    journal.record("x.v1", "", {}, at(6_400_000, mono_ms=1_050))
    journal.record("x.v1", "", {}, at(6_401_000, mono_ms=2_050))

    facts = journal.batch(1, 9, 10**6)
    assert [it["type"] for it in facts] == ["x.v1", "clock.event.v1", "x.v1", "x.v1"]
    assert [it["occurred_at_ms"] for it in facts] == [
        10_000_000,
        10_001_000,
        10_001_000,
        10_002_000,
    ]
    event = ClockEventV1(**orjson.loads(facts[1]["payload"]))
    assert (event.back_ms, event.last_fact_ms) == (3_600_000, 10_000_000)


def test_a_clock_set_right_again_is_believed_and_can_fail_anew(journal: Journal) -> None:
    for wall in (10_000_000, 6_400_000, 10_010_000, 6_400_000):
        journal.record("x.v1", "", {}, at(wall, mono_ms=100))

    types = [it["type"] for it in journal.batch(1, 9, 10**6)]
    assert types == ["x.v1", "clock.event.v1", "x.v1", "x.v1", "clock.event.v1", "x.v1"]


def test_after_a_reboot_the_monotonic_clock_is_not_compared(journal: Journal) -> None:
    journal.record("x.v1", "", {}, at(10_000_000, mono_ms=900_000))
    journal.record("x.v1", "", {}, at(1_000, mono_ms=5, boot_id="boot-2"))

    assert journal.batch(3, 1, 1)[0]["occurred_at_ms"] == 10_000_000


def test_a_small_step_back_is_no_event(journal: Journal) -> None:
    journal.record("x.v1", "", {}, at(10_000))
    journal.record("x.v1", "", {}, at(8_000))

    assert [it["occurred_at_ms"] for it in journal.batch(1, 9, 10**6)] == [10_000, 8_000]
