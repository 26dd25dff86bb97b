"""Sign-in by finger, key and badge; every PIN is checked off the GUI thread."""

import threading
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pos_app.domain.staff import Right, Staff
from pos_app.ui.main_window import MainWindow
from pos_app.ui.screens.signin import SignInScreen
from pos_app.ui.widgets.numpad import BACKSPACE, CLEAR
from pos_app.ui.widgets.staff_tile import initials
from tests.ui import audit
from tests.ui.conftest import Shown
from tests.ui.press import key, tap

JANA = Staff("1", "Jana Nováková", "Cashier", frozenset(Right), 4)
PETR = Staff("2", "Petr K.", "Supervisor", frozenset(Right), 6)
OTHERS = tuple(Staff(str(n), f"Person {n}", "Cashier", frozenset(), 4) for n in range(3, 30))
SIZES = [(1024, 768), (1366, 768), (1920, 1080), (1080, 1920)]


@dataclass
class Answer:
    ok: bool
    staff: Staff | None = None
    tries_left: int = 4
    wait_s: int = 0


@dataclass
class Checker:
    """Knows one PIN, and which thread asked."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, str, int]] = field(default_factory=list)

    def __call__(self, staff_id: str, pin: str) -> Answer:
        self.asked.append((staff_id, pin, threading.get_ident()))
        if self.answers:
            return self.answers.pop(0)
        return Answer(ok=True, staff=JANA)


@pytest.fixture
def checker() -> Checker:
    return Checker()


@pytest.fixture
def accepted() -> list[Staff]:
    return []


@pytest.fixture
def screen(shown: Shown, checker: Checker, accepted: list[Staff]) -> SignInScreen:
    made = SignInScreen((JANA, PETR), "v1")
    made.ready(checker, accepted.append)
    shown(made)
    return made


def pin(screen: SignInScreen, digits: str) -> None:
    assert screen.pad is not None
    for digit in digits:
        tap(screen.pad.key(digit))


def test_a_tile_and_four_digits_sign_in(
    qtbot: QtBot, screen: SignInScreen, checker: Checker, accepted: list[Staff]
) -> None:
    tap(screen.board.tiles[0])
    pin(screen, "1234")

    qtbot.waitUntil(lambda: accepted == [JANA])
    assert checker.asked[0][:2] == ("1", "1234")
    assert checker.asked[0][2] != threading.get_ident()


def test_keys_alone_sign_in(
    qtbot: QtBot, screen: SignInScreen, checker: Checker, accepted: list[Staff]
) -> None:
    window = screen.window()
    key(window, Qt.Key.Key_Right)
    for digit in "1234":
        key(window, digit)

    qtbot.waitUntil(lambda: accepted == [JANA])
    assert checker.asked[0][:2] == ("1", "1234")


def test_a_pin_is_checked_at_its_own_length(screen: SignInScreen, checker: Checker) -> None:
    tap(screen.board.tiles[1])

    pin(screen, "12345")

    assert checker.asked == []


def test_clear_and_backspace_take_digits_away(
    qtbot: QtBot, screen: SignInScreen, checker: Checker
) -> None:
    assert screen.pad is not None
    tap(screen.board.tiles[0])
    pin(screen, "99")
    tap(screen.pad.key(CLEAR))
    pin(screen, "129")
    tap(screen.pad.key(BACKSPACE))
    pin(screen, "34")

    qtbot.waitUntil(lambda: len(checker.asked) == 1)
    assert checker.asked[0][1] == "1234"


def test_a_wrong_pin_says_how_many_tries_are_left(
    qtbot: QtBot, screen: SignInScreen, checker: Checker, accepted: list[Staff]
) -> None:
    checker.answers = [Answer(ok=False, tries_left=3)]
    tap(screen.board.tiles[0])
    pin(screen, "0000")

    qtbot.waitUntil(lambda: "Tries left: 3" in screen._news.text())
    assert screen._dots.accessibleDescription() == "0 of 4 digits"
    assert accepted == []


def test_too_many_wrong_pins_count_down_and_take_no_digits(
    qtbot: QtBot, screen: SignInScreen, checker: Checker
) -> None:
    checker.answers = [Answer(ok=False, tries_left=0, wait_s=30)]
    tap(screen.board.tiles[0])
    pin(screen, "0000")
    qtbot.waitUntil(lambda: "Wait 0:" in screen._news.text())

    pin(screen, "1234")

    assert len(checker.asked) == 1
    tap(screen.board.tiles[1])
    assert screen._news.text() == ""


def test_a_lock_out_ends(qtbot: QtBot, screen: SignInScreen, checker: Checker) -> None:
    checker.answers = [Answer(ok=False, wait_s=1)]
    tap(screen.board.tiles[0])
    pin(screen, "0000")

    qtbot.waitUntil(lambda: "again now" in screen._news.text())
    pin(screen, "1234")

    qtbot.waitUntil(lambda: len(checker.asked) == 2)


def test_digits_before_a_name_ask_for_the_name(screen: SignInScreen, checker: Checker) -> None:
    pin(screen, "1234")

    assert "Choose your name first" in screen._news.text()
    assert checker.asked == []


def test_a_pin_typed_before_the_store_is_open_waits_for_it(
    qtbot: QtBot, shown: Shown, checker: Checker, accepted: list[Staff]
) -> None:
    screen = SignInScreen((JANA,))
    shown(screen)
    pin(screen, "1234")

    screen.ready(checker, accepted.append)

    qtbot.waitUntil(lambda: accepted == [JANA])


def test_a_store_that_cannot_be_read_is_said_and_can_be_tried_again(
    qtbot: QtBot, shown: Shown, accepted: list[Staff]
) -> None:
    def broken(_staff_id: str, _pin: str) -> Answer:
        raise OSError("locked")

    screen = SignInScreen((JANA,))
    screen.ready(broken, accepted.append)
    shown(screen)

    pin(screen, "1234")

    qtbot.waitUntil(lambda: "could not be checked" in screen._news.text())


def test_a_badge_signs_in_without_a_tap(shown: Shown, accepted: list[Staff]) -> None:
    screen = SignInScreen((JANA, PETR))
    screen.ready(Checker(), accepted.append, lambda raw: PETR if raw == "badge-2" else None)
    shown(screen)

    assert screen.scan("badge-2", "wedge")
    assert not screen.scan("4006381333931", "wedge")
    assert accepted == [PETR]


def test_nobody_to_sign_in_says_what_to_do(qtbot: QtBot, shown: Shown) -> None:
    screen = SignInScreen(())
    shown(screen)

    with qtbot.waitSignal(screen.retry_asked):
        tap(screen.board._retry)

    assert "no staff list yet" in screen.board._empty.text()


def test_leaving_and_coming_back_forgets_the_digits(screen: SignInScreen) -> None:
    tap(screen.board.tiles[0])
    pin(screen, "12")

    screen.enter()

    assert screen._dots.accessibleDescription() == "0 of 4 digits"


def test_many_people_fit_on_pages(qtbot: QtBot, screen: SignInScreen) -> None:
    screen.set_staff((JANA, PETR, *OTHERS))
    qtbot.wait(30)
    first = screen.board.tiles[0].staff
    tap(screen.board._next)

    assert screen.board.tiles[0].staff is not first
    assert audit.faults(screen.window()) == {}


def test_the_same_person_stays_chosen_when_the_list_comes_anew(screen: SignInScreen) -> None:
    tap(screen.board.tiles[1])

    screen.set_staff((JANA, PETR, *OTHERS[:2]))

    assert screen.board.current is PETR
    assert screen.board.tiles[1].isChecked()


@pytest.mark.parametrize("size", SIZES)
def test_it_is_in_order_in_every_class(qtbot: QtBot, shown: Shown, size: tuple[int, int]) -> None:
    window: MainWindow = shown(SignInScreen((JANA, PETR, *OTHERS[:4]), "v1"), size)
    qtbot.wait(30)

    assert (window.width(), window.height()) == size
    assert audit.faults(window) == {}


@pytest.mark.parametrize(
    ("name", "letters"), [("Jana Nováková", "JN"), ("Petr K.", "PK"), ("Ola", "O"), ("", "")]
)
def test_initials_stand_for_a_name(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_name_tapped_while_a_pin_is_checked_counts(
    screen: SignInScreen, checker: Checker, accepted: list[Staff], qtbot: QtBot
) -> None:
    screen.choose("1")
    for digit in "1111":
        screen._type(digit)
    screen.choose("2")
    qtbot.waitUntil(lambda: len(checker.asked) == 1)
    qtbot.wait(30)

    assert accepted == []
    assert screen.board.current == PETR


def test_a_wrong_pin_is_heard(screen: SignInScreen, checker: Checker, qtbot: QtBot) -> None:
    checker.answers.append(Answer(ok=False))
    screen.choose("1")

    with qtbot.waitSignal(screen.refused):
        for digit in "9999":
            screen._type(digit)
