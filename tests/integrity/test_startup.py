"""Before the first sale the journal is held against its mark, without a network."""

from dataclasses import replace
from pathlib import Path

import pytest

from pos_app.integrity.mark import Mark, Marks
from pos_app.integrity.startup import Places, settle
from pos_app.integrity.witness import mark_of
from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from pos_app.store.rebuild import hash_of
from sync.ports import WireFactDict
from tests.store.till import DEVICE, at


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(Marks([tmp_path / "keys"]))


def record(journal: Journal, count: int) -> None:
    for n in range(count):
        journal.record("auth.event.v1", "jana", {"what": "signed_in", "n": n}, at(10_000 + n))


def marked(journal: Journal, places: Places, **changes: object) -> Mark:
    mark = replace(mark_of(journal.state()), **changes)  # type: ignore[arg-type]  # any field
    places.marks.write(mark)
    return mark


def test_a_mark_that_a_power_cut_left_behind_is_believed(
    stores: Stores, journal: Journal, places: Places
) -> None:
    record(journal, 3)
    marked(journal, places)
    record(journal, 2)

    assert settle(stores, places, at(20_000)) == "same"


def test_a_till_without_a_mark_opens(stores: Stores, journal: Journal, places: Places) -> None:
    record(journal, 1)

    assert settle(stores, places, at(20_000)) == "same"


def test_what_was_on_the_wire_stays_so_whatever_the_file_says(
    stores: Stores, journal: Journal, places: Places
) -> None:
    record(journal, 3)
    marked(journal, places, in_flight_through=2)

    assert settle(stores, places, at(20_000)) == "same"

    assert journal.state().in_flight_through == 2


@pytest.mark.logs("behind or beside its mark")
@pytest.mark.parametrize(
    "changes",
    [{"seq": 4}, {"hash": "0" * 64}, {"incarnation": 2}, {"device_id": "device-2"}],
    ids=lambda it: next(iter(it)),
)
def test_a_mark_of_another_history_starts_a_life_that_never_was(
    stores: Stores, journal: Journal, places: Places, changes: dict[str, object]
) -> None:
    record(journal, 3)
    mark = marked(journal, places, **changes)

    assert settle(stores, places, at(20_000)) == "new_life"

    device = journal.device()
    assert device is not None
    assert (device.device_id, device.incarnation) == (DEVICE.device_id, mark.incarnation + 1)
    kinds = [it["type"] for it in journal.batch(1, 10, 10**6)]
    assert kinds == ["device.recovered.v1", *["auth.event.v1"] * 3]
    assert journal.state().in_flight_through == 0


@pytest.mark.logs("behind or beside its mark")
def test_a_life_begun_in_doubt_is_not_begun_again(
    stores: Stores, journal: Journal, places: Places
) -> None:
    record(journal, 3)
    marked(journal, places, seq=9)
    settle(stores, places, at(20_000))

    assert settle(stores, places, at(20_000)) == "same"
    places.marks.write(mark_of(journal.state()))
    assert settle(stores, places, at(20_000)) == "same"


class Inventing:
    """A central that answers with facts of its own, in a chain that is right."""

    def __init__(self, previous: str, kind: str, payload: str) -> None:
        self._previous, self._kind, self._payload = previous, kind, payload

    def own_facts(self, incarnation: int, from_seq: int) -> list[WireFactDict]:
        fact = {
            "seq": from_seq,
            "id": "f",
            "type": self._kind,
            "occurred_at_ms": 1,
            "mono_ms": 1,
            "boot_id": "b",
            "clock_offset_ms": 0,
            "actor": "jana",
            "payload": self._payload,
        }
        return [fact | {"hash": hash_of(self._previous, DEVICE.device_id, incarnation, fact)}]


@pytest.mark.logs("behind or beside its mark")
@pytest.mark.logs("does not follow")
@pytest.mark.parametrize("kind", ["sale.completed.v1", "shift.opened.v1"])
@pytest.mark.parametrize(
    "payload",
    ["[" * 100_000, "[" * 900 + "]" * 900, "5", "{}", '{"sale_id":[],"receipt_no":"1"}', "\0"],
    ids=["no bottom", "deep", "number", "empty", "list", "NUL"],
)
def test_the_till_opens_whatever_central_says_it_had_sold(
    stores: Stores, journal: Journal, places: Places, kind: str, payload: str
) -> None:
    record(journal, 3)
    marked(journal, places, seq=4)
    central = Inventing(journal.state().last_hash, kind, payload)

    assert settle(stores, places, at(20_000), lambda: central) == "new_life"
