"""What the badge shows, and when."""

from sync.ports import Connection, SyncState
from sync.status import SETTLE_S, StatusBoard


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.shown: list[SyncState] = []
        self.board = StatusBoard(self.shown.append, lambda: self.now, lambda: int(self.now * 1000))

    def passes(self, seconds: float) -> None:
        self.now += seconds
        self.board.settle()

    @property
    def connections(self) -> list[str]:
        return [state.connection for state in self.shown]


def test_nothing_is_shown_before_something_is_known() -> None:
    clock = Clock()

    clock.board.figures(3, 1)

    assert clock.shown == []


def test_the_first_thing_known_is_shown_at_once() -> None:
    clock = Clock()
    clock.board.figures(3, 17)

    clock.board.observe("online")

    assert clock.shown == [SyncState("online", 100_000, 3, 17, None, None)]


def test_a_short_outage_is_not_shown() -> None:
    clock = Clock()
    clock.board.observe("online")

    clock.board.observe("offline", "no_answer")
    clock.passes(SETTLE_S - 0.1)
    clock.board.observe("online")
    clock.passes(60)

    assert clock.connections == ["online"]


def test_an_outage_that_lasts_is_shown_after_five_seconds() -> None:
    clock = Clock()
    clock.board.observe("online")

    clock.board.observe("offline", "no_answer")
    assert clock.board.settle() == SETTLE_S
    clock.passes(3)
    clock.board.observe("offline", "no_answer")
    clock.passes(2)

    assert clock.connections == ["online", "offline"]
    assert clock.shown[-1].detail == "no_answer"
    assert clock.shown[-1].since_ms == 105_000


def test_coming_back_is_shown_when_it_lasts() -> None:
    clock = Clock()
    clock.board.observe("offline")
    clock.board.observe("online")

    assert clock.connections == ["offline"]
    clock.passes(SETTLE_S)

    assert clock.connections == ["offline", "online"]


def test_what_a_person_must_act_on_is_shown_at_once() -> None:
    urgent: list[Connection] = ["refused", "upgrade", "fork"]
    for connection in urgent:
        clock = Clock()
        clock.board.observe("online")

        clock.board.observe(connection)

        assert clock.connections == ["online", connection]


def test_figures_are_shown_as_they_change_and_only_then() -> None:
    clock = Clock()
    clock.board.observe("online")

    clock.board.figures(1, 5)
    clock.board.figures(1, 5)
    clock.board.filling(10, 100)
    clock.board.pulled()

    assert [(it.unsent, it.filling, it.pulled_at_ms) for it in clock.shown[1:]] == [
        (1, None, None),
        (1, (10, 100), None),
        (1, None, 100_000),
    ]
