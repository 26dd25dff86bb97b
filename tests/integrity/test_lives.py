"""Facts of lives that have ended reach a central that was restored, in the order they happened in."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pos_app.integrity.lives import Why, next_life
from pos_app.integrity.mark import Marks
from pos_app.integrity.startup import Places, settle
from pos_app.integrity.witness import Witness
from pos_app.store.baskets import Baskets
from pos_app.store.db import Stores, open_stores
from pos_app.store.ended import ended_lives
from pos_app.store.errors import StoreFull
from pos_app.store.journal import Journal
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from sync.chain import GENESIS
from sync.errors import Conflict
from sync.exchange import Exchange
from sync.ports import Page
from sync.status import StatusBoard
from sync.wire import HelloAnswer, HelloRequest, PushAnswer
from tests.store.till import DEVICE, SHIFT, a_draft, a_line, at
from tests.sync.fakes import MemoryReplica


class Central:
    """Chains by life, and what was said: as much of a central as an exchange of facts needs."""

    def __init__(self, epoch: str = "first") -> None:
        self.epoch = epoch
        self.chains: dict[int, list[str]] = {}
        self.pushed: list[tuple[int, int]] = []
        self.whole: set[int] = set()
        """Lives that have said, knowing this epoch, that this is all."""
        self.forked: set[int] = set()
        self.pulls = 0

    def hello(self, message: HelloRequest) -> HelloAnswer:
        known = self.chains.get(message.incarnation, [])
        told = max(message.last_seq, message.known_through)
        if message.epoch == self.epoch and told <= len(known):
            self.whole.add(message.incarnation)
        is_behind = message.last_seq < len(known)
        is_forked = message.incarnation in self.forked
        return HelloAnswer(
            epoch=self.epoch,
            server_time_ms=1,
            state="fork" if is_forked else "behind" if is_behind else "ok",
            recovering=True,
            next_expected=len(known) + 1,
            accepted_through=len(known),
            durable_through=len(known),
            heads={},
        )

    def push(self, message: Mapping[str, Any]) -> PushAnswer:
        known = self.chains.setdefault(message["incarnation"], [])
        if message["incarnation"] > 1 and message["epoch"] not in (None, self.epoch):
            raise Conflict("gap", message["from_seq"], len(known) + 1)
        assert message["from_seq"] == len(known) + 1
        assert message["prev_hash"] == (known[-1] if known else GENESIS.hex())
        known += [it["hash"] for it in message["events"]]
        self.pushed += [(message["incarnation"], it["seq"]) for it in message["events"]]
        seq = len(known)
        if message["epoch"] == self.epoch and message["journal_head"] <= seq:
            self.whole.add(message["incarnation"])
        return PushAnswer(
            epoch=self.epoch,
            server_time_ms=1,
            accepted_through=seq,
            durable_through=seq,
            next_expected=seq + 1,
        )

    def changes(self, cursor: str, _limit: int, _again: Sequence[str] = ()) -> Page:
        self.pulls += 1
        page = {"epoch": self.epoch, "from_cursor": cursor, "next_cursor": cursor, "blocks": []}
        return page | {"has_more": False, "positions": {}, "heads": {}, "includes_own_through": 0}


def exchange_of(stores: Stores, central: Central) -> Exchange:
    board = StatusBoard(lambda _state: None)
    client: Any = central
    return Exchange(
        client, Journal(stores), MemoryReplica(), board, lambda _changed: None, lambda: False
    )


def record(stores: Stores, count: int) -> None:
    for _ in range(count):
        Journal(stores).record("auth.event.v1", "jana", {"what": "signed_in"}, at(20_000))


def test_a_restored_central_gets_the_facts_of_an_ended_life_first(stores: Stores) -> None:
    Journal(stores).enrol(DEVICE)
    record(stores, 3)
    exchange_of(stores, Central()).round()
    next_life(stores, 2, 4, Why("journal_behind_mark", 3), at(20_000))
    record(stores, 2)
    restored = Central("second")

    exchange_of(stores, restored).round()

    assert restored.pushed == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]
    assert restored.whole == {1, 2}


def test_a_life_whose_end_is_lost_is_sent_but_never_called_whole(stores: Stores) -> None:
    Journal(stores).enrol(DEVICE)
    record(stores, 3)
    next_life(stores, 2, 4, Why("journal_behind_mark", 5), at(20_000))
    central = Central()

    for _ in range(2):
        exchange_of(stores, central).round()

    assert central.pushed == [(1, 1), (1, 2), (1, 3), (2, 1)]
    assert central.whole == {2}


def test_what_was_told_again_is_not_sent_from_the_ended_life(stores: Stores) -> None:
    Journal(stores).enrol(DEVICE)
    record(stores, 3)
    next_life(stores, 2, 2, Why("journal_behind_mark", 5), at(20_000))
    central = Central()

    exchange_of(stores, central).round()

    assert central.pushed == [(1, 1), (2, 1), (2, 2), (2, 3)]
    assert [(it.incarnation, it.state().last_seq) for it in ended_lives(stores)] == [(1, 1)]


def test_a_life_that_central_knows_better_is_whole_as_it_is(stores: Stores) -> None:
    Journal(stores).enrol(DEVICE)
    record(stores, 2)
    next_life(stores, 2, 3, Why("journal_behind_mark", 3), at(20_000))
    central = Central()
    central.chains[1] = ["a", "b", "c"]

    exchange_of(stores, central).round()

    assert central.pushed == [(2, 1)]
    assert 1 in central.whole


def test_lives_are_compared_once_in_each_history(stores: Stores) -> None:
    Journal(stores).enrol(DEVICE)
    record(stores, 1)
    next_life(stores, 2, 2, Why("journal_behind_mark", 1), at(20_000))
    central = Central()
    exchange = exchange_of(stores, central)
    exchange.round()
    central.whole.clear()

    exchange.doubt()
    exchange.round()
    assert central.whole == {2}

    central.epoch, central.chains = "second", {}
    exchange.doubt()
    exchange.round()
    assert central.pushed == [(1, 1), (2, 1)] * 2


def test_a_till_that_has_forked_sends_its_ended_lives_and_goes_on_receiving(
    stores: Stores,
) -> None:
    three_lives(stores)
    central = Central()
    exchange_of(stores, central).round()
    central.epoch, central.forked, central.pulls = "second", {3}, 0
    del central.chains[2][1:]

    exchange_of(stores, central).round()

    assert (len(central.chains[2]), central.pulls) == (2, 1)


def test_a_restore_between_two_ended_lives_begins_anew_with_the_first(stores: Stores) -> None:
    three_lives(stores)
    central = RestoredAgain("second")
    exchange = exchange_of(stores, central)

    exchange.round()

    assert central.epoch == "third"
    assert [life for life, _ in central.pushed] == [1, 2, 2, 3, 3]
    assert central.pulls == 1


def test_a_greeting_that_cannot_be_noted_is_made_again_before_anything_is_sent(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full for a moment; the ended life comes first all the same."""
    three_lives(stores)
    central = Central()
    exchange = exchange_of(stores, central)
    with monkeypatch.context() as full:
        full.setattr(Journal, "acknowledged", lambda *_: raise_(StoreFull("no room")))
        with pytest.raises(StoreFull):
            exchange.round()

    exchange.round()

    assert [life for life, _ in central.pushed] == [1, 2, 2, 3, 3]


