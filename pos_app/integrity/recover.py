"""A damaged journal made anew from everything that witnessed it; the damaged file is kept aside.

Salvaged rows, hourly copies, the black box and central each offer facts. A fact counts when its
hash follows from the one before, whoever offered it. If anything is known to be missing, the till
goes on as a new incarnation and tells again what is proven behind the gap; the rest counts as lost.
"""

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pos_app.domain.clock import Now
from pos_app.integrity import blackbox, verify
from pos_app.integrity.lives import Why, begin, facts_from
from pos_app.integrity.mark import Mark, flush_folder
from pos_app.integrity.offers import Offers, gaps, lengthen, proven_behind
from pos_app.integrity.salvage import LifeKey, Salvage, salvage
from pos_app.integrity.sources import JournalReader
from pos_app.integrity.startup import OwnFacts, Places
from pos_app.store.baskets import drop_sold, rename_all
from pos_app.store.db import JOURNAL, Stores, open_stores
from pos_app.store.identity import Device
from pos_app.store.journal import Journal
from pos_app.store.lock import DirLock
from pos_app.store.rebuild import absorb, project
from sync.errors import CentralError
from sync.ports import WireFactDict

_AT_ONCE = 1000
_SUFFIXES = ("", "-wal", "-shm")


class CannotRecover(Exception):
    """Nothing says which till this was; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Rescue:
    """What came of it. `lost`: facts known to have been there that nobody can prove any more."""

    kept_aside: Path
    facts: int
    sales: int
    total: int
    lost: int
    gaps: tuple[tuple[int, int], ...]
    """Which those are: first and last seq of each run, of the till's last life."""
    told_again: int
    incarnation: int
    is_new_life: bool
    bad: verify.Bad | None
    unanswered: str = ""
    """Why central did not give what it has, if it was asked and did not."""


def recover(
    data_dir: Path,
    places: Places,
    now: Now,
    copies: Sequence[Path] = (),
    ask: Callable[[Device], OwnFacts] | None = None,
) -> Rescue:
    """Replace journal.db by a whole one. StoreError, OSError or CannotRecover leave it as it was."""
    lock = DirLock(data_dir)
    aside = data_dir / f"{JOURNAL}.damaged-{time.time_ns():x}"
    work = data_dir / f"recovering-{time.time_ns():x}"
    try:
        _copy(data_dir / JOURNAL, aside)
        work.mkdir()
        rescue = _Rescuer(data_dir, aside, work, places, copies).run(now, ask)
        _swap(work / "new" / JOURNAL, data_dir)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        lock.release()
    return rescue


