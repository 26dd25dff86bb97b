"""Too many wrong PINs: the wait lasts, and pulling the plug does not end it."""

import pytest

from pos_app.domain.clock import Now
from pos_app.domain.staff import SignInResult
from pos_app.store.signin import SignIn
from tests.journeys.conftest import Shop
from tests.journeys.counter import Counter, until

JANA = "014-jana"


class Patient:
    """Checks PINs under a monotonic clock that a test moves."""

    def __init__(self, counter: Counter) -> None:
        self._checker = SignIn(counter.stores)
        self._counter = counter
        self.later_ms = 0

    def check(self, pin: str, who: str = JANA) -> SignInResult:
        now = self._counter.clock.now()
        late = Now(now.wall_ms, now.mono_ms + self.later_ms, now.boot_id, now.clock_offset_ms)
        return self._checker.check(who, pin, late)


def lock_out(patient: Patient) -> SignInResult:
    for _ in range(4):
        assert not patient.check("0000").ok
    return patient.check("0000")


def test_five_wrong_pins_lock_one_person_and_nobody_else(shop: Shop) -> None:
    patient = Patient(shop.till())

    refused = lock_out(patient)

    assert (refused.tries_left, refused.wait_s) == (0, 30)
    assert not patient.check("1111").ok
    assert patient.check("2222", "014-petr").ok


def test_a_restart_starts_the_wait_again_and_the_right_pin_does_not_help(shop: Shop) -> None:
    counter = shop.till()
    patient = Patient(counter)
    lock_out(patient)
    patient.later_ms = 20_000
    assert patient.check("1111").wait_s == 10
    counter.close()

    patient = Patient(shop.till())
    assert patient.check("1111").wait_s == 30
    patient.later_ms = 31_000

    assert patient.check("1111").ok


def test_each_further_mistake_doubles_the_wait_up_to_half_an_hour(shop: Shop) -> None:
    patient = Patient(shop.till())
    waits = [lock_out(patient).wait_s]

    for _ in range(8):
        patient.later_ms += waits[-1] * 1000
        waits.append(patient.check("0000").wait_s)

    assert waits == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]


def test_a_clock_set_forward_does_not_shorten_the_wait(shop: Shop) -> None:
    counter = shop.till()
    patient = Patient(counter)
    lock_out(patient)

    counter.clock.off_ms = 24 * 3_600_000

    assert patient.check("1111").wait_s in (29, 30)


@pytest.mark.parametrize("pin", ["", "1", "11110", "1111 ", "\uff11" * 4, "\0", "1" * 5000])
def test_nothing_but_the_pin_is_the_pin(shop: Shop, pin: str) -> None:
    assert not Patient(shop.till()).check(pin).ok


def test_lock_outs_are_facts_that_reach_central(shop: Shop) -> None:
    counter = shop.till().connect()
    lock_out(Patient(counter))
    counter.exchange.wake()

    until(lambda: counter.unsent() == 0)

    (told,) = shop.server.rows("SELECT payload FROM inbox ORDER BY seq DESC LIMIT 1")
    assert '"locked_out"' in told[0]
    assert shop.server.one("SELECT count(*) FROM inbox") == 5