def raise_(error: Exception) -> None:
    raise error


class RestoredAgain(Central):
    """Put back to nothing as soon as life 2 greets for the first time."""

    def hello(self, message: HelloRequest) -> HelloAnswer:
        if message.incarnation == 2 and self.epoch == "second":
            self.epoch, self.chains, self.pushed = "third", {}, []
        return super().hello(message)


def three_lives(stores: Stores) -> None:
    Journal(stores).enrol(DEVICE)
    record(stores, 1)
    for life in (2, 3):
        next_life(stores, life, life, Why("journal_behind_mark", 1), at(20_000))
        record(stores, 1)


@pytest.mark.logs("behind or beside its mark")
def test_a_copy_from_before_a_new_life_is_filled_through_both(tmp_path: Path) -> None:
    home, kept = tmp_path / "till", Places(Marks([tmp_path / "keys"]), tmp_path / "second")
    with opened(home) as stores:
        Journal(stores).enrol(DEVICE)
        record(stores, 2)
    shutil.copytree(home, tmp_path / "copy")
    with opened(home) as stores:
        record(stores, 2)
        witnessed(stores, kept)
        next_life(stores, 2, 3, Why("journal_behind_mark", 9), at(20_000))
        record(stores, 3)
        witnessed(stores, kept)
        wanted = facts_of(stores)
    put_back(tmp_path)

    with opened(home) as stores:
        assert settle(stores, kept, at(30_000)) == "filled"

        assert facts_of(stores) == wanted
        state = Journal(stores).state()
        assert (state.incarnation, state.last_seq, state.in_flight_through) == (2, 6, 6)
        assert Journal(stores).verify() is None


