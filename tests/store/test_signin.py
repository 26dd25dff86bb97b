"""Signing in: the right PIN, and a lock-out nobody can wait out by a restart."""

from contextlib import closing
from pathlib import Path

import orjson
import pytest
from argon2 import PasswordHasher

from pos_app.store.db import Stores, open_stores
from pos_app.store.journal import Journal
from pos_app.store.replica import Replica
from pos_app.store.signin import SignIn, pin_digest
from tests.store.pages import block, page
from tests.store.till import at

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture
def signin(stores: Stores) -> SignIn:
    people = [
        (
            name,
            name.title(),
            "cashier",
            '["sell"]',
            QUICK.hash(pin_digest("pepper", name, pin)),
            4,
            1,
        )
        for name, pin in (("jana", "1234"), ("petr", "1234"))
    ]
    broken = ("eva", "Eva", "cashier", "[]", "no hash", 4, 1)
    Replica(stores).apply(page(block("staff", [*people, broken])))
    return SignIn(stores)


def said(journal: Journal) -> list[str]:
    facts = journal.batch(1, 100, 10**6)
    return [orjson.loads(it["payload"])["what"] for it in facts if it["type"] == "auth.event.v1"]


def fail(signin: SignIn, times: int, start: int = 0) -> None:
    for n in range(times):
        assert not signin.check("jana", "0000", at(start + n)).ok


def test_the_right_pin_signs_in(signin: SignIn, journal: Journal) -> None:
    result = signin.check("jana", "1234", at(1))

    assert result.ok
    assert result.staff
    assert result.staff.staff_id == "jana"
    assert said(journal) == ["signed_in"]


@pytest.mark.parametrize(
    ("staff_id", "pin"), [("jana", "4321"), ("jana", ""), ("nobody", "1234"), ("eva", "1234")]
)
def test_anything_else_does_not(signin: SignIn, staff_id: str, pin: str) -> None:
    result = signin.check(staff_id, pin, at(1))

    assert (result.ok, result.staff) == (False, None)


def test_a_hash_of_another_person_does_not_open(signin: SignIn, stores: Stores) -> None:
    stores.replica.exec_driver_sql(
        "UPDATE staff SET pin_hash = (SELECT pin_hash FROM staff WHERE staff_id = 'petr')"
    )

    assert not signin.check("jana", "1234", at(1)).ok
    assert signin.check("petr", "1234", at(1)).ok


def test_tries_are_counted_down_and_forgiven_by_the_right_pin(signin: SignIn) -> None:
    left = [signin.check("jana", "0000", at(n)).tries_left for n in range(3)]
    signin.check("jana", "1234", at(4))

    assert left == [4, 3, 2]
    assert signin.check("jana", "0000", at(5)).tries_left == 4


def test_the_fifth_failure_locks_even_the_right_pin_out(signin: SignIn, journal: Journal) -> None:
    fail(signin, 4)
    fifth = signin.check("jana", "0000", at(4))
    early = signin.check("jana", "1234", at(29_000))
    in_time = signin.check("jana", "1234", at(30_004))

    assert (fifth.wait_s, early.ok, early.wait_s, in_time.ok) == (30, False, 2, True)
    assert said(journal) == ["refused"] * 4 + ["locked_out", "signed_in"]


def test_others_are_not_locked_out(signin: SignIn) -> None:
    fail(signin, 5)

    assert signin.check("petr", "1234", at(10)).ok


def test_each_further_failure_doubles_the_wait_up_to_half_an_hour(signin: SignIn) -> None:
    fail(signin, 5)
    now, waits = 0, []
    for _ in range(8):
        now += 2_000_000
        waits.append(signin.check("jana", "0000", at(now)).wait_s)

    assert waits == [60, 120, 240, 480, 960, 1800, 1800, 1800]


def test_a_restart_starts_the_wait_again_in_full(
    signin: SignIn, stores: Stores, tmp_path: Path
) -> None:
    fail(signin, 5)
    stores.close()

    with closing(open_stores(tmp_path)) as again:
        result = SignIn(again).check("jana", "1234", at(29_999))
        later = SignIn(again).check("jana", "1234", at(59_999))

    assert (result.ok, result.wait_s) == (False, 30)
    assert later.ok


def test_a_till_switched_off_during_the_check_has_used_up_a_try(
    signin: SignIn, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(_person: object, _pin: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(signin, "_is_right", power_cut)
    with pytest.raises(KeyboardInterrupt):
        signin.check("jana", "0000", at(1))

    assert SignIn(stores).check("jana", "0000", at(2)).tries_left == 3