class _Rescuer:
    def __init__(
        self, data_dir: Path, aside: Path, work: Path, places: Places, copies: Sequence[Path]
    ) -> None:
        self._data_dir, self._aside, self._work = data_dir, aside, work
        self._places = places
        self._mark = places.marks.read()
        self._unanswered = ""
        self._damaged = _salvaged(aside, work)
        older = [_salvaged(path, work) for path in copies if path.exists()]
        self._found = [self._damaged, *older]

    def run(self, now: Now, ask: Callable[[Device], OwnFacts] | None) -> Rescue:
        device = self._device()
        central = ask(device) if ask else None
        lives = {key: self._chain(key, central, device) for key in self._keys(device)}
        stores = open_stores(self._work / "new")
        try:
            for (incarnation, device_id), facts in lives.items():
                _write_life(
                    stores, replace(device, incarnation=incarnation, device_id=device_id), facts
                )
            self._side(
                stores, [key for key in lives if key > (device.incarnation, device.device_id)]
            )
            rescue = self._conclude(stores, device, lives, now)
        finally:
            stores.close()
        return self._verified(rescue)

    def _device(self) -> Device:
        for found in self._found:
            if found.device is not None:
                return found.device
        heads = blackbox.headings(self._places.box_folder) if self._places.box_folder else []
        if not heads:
            raise CannotRecover("nothing here says which till this was: enrol it again")
        return Device(**heads[-1])

    def _keys(self, device: Device) -> list[LifeKey]:
        """Every life anybody knows of, in order; the till's last one is among them."""
        keys = {key for found in self._found for key in found.facts}
        keys.add((device.incarnation, device.device_id))
        if self._places.box_folder:
            heads = blackbox.headings(self._places.box_folder)
            keys |= {(head["incarnation"], head["device_id"]) for head in heads}
        if self._mark:
            keys.add((self._mark.incarnation, self._mark.device_id))
        return sorted(keys)

    def _offers(self, key: LifeKey) -> Offers:
        offers: Offers = {}
        for fact in (fact for found in self._found for fact in found.facts.get(key, ())):
            offers.setdefault(fact["seq"], []).append(fact)
        if self._places.box_folder:
            name = blackbox.file_name(key[1], key[0])
            for fact in blackbox.read(self._places.box_folder / name):
                if isinstance(fact["seq"], int):
                    offers.setdefault(fact["seq"], []).append(fact)
        return offers

    def _chain(self, key: LifeKey, central: OwnFacts | None, device: Device) -> list[WireFactDict]:
        """As far as hashes prove it; where everybody here is at a loss central is asked."""
        offers, chain = self._offers(key), list[WireFactDict]()
        while True:
            lengthen(chain, key, offers)
            if central is None or key[1] != device.device_id:
                return chain
            try:
                more = central.own_facts(key[0], len(chain) + 1)
            except CentralError as error:
                self._unanswered = f"{type(error).__name__} {error}".strip()
                return chain
            before = len(chain)
            for fact in more:
                offers.setdefault(fact["seq"], []).append(fact)
            lengthen(chain, key, offers)
            if len(chain) == before:
                return chain

    def _side(self, stores: Stores, later: Sequence[LifeKey]) -> None:
        """Baskets, print jobs and the like, as far as they were readable; newest source first.

        Each life `later` than that source began with baskets under new ids.
        """
        best = next((it for it in self._found if it.device), None)
        if best is None:
            return
        with stores.journal_write(by_person=False) as conn:
            for table, rows in best.side.items():
                for row in rows:
                    marks = ",".join("?" * len(row))
                    conn.exec_driver_sql(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row)
            for shift_id, closed, cash in best.closed_shifts:
                conn.exec_driver_sql(
                    "UPDATE shift SET closed_at_ms = ?, close_cash = ? WHERE shift_id = ?",
                    (closed, cash, shift_id),
                )
            drop_sold(conn)
            for incarnation, _ in later:
                rename_all(conn, f"-{incarnation}")
                drop_sold(conn)

    def _conclude(
        self, stores: Stores, device: Device, lives: dict[LifeKey, list[WireFactDict]], now: Now
    ) -> Rescue:
        """Same life if it is certainly whole, else a new one."""
        last_key, chain = list(lives.items())[-1]
        known, tail = self._known_end(last_key, chain)
        self._outbox(stores, len(chain))
        is_whole = known <= len(chain) and self._is_vouched_for(last_key, chain)
        if not is_whole:
            fresh = replace(device, incarnation=last_key[0] + 1, device_id=last_key[1])
            unsent = chain[Journal(stores).state().accepted_through :]
            begin(stores, fresh, [*unsent, *tail], Why("journal_recovered", known), now)
            _book(stores)
        run = stores.journal.exec_driver_sql
        sales, total = run("SELECT count(*), coalesce(sum(total), 0) FROM sale").one()
        return Rescue(
            kept_aside=self._aside,
            facts=sum(map(len, lives.values())),
            sales=sales,
            total=total,
            lost=max(known - len(chain) - len(tail), 0),
            gaps=tuple(gaps(len(chain), tail, known)),
            told_again=0 if is_whole else len(unsent) + len(tail),
            incarnation=last_key[0] + (not is_whole),
            is_new_life=not is_whole,
            bad=None,
            unanswered=self._unanswered,
        )

    def _known_end(
        self, key: LifeKey, chain: Sequence[WireFactDict]
    ) -> tuple[int, list[WireFactDict]]:
        """How far anybody knows the life to have got, and the facts proven behind a gap."""
        offers = self._offers(key)
        behind = proven_behind(len(chain), key, offers)
        known = max([len(chain), self._damaged.last_seq or 0, *offers])
        if self._mark and (self._mark.incarnation, self._mark.device_id) == key:
            known = max(known, self._mark.seq)
        points = (row for found in self._found for row in found.side.get("checkpoint", ()))
        return max([known, *(row[2] for row in points if (row[1], row[0]) == key)]), behind

    def _is_vouched_for(self, key: LifeKey, chain: Sequence[WireFactDict]) -> bool:
        """The mark knows this chain, and the end of the file could be read: the mark may lag."""
        mark: Mark | None = self._mark
        if mark is None or (mark.incarnation, mark.device_id) != key:
            return False
        if self._damaged.last_seq is None:
            return False
        return 0 < mark.seq <= len(chain) and chain[mark.seq - 1]["hash"] == mark.hash

    def _outbox(self, stores: Stores, last: int) -> None:
        in_flight, accepted = next((it.outbox for it in self._found if it.device), (last, 0))
        if self._mark:
            in_flight = max(in_flight, self._mark.in_flight_through)
        journal = Journal(stores)
        journal.mark_in_flight(min(in_flight, last))
        journal.acknowledged(min(accepted, last), min(accepted, last), "")

    def _verified(self, rescue: Rescue) -> Rescue:
        """The same look as omnitill verify takes, at what will be the journal."""
        journal = JournalReader(self._work / "new" / JOURNAL)
        try:
            report = verify.check(journal.to_verify())
            bad = report.first_bad or next(journal.wrong_rows(report), None)
        finally:
            journal.close()
        return replace(rescue, bad=bad)


def _salvaged(path: Path, work: Path) -> Salvage:
    """Reading changes a file; so a copy is read."""
    target = work / path.name
    _copy(path, target)
    return salvage(target)


def _write_life(stores: Stores, device: Device, facts: Sequence[WireFactDict]) -> None:
    stores.enrol(device)
    for at in range(0, len(facts), _AT_ONCE):
        with stores.journal_write(by_person=False) as conn:
            identity = stores.identity
            if identity is not None:
                absorb(conn, identity, facts[at : at + _AT_ONCE])


def _book(stores: Stores) -> None:
    """Facts from behind a gap have no rows yet; what has some is left as it is."""
    identity = stores.identity
    if identity is None:
        return
    told = facts_from(Journal(stores), 1)
    with stores.journal_write(by_person=False) as conn:
        for fact in told:
            project(conn, identity.base + fact["seq"], identity.device.incarnation, fact)


def _copy(path: Path, target: Path) -> None:
    for suffix in _SUFFIXES:
        part = path.with_name(path.name + suffix)
        if part.exists():
            shutil.copy2(part, target.with_name(target.name + suffix))


def _swap(fresh: Path, data_dir: Path) -> None:
    """The new file takes the name; the WAL of the old one, which was copied, must not follow it."""
    for suffix in ("-wal", "-shm"):
        (data_dir / f"{JOURNAL}{suffix}").unlink(missing_ok=True)
    fresh.replace(data_dir / JOURNAL)
    flush_folder(data_dir)