@pytest.mark.logs("behind or beside its mark")
def test_a_life_nobody_has_any_more_is_passed_over(tmp_path: Path) -> None:
    home, kept = tmp_path / "till", Places(Marks([tmp_path / "keys"]), tmp_path / "second")
    with opened(home) as stores:
        Journal(stores).enrol(DEVICE)
        record(stores, 2)
    shutil.copytree(home, tmp_path / "copy")
    with opened(home) as stores:
        next_life(stores, 2, 3, Why("journal_behind_mark", 9), at(20_000))
        witnessed(stores, kept)
    shutil.rmtree(tmp_path / "second")
    put_back(tmp_path)

    with opened(home) as stores:
        assert settle(stores, kept, at(30_000)) == "new_life"

        assert Journal(stores).state().incarnation == 3
        assert [it[0] for it in facts_of(stores)] == [1, 1, 3, 3, 3], "both told again"


@pytest.mark.logs("behind or beside its mark")
def test_a_basket_sold_in_the_lost_end_of_a_life_is_not_sold_again_under_its_id(
    tmp_path: Path,
) -> None:
    """Nobody has the sale any more; the copy is put back once more and filled through life two."""
    home, kept = tmp_path / "till", Places(Marks([tmp_path / "keys"]), tmp_path / "second")
    with opened(home) as stores:
        Journal(stores).enrol(DEVICE)
        Shifts(stores).open(SHIFT, at(1_000))
        for basket_id in ("sold-after", "sold-in-both"):
            Baskets(stores).save_line(basket_id, 0, a_line(f"line-{basket_id}"))
    shutil.copytree(home, tmp_path / "copy")
    with opened(home) as stores:
        next_life(stores, 2, 1, Why("journal_behind_mark", 9), at(20_000))
        Sales(stores).book(a_draft("sold-in-both-2"), at(21_000))
        witnessed(stores, kept)
    put_back(tmp_path)

    with opened(home) as stores:
        assert settle(stores, kept, at(30_000)) == "filled"

        left = Baskets(stores).load_open()
        assert left is not None
        assert (left.basket_id, left.lines[0].line_id) == ("sold-after-2", "line-sold-after-2")
        assert baskets_of(stores) == ["sold-after-2"]


@pytest.mark.logs("behind or beside its mark")
def test_a_basket_whose_sale_was_told_again_is_empty_in_the_life_that_told_it(
    tmp_path: Path,
) -> None:
    home, kept = tmp_path / "till", Places(Marks([tmp_path / "keys"]), tmp_path / "second")
    with opened(home) as stores:
        Journal(stores).enrol(DEVICE)
        Shifts(stores).open(SHIFT, at(1_000))
        Baskets(stores).save_line("basket-1", 0, a_line())
    shutil.copytree(home, tmp_path / "copy")
    with opened(home) as stores:
        Sales(stores).book(a_draft("basket-1"), at(19_000))
        next_life(stores, 2, 1, Why("journal_behind_mark", 9), at(20_000))
        witnessed(stores, kept)
    put_back(tmp_path)

    with opened(home) as stores:
        assert settle(stores, kept, at(30_000)) == "filled"

        assert baskets_of(stores) == []


@pytest.mark.logs("behind or beside its mark")
def test_what_an_ended_life_was_filled_with_is_sent_to_a_restored_central(tmp_path: Path) -> None:
    """Life two never had these facts, so it has told none of them again."""
    home, marks = tmp_path / "till", Marks([tmp_path / "keys"])
    first, second = (Places(marks, tmp_path / name) for name in ("first", "second"))
    with opened(home) as stores:
        Journal(stores).enrol(DEVICE)
        record(stores, 2)
        Journal(stores).acknowledged(2, 2, "first")
    shutil.copytree(home, tmp_path / "copy")
    with opened(home) as stores:
        record(stores, 2)
        witnessed(stores, first)
    put_back(tmp_path)
    with opened(home) as stores:
        assert settle(stores, second, at(30_000)) == "new_life"
        witnessed(stores, second)
    put_back(tmp_path)
    shutil.copytree(tmp_path / "second", tmp_path / "first", dirs_exist_ok=True)

    with opened(home) as stores:
        assert settle(stores, first, at(40_000)) == "filled"
        central = Central("second")
        exchange_of(stores, central).round()

    assert central.pushed == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1)]


def put_back(tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "till")
    shutil.copytree(tmp_path / "copy", tmp_path / "till")


@contextmanager
def opened(home: Path) -> Iterator[Stores]:
    stores = open_stores(home)
    try:
        yield stores
    finally:
        stores.close()


def witnessed(stores: Stores, kept: Places) -> None:
    """Its thread writes the mark and the black box before it ends."""
    witness = Witness(stores, kept.marks, kept.box_folder)
    witness.start()
    witness.stop()


def facts_of(stores: Stores) -> list[tuple[int, int, str]]:
    rows = stores.journal.exec_driver_sql("SELECT incarnation, seq, id FROM fact ORDER BY position")
    return [(row[0], row[1], row[2]) for row in rows]


def baskets_of(stores: Stores) -> list[str]:
    return list(stores.journal.exec_driver_sql("SELECT basket_id FROM basket").scalars())
