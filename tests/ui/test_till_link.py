"""Sign-in, lock and the basket's chip."""

import pytest
from PySide6.QtCore import Qt

from pos_app.domain.staff import Right, Staff
from pos_app.services.till import Till
from pos_app.ui.idle_lock import IdleLock
from pos_app.ui.main_window import MainWindow
from pos_app.ui.widgets.dialog import Choice
from tests.services.shop import JANA, TEE
from tests.ui.press import key, tap


def test_the_first_to_sign_in_opens_the_shift(linked: MainWindow, till: Till) -> None:
    till.sign_in(JANA)

    assert linked.place == "open_shift"
    assert linked.top_bar.staff.text() == "Jana N."


def test_who_may_not_open_a_shift_goes_on_to_the_basket(linked: MainWindow, till: Till) -> None:
    till.sign_in(Staff("s2", "Ola S.", "Pickups", frozenset({Right.SELL}), 4))

    assert linked.place == "sell"


def test_with_a_shift_open_signing_in_leads_to_the_basket(linked: MainWindow, till: Till) -> None:
    till.sign_in(JANA)
    till.open_shift(0)
    till.sign_out()

    till.sign_in(JANA)

    assert linked.place == "sell"


@pytest.mark.parametrize("how", ["key", "finger"])
def test_a_lock_hides_the_name_and_keeps_the_basket(
    linked: MainWindow, till: Till, how: str
) -> None:
    till.sign_in(JANA)
    till.open_shift(0)
    till.scan(TEE)

    key(linked, Qt.Key.Key_F11) if how == "key" else tap(linked.top_bar.lock)

    assert (linked.place, linked.top_bar.staff.text()) == ("signin", "")
    assert linked.top_bar.basket.isHidden()
    assert len(till.basket.lines) == 1


def test_an_idle_till_locks_itself(linked: MainWindow, till: Till) -> None:
    till.sign_in(JANA)
    idle = [0]
    lock = IdleLock(till, lambda: idle[0], lambda: linked.blocking is not None)

    lock.look()
    assert till.staff is JANA
    idle[0] = till.settings.idle_lock_s * 1000
    lock.look()

    assert till.staff is None


def test_an_open_question_is_answered_before_the_till_locks(linked: MainWindow, till: Till) -> None:
    till.sign_in(JANA)
    lock = IdleLock(till, lambda: 10**9, lambda: linked.blocking is not None)
    linked.ask("Void it?", "All of it.", (Choice("keep", "Keep", safe=True),))

    lock.look()
    linked.lock_asked.emit()

    assert till.staff is JANA
