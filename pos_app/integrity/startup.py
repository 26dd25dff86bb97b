"""Before a till sells: is its journal the one it closed? The table of protocol.md 5, from the till.

What a put-back file lacks is taken from the black box or from central. If it cannot be had, the
till goes on as a new incarnation, so that no number it has given out is given out again.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from sqlalchemy import Connection

from pos_app.domain.clock import Now
from pos_app.integrity import blackbox
from pos_app.integrity.lives import Why, next_life
from pos_app.integrity.mark import Mark, Marks
from pos_app.store.baskets import drop_sold, rename_all
from pos_app.store.db import Stores
from pos_app.store.identity import Identity
from pos_app.store.journal import Journal
from pos_app.store.rebuild import DoesNotFit, absorb
from sync.errors import CentralError
from sync.ports import WireFactDict

Outcome: TypeAlias = Literal["same", "filled", "new_life"]

log = logging.getLogger(__name__)


class OwnFacts(Protocol):
    """Central, as far as this needs it: `sync.client.CentralClient` is one."""

    def own_facts(self, incarnation: int, from_seq: int) -> list[WireFactDict]: ...


@dataclass(frozen=True, slots=True)
class Places:
    """Where the till keeps what is outside its journal."""

    marks: Marks
    box_folder: Path | None = None

    def known(self) -> list[Mark]:
        """Every end of a life that the mark or a black box tells, of whichever till."""
        box, found = self.box_folder, [self.marks.read()]
        if box is not None:
            heads = blackbox.headings(box)
            found += [blackbox.end(box, it["device_id"], it["incarnation"]) for it in heads]
        return [mark for mark in found if mark]


def settle(
    stores: Stores, places: Places, now: Now, ask: Callable[[], OwnFacts] | None = None
) -> Outcome:
    """Hold the journal against the mark. `ask` reaches central; it is only called if need be."""
    mark = highest(stores, places)
    if stores.identity is None or mark is None or agrees(stores, mark):
        _lift_in_flight(stores, mark)
        return "same"
    log.error("the journal is behind or beside its mark: %s facts are known", mark.seq)
    if mark.device_id == Journal(stores).state().device_id:
        _fill(stores, _Kept(stores, places, ask), mark)
        if agrees(stores, mark):
            _lift_in_flight(stores, mark)
            return "filled"
    start_again(stores, mark, now)
    return "new_life"


def highest(stores: Stores, places: Places) -> Mark | None:
    """What is known from outside; the black box is a witness too."""
    mark, box = places.marks.read(), _box_end(stores, places)
    if mark is None or box is None or box.height[:2] <= mark.height[:2]:
        return mark or box
    is_one_life = (mark.device_id, mark.incarnation) == (box.device_id, box.incarnation)
    return replace(box, in_flight_through=mark.in_flight_through) if is_one_life else box


def agrees(stores: Stores, mark: Mark) -> bool:
    """Whether the journal goes at least as far as the mark, through the same fact."""
    state = Journal(stores).state()
    if mark.incarnation < state.incarnation:
        return True  # the mark of a life that has ended
    if not _is_same_life(stores, mark) or mark.seq > state.last_seq:
        return False
    return Journal(stores).hash_at(mark.seq) == mark.hash


def take_back(stores: Stores, facts: Sequence[WireFactDict]) -> int:
    """Append facts of this life that the file lacks; none if they do not follow its last one."""
    identity = stores.identity
    if identity is None:
        return 0
    try:
        with stores.journal_write(by_person=False) as conn:
            return absorb(conn, identity, facts)
    except DoesNotFit as error:
        log.warning("%s", error)
        return 0


def from_central(stores: Stores, central: OwnFacts) -> int:
    """Fence: everything central has of this life after the file's last fact, in portions."""
    taken = 0
    while True:
        state = Journal(stores).state()
        facts = central.own_facts(state.incarnation, state.last_seq + 1)
        if not (some := _take_from_central(stores, facts)):
            return taken
        taken += some


def _take_from_central(stores: Stores, facts: Sequence[WireFactDict]) -> int:
    """How many fitted; they are in flight, since central knows them."""
    taken = take_back(stores, facts)
    if taken:
        Journal(stores).mark_in_flight(facts[-1]["seq"])
    return taken


