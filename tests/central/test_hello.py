"""Comparing histories before anything is sent (protocol.md 5)."""

from tests.central.tills import SpeakingTill


def test_a_new_till_is_expected_to_start_at_one(till: SpeakingTill) -> None:
    answer = till.hello().json()

    assert (answer["state"], answer["next_expected"]) == ("ok", 1)
    assert set(answer["heads"]) == till.scope


def test_a_till_ahead_is_told_from_where_to_send(till: SpeakingTill) -> None:
    for _ in range(3):
        till.sell()
    till.push(last=2)

    answer = till.hello().json()

    assert (answer["state"], answer["next_expected"], answer["accepted_through"]) == ("ok", 3, 2)


def test_a_till_with_an_old_journal_is_behind(till: SpeakingTill) -> None:
    for _ in range(3):
        till.sell()
    till.push()

    assert till.hello(last=1).json()["state"] == "behind"
    assert till.hello(last=0).json()["state"] == "behind"


def test_a_till_with_another_past_is_a_fork(till: SpeakingTill) -> None:
    till.sell()
    till.push()

    assert till.hello(last_hash="ab" * 32).json()["state"] == "fork"


def test_a_till_that_speaks_only_other_versions_must_upgrade(till: SpeakingTill) -> None:
    assert till.hello(proto=[7]).json()["state"] == "upgrade"
