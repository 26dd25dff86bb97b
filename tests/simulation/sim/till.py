"""A till as it is: the real store, the real service and the real exchange, in lives that end badly."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pos_app.domain.clock import Now
from pos_app.domain.errors import RuleError
from pos_app.integrity import blackbox
from pos_app.integrity.keeper import TillKeeper
from pos_app.integrity.startup import settle
from pos_app.integrity.witness import Witness
from pos_app.opening import WitnessedJournal, places
from pos_app.services.needs import TillStore
from pos_app.services.till import Till
from pos_app.store.baskets import Baskets
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores, open_stores
from pos_app.store.errors import StoreError
from pos_app.store.journal import Device, Journal
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from sync.errors import CentralError
from sync.exchange import Exchange
from sync.status import StatusBoard
from tests.simulation.sim import disk
from tests.simulation.sim.cards import CardDesk, Named
from tests.simulation.sim.central import Central
from tests.simulation.sim.hands import Hands
from tests.simulation.sim.model import Book, require
from tests.simulation.sim.network import Line, Weather
from tests.simulation.sim.pickups import PickupDesk
from tests.simulation.sim.refunds import RefundDesk
from tests.simulation.sim.seams import QuietUpkeep
from tests.simulation.sim.shop import ANNA, SKUS, STORES, copy_files
from tests.simulation.sim.watching import WatchedReplica, Watcher
from tests.simulation.sim.world import World

_FULL, _IO_ERROR = 13, 10
_POLL_MS = 30_000


class TillCrashed(Exception):
    """The process ended. No program under test handles it; SQLAlchemy would tell a BaseException apart."""


class SimTill:
    """One machine. `stores` is None while it is off."""

    def __init__(
        self,
        world: World,
        central: Central,
        book: Book,
        device: Device,
        folder: Path,
        skies: Weather,
        named: Named,
    ) -> None:
        self.world, self.central, self.book = world, central, book
        self.device, self.folder, self._skies = device, folder, skies
        self.stores: Stores | None = None
        self.crash_share = 0.0
        self.fault_share = 0.0
        self.clock_skew_ms = 0
        self.is_cut = False
        self._is_whole = True
        self._is_serving = False
        self._copy: Path | None = None
        self._was_put_back = False
        self._life = 0
        self._round_under_way = False
        self._sync_order = 0
        self._shown: tuple[Any, ...] | None = None
        self._till: Till | None = None
        self.desk = RefundDesk(world, book, device.device_id)
        self.cards = CardDesk(world, book, device.device_id, named)
        self._pickups = PickupDesk(world, book, device.device_id)
        disk.watch(folder, self._on_commit)

    @property
    def name(self) -> str:
        return self.device.device_id

    @property
    def till(self) -> Till:
        assert self._till is not None
        return self._till

    def start(self) -> None:
        """Switch on: open the files, take up where the journal says the till was."""
        if self._round_under_way or self._is_serving:  # the old process is still unwinding
            self.world.at(50, self.start)
            return
        self._life += 1
        try:
            self._open()
        except TillCrashed:
            self.fall()
        except StoreError as error:
            self.world.note(f"{self.name} could not start: {error.kind}")
            self.fall()

    def fall(self) -> None:
        """The process is gone, whatever it was doing."""
        self.world.note(f"{self.name} falls")
        self._life += 1
        if self.stores is not None:
            self.stores.close()
        self.stores = self._till = None
        self.world.at(self.world.dice.randrange(200, 5_000), self.start)

    def act(self) -> None:
        """The cashier does one thing."""
        self._do(lambda: self._hands.act(self.till))

    def sell(self) -> None:
        """The cashier takes money for a basket."""
        self._do(lambda: self._hands.sell(self.till))

    def _do(self, act: Callable[[], None]) -> None:
        if self.stores is None:
            return
        self._shown = None
        try:
            act()
        except (RuleError, StoreError) as error:
            self.world.note(f"{self.name} {type(error).__name__}: {error}")
        except TillCrashed:
            self.fall()
            return
        else:
            self.wake()
        if self.stores is None:
            return
        self._shown = self._face()
        self._check_saved()
        if self._is_whole:
            self._watcher.look()

    def wake(self) -> None:
        """A fact may have been recorded: the exchange is told, as by the application."""
        if self.world.chance(0.7) or self.world.is_healed:
            self._plan_sync(self.world.dice.randrange(1, 2_000), is_woken=True)

    def pay_back(self) -> None:
        """The cashier refunds something."""
        if self._till is not None and self.till.shift is not None:
            shift_id = self.till.shift.shift_id
            self._serve(lambda stores: self.desk.act(stores, self._line, shift_id, self._now))

    def take_card(self) -> None:
        """The cashier issues a gift card, or sells for one."""
        life = self._life

        def sell() -> None:
            self.sell()
            self._still(life)

        self._serve(lambda stores: self.cards.act(stores, self._line, self._now, sell))

    def hand_over(self) -> None:
        """A customer fetches an order; the first store has none."""
        if self.device.store_id == STORES[1][0]:
            self._serve(lambda stores: self._pickups.act(stores, self._line, self._now))

    def _serve(self, act: Callable[[Stores], None]) -> None:
        """One customer at a time who wants something that central has to permit."""
        if self.stores is None or self._is_serving or self._till is None:
            return
        life = self._life
        self._is_serving = True
        try:
            act(self.stores)
        except StoreError as error:
            self.world.note(f"{self.name} desk: {error.kind}")
        except TillCrashed:
            if life == self._life:
                self.fall()
        finally:
            self._is_serving = False

    def look_up(self) -> None:
        """A worker thread asks central for one article."""
        if self.stores is None or self._round_under_way:
            return
        life = self._life
        try:
            self._replica.apply_lookup(self._line.lookup(self.world.dice.choice(SKUS)))
        except (CentralError, StoreError) as error:
            self.world.note(f"{self.name} look up: {type(error).__name__}")
        except TillCrashed:
            if life == self._life:
                self.fall()

    def fold(self) -> None:
        """The journal's write-ahead log is folded in."""
        if self.stores is not None and isinstance(self.stores.upkeep, QuietUpkeep):
            self.stores.upkeep.fold()

    def lose_replica(self) -> None:
        """The disk under the downloadable copy goes bad while the till is off."""
        self.fall()
        for path in self.folder.glob("replica.db*"):
            path.unlink()

    def witness(self) -> None:
        """What its thread does half a second after a sale: the mark and the black box."""
        if self.stores is None:
            return
        try:
            self._witness._round()
        except TillCrashed:
            self.fall()

    def back_up(self) -> None:
        """Somebody copies the till's folder; the second medium is not in it."""
        if self.stores is not None:
            self._copy = self.folder.with_name(f"{self.folder.name}-copy")
            copy_files(self.folder, self._copy)

    def put_back(self, *, box_is_lost: bool = False) -> None:
        """The machine broke, and the copy takes the place of its folder."""
        if self._copy is None or self.stores is None or self.world.is_healed:
            return
        self.world.fault(f"{self.name} put back")
        self.book.put_back.add(self.name)
        self.fall()
        for path in self.folder.iterdir():
            if path.is_file():
                path.unlink()
        for path in self._copy.iterdir():
            shutil.copyfile(path, self.folder / path.name)
        if box_is_lost or self.world.chance(0.4):
            self.world.fault(f"{self.name} black box lost")
            for path in self.folder.glob("second/blackbox-*"):
                path.unlink()
        self._shown, self._is_whole, self._was_put_back = None, False, True

    def unsent(self) -> int:
        return Journal(self.stores).unsent()[0] if self.stores else -1

    @property
    def positions(self) -> dict[str, int]:
        """How far each stream is pulled in this life; nothing at first."""
        return self._exchange.positions if self.stores else {"": -1}

    @property
    def epoch(self) -> str:
        return self._replica.epoch if self.stores else ""

    @property
    def is_agreed(self) -> bool:
        """Central and this till agree about the past."""
        return self.stores is not None and not self._exchange._sender.disagreement

    def _open(self) -> None:
        life = self._life
        self._line = Line(
            self.world,
            self.central,
            self._skies,
            (self.device.store_id, self.device.device_id),
            lambda: self._still(life),
            self._check_mark,
        )
        self._line.is_cut = self.is_cut
        self._kept = places(self.folder, None)
        stores = open_stores(self.folder)
        try:
            outcome = settle(stores, self._kept, self._now(), lambda: self._line)
            self._still(life)
        except BaseException:
            stores.close()
            raise
        if outcome != "same":
            self.world.fault(f"{self.name} {outcome}")
        self.stores = stores
        self._plug_together(stores)
        self._check_restored()
        self.desk.start(stores, self._now)
        self.cards.start(stores, self._now)
        self._pickups.start(stores)
        self.till.sign_in(ANNA)
        if self.till.shift is None:
            self.till.open_shift(10_000)
        self._shown = self._face()
        self._plan_sync(self.world.dice.randrange(1, 3_000), is_woken=False)

    def _plug_together(self, stores: Stores) -> None:
        """As pos_app.assembly and pos_app.exchange do it."""
        life, prefix, numbers = self._life, f"{self.name}-{self._life}", iter(range(1, 1_000_000))
        device = Journal(stores).device()
        assert device is not None
        self.device = device
        self._witness = Witness(stores, self._kept.marks, self._kept.box_folder)
        journal, catalog = WitnessedJournal(stores, self._witness), Catalog(stores)
        self._baskets, self._sales = Baskets(stores), Sales(stores)
        self._replica = WatchedReplica(stores, lambda: self.world.now_ms)
        self._replica.on_whole = self._has_pulled
        self._exchange = Exchange(
            self._line,  # type: ignore[arg-type]  # all that the exchange uses of a client
            journal,
            self._replica,
            StatusBoard(_ignore, self._monotonic, lambda: self.world.now_ms),
            self._reload,
            lambda: self._life != life,
            TillKeeper(stores, self._witness, self._line),
        )
        # small batches at first: a backlog arrives in several, and others act in between
        self._exchange._sender.limit = self.world.dice.choice((1, 2, 200))
        self._till = Till(
            TillStore(catalog, self._baskets, self._sales, Shifts(stores), journal),
            store_id=device.store_id,
            till_id=self.name,
            notify=_ignore,
            now=self._now,
            new_id=lambda: f"{prefix}-{next(numbers)}",
            ask_central=lambda _code, answer: answer(False),
        )
        self._hands = Hands(self.world, self.book, self.name)
        self._watcher = Watcher(self.book, device, stores, self.central, self.world)

    def cut(self, is_cut: bool) -> None:
        """Pull or plug the network cable."""
        self.is_cut = is_cut
        if self.stores is not None:
            self._line.is_cut = is_cut
            self._line.is_last_push = False

    def speak_through(self, sale_id: str) -> None:
        """Plugged in for one push, which ends with this sale."""
        if self.stores is None:
            return
        query = "SELECT seq FROM fact WHERE id = ?"
        row = self.stores.journal.exec_driver_sql(query, (sale_id,)).fetchone()
        if row is not None:
            known = Journal(self.stores).state().accepted_through
            self._exchange._sender.limit = max(row[0] - known, 1)
            self.cut(False)
            self._line.is_last_push = True
            self._plan_sync(1, is_woken=True)

    def calm(self) -> None:
        """Faults are over: switched on, plugged in, the clock set right, and nobody at the desk."""
        self.clock_skew_ms = 0
        self.cut(False)
        if self.stores is not None:
            self.desk.start(self.stores, self._now)
            self.cards.start(self.stores, self._now)
            self._plan_sync(1, is_woken=False)

    def _plan_sync(self, delay_ms: int, *, is_woken: bool) -> None:
        """Only the newest plan counts: there is one exchange thread."""
        self._sync_order += 1
        order, life = self._sync_order, self._life

        def go() -> None:
            if order == self._sync_order and life == self._life and self.stores is not None:
                self._sync(is_woken)

        self.world.at(delay_ms, go)

    def _sync(self, is_woken: bool) -> None:
        if self._round_under_way:
            self._plan_sync(500, is_woken=is_woken)
            return
        life, pause = self._life, _POLL_MS
        self._round_under_way = True
        try:
            if not is_woken:
                self._exchange.doubt()
            self._exchange.round()
        except (CentralError, StoreError) as error:
            self.world.note(f"{self.name} round: {type(error).__name__} {error}")
            pause = self.world.dice.randrange(500, 5_000)
        except TillCrashed:
            if life == self._life:
                self.fall()
            return
        finally:
            self._round_under_way = False
        if life != self._life:
            return
        self._plan_sync(pause, is_woken=False)
        if self._is_whole:
            self._watcher.look_closely(self._replica)

    def _has_pulled(self) -> None:
        """What a put-back copy shows is of its own time, until central has said what it has."""
        self._is_whole = True

    def _reload(self, _entities: set[str]) -> None:
        """What the application does on the till's own thread."""
        if self._till is not None:
            self._till.reload_settings()

    def _face(self) -> tuple[Any, ...]:
        basket = self.till.basket
        return tuple(basket.lines), basket.discount, tuple(self.till.tenders)

    def _check_saved(self) -> None:
        """Memory never runs ahead of the journal, nor behind it."""
        saved = self._baskets.load_open()
        found = (saved.lines, saved.discount, saved.tenders) if saved else ((), None, ())
        if not self.till.basket.lines and not found[0]:
            return
        require(found == self._shown, "I10", f"{self.name} shows {self._shown}, saved is {found}")

    def _check_restored(self) -> None:
        """After a restart the basket is as it was last shown, and every sale told is there."""
        if self._shown is not None and (self._shown[0] or self._face()[0]):
            require(
                self._face() == self._shown,
                "I1",
                f"{self.name} showed {self._shown} before it fell",
            )
        assert self.stores is not None
        boxed = self._boxed() if self._was_put_back else None
        self._watcher.find_sales(self._sales, boxed)
        if boxed is not None:
            self.desk.mourn(self.stores, self.central)
        self._was_put_back = False

    def _check_mark(self, incarnation: int, seq: int) -> None:
        """What the refund rule stands on: the journal says so before central can know a fact."""
        assert self.stores is not None
        state = Journal(self.stores).state()
        mark = (state.incarnation, state.in_flight_through)  # all of an ended life was in flight
        require(
            mark >= (incarnation, seq), "I5", f"{self.name} sends fact {seq}, its mark is {mark}"
        )

    def _boxed(self) -> set[str]:
        """Facts in the black boxes of all lives."""
        folder = self._kept.box_folder
        assert folder is not None
        return {it["id"] for path in folder.glob("blackbox-*") for it in blackbox.read(path)}

    def _now(self) -> Now:
        wall = max(self.world.now_ms + self.clock_skew_ms, 0)
        return Now(wall, self.world.now_ms % 1_000_000_000, f"{self.name}-{self._life}")

    def _monotonic(self) -> float:
        return self.world.now_ms / 1000

    def _still(self, life: int) -> None:
        if life != self._life:
            raise TillCrashed

    def _on_commit(self, is_done: bool) -> None:
        world = self.world
        if world.chance(self.crash_share):
            world.fault(f"{self.name} crashed {'after' if is_done else 'before'} a commit")
            raise TillCrashed
        if not is_done and world.chance(self.fault_share):
            code = world.dice.choice((_FULL, _IO_ERROR))
            world.fault(f"{self.name} disk error {code}")
            raise disk.error(code, "a planted disk error")


def _ignore(_what: object) -> None:
    return