def start_again(stores: Stores, mark: Mark, now: Now) -> None:
    """A new incarnation; what central has not confirmed of the file's facts is told again."""
    state = Journal(stores).state()
    incarnation = max(mark.incarnation, state.incarnation) + 1
    why = Why("journal_behind_mark", mark.seq)
    next_life(stores, incarnation, state.accepted_through + 1, why, now)


class _Kept:
    """Facts of this till outside its file: in the black box, then at central."""

    def __init__(self, stores: Stores, places: Places, ask: Callable[[], OwnFacts] | None) -> None:
        self._stores, self._folder, self._ask = stores, places.box_folder, ask
        self._central: OwnFacts | None = None

    def boxed(self, incarnation: int, last: int) -> list[WireFactDict]:
        """Facts of a life after its `last` one, without a gap."""
        identity = self._stores.identity
        if self._folder is None or identity is None:
            return []
        name = blackbox.file_name(identity.device.device_id, incarnation)
        facts = [it for it in blackbox.read(self._folder / name) if it["seq"] > last]
        return _unbroken(facts, last)

    def at_central(self, incarnation: int, last: int) -> list[WireFactDict]:
        """The same of central, a portion; none when it cannot be reached."""
        if self._ask is None:
            return []
        self._central = self._central or self._ask()
        try:
            return self._central.own_facts(incarnation, last + 1)
        except CentralError as error:
            log.info("central was not reached for the missing facts: %s", error)
            self._ask = None
            return []


def _fill(stores: Stores, kept: _Kept, mark: Mark) -> None:
    """The missing facts of the file's last life, then those of the lives after it up to the mark's."""
    incarnation = Journal(stores).state().incarnation
    _fill_life(stores, kept, mark)
    while not agrees(stores, mark) and incarnation < mark.incarnation:
        incarnation += 1
        facts = kept.boxed(incarnation, 0) or kept.at_central(incarnation, 0)
        if facts and _live_again(stores, incarnation, facts):
            _fill_life(stores, kept, mark)


def _fill_life(stores: Stores, kept: _Kept, mark: Mark) -> None:
    """What the black box lacks of the last life here, central may have."""
    state = Journal(stores).state()
    take_back(stores, kept.boxed(state.incarnation, state.last_seq))
    while not agrees(stores, mark):
        state = Journal(stores).state()
        if not _take_from_central(stores, kept.at_central(state.incarnation, state.last_seq)):
            return


def _live_again(stores: Stores, incarnation: int, facts: Sequence[WireFactDict]) -> bool:
    """Go on as a life that the file does not know yet; False if these are not its facts.

    Whoever else may have them: all are taken for known elsewhere. A basket of the file may have
    been sold in the lost end of the life before: it gets the ids that life began with.
    """
    identity = stores.identity
    if identity is None:
        return False
    device = replace(identity.device, incarnation=incarnation)
    try:
        stores.enrol(device, lambda conn, fresh: _begin_with(conn, fresh, facts))
    except DoesNotFit as error:
        log.warning("%s", error)
        return False
    Journal(stores).mark_in_flight(facts[-1]["seq"])
    return True


def _begin_with(conn: Connection, identity: Identity, facts: Sequence[WireFactDict]) -> None:
    """Sales told again empty baskets by their old ids, sales of this life by the new ones."""
    absorb(conn, identity, facts)
    rename_all(conn, f"-{identity.device.incarnation}")
    drop_sold(conn)


def _unbroken(facts: Sequence[WireFactDict], last: int) -> list[WireFactDict]:
    """Each once and in order; a line written again after a torn one comes twice."""
    found: list[WireFactDict] = []
    for fact in facts:
        if fact["seq"] == last + len(found) + 1:
            found.append(fact)
    return found


def _is_same_life(stores: Stores, mark: Mark) -> bool:
    state = Journal(stores).state()
    return (mark.device_id, mark.incarnation) == (state.device_id, state.incarnation)


def _lift_in_flight(stores: Stores, mark: Mark | None) -> None:
    """What may have been on the wire stays so, whatever the file says."""
    if mark is None or stores.identity is None or not _is_same_life(stores, mark):
        return
    journal = Journal(stores)
    if journal.state().in_flight_through < mark.in_flight_through:
        journal.mark_in_flight(mark.in_flight_through)


def _box_end(stores: Stores, places: Places) -> Mark | None:
    identity = stores.identity
    if identity is None or places.box_folder is None:
        return None
    device = identity.device
    return blackbox.end(places.box_folder, device.device_id, device.incarnation)
