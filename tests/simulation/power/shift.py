"""A till's day for the power-cut disk: every kind of transaction there is, one after the other."""

from collections.abc import Callable, Iterator
from random import Random

from pos_app.domain.basket import Discount, DiscountKind
from pos_app.domain.clock import Now
from pos_app.domain.money import ONE
from pos_app.domain.sale import TenderKind
from pos_app.services.needs import TillStore
from pos_app.services.till import Till
from pos_app.store.baskets import Baskets
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores
from pos_app.store.journal import Device, Journal
from pos_app.store.prints import PrintJobs, PrintRow
from pos_app.store.proofs import Kept, Proofs
from pos_app.store.replica import Replica
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from pos_app.store.signin import SignIn
from tests.services.shop import DEVICE, JANA, block, goods_blocks

Act = tuple[str, Callable[[], object]]


class Day:
    """Acts by name; each ends with everything it promises."""

    def __init__(self, stores: Stores, dice: Random) -> None:
        self._stores, self._dice = stores, dice
        self._ids = iter(range(1, 1_000_000))
        self._wall_ms = 1_763_740_800_000
        self._journal, self._jobs = Journal(stores), PrintJobs(stores)
        self._replica, self._proofs = Replica(stores), Proofs(stores)
        self._baskets, self._cursor = Baskets(stores), ""

    def acts(self) -> Iterator[Act]:
        """Enrolment first, then a shift without end."""
        yield "enrol", lambda: self._journal.enrol(DEVICE)
        yield "page", self._page
        self.till = self._open()
        self.till.sign_in(JANA)
        yield "shift", lambda: self.till.open_shift(300_000)
        while True:
            yield from self._customer()

    def _customer(self) -> Iterator[Act]:
        till, dice = self.till, self._dice
        for _ in range(dice.randrange(1, 4)):
            yield "line", lambda: till.add_variant(dice.choice(("SOCK", "SCREW", "OLD")), ONE)
        yield "line changed", lambda: till.change_qty(0, 2 * ONE)
        yield "line removed", lambda: till.remove_line(0)
        yield "line put back", till.undo_remove
        yield (
            "discount",
            lambda: till.set_discount(Discount(DiscountKind.PERCENT, 50_000, "regular")),
        )
        yield "suspend", till.suspend
        yield "resume", lambda: till.resume(till.suspended()[0].basket_id)
        yield "tender", lambda: till.take_tender(TenderKind.CARD_EXTERNAL, 100)
        if dice.random() < 0.2:
            yield "tender given back", lambda: till.remove_tender(till.tenders[0].tender_id)
            yield "void", till.void_basket
        else:
            yield "sale", self._sell
        yield "in flight", lambda: self._journal.mark_in_flight(self._journal.state().last_seq)
        yield "acknowledged", self._acknowledge
        yield "checkpoint of central", self._countersign
        yield "drawer", lambda: till.open_drawer("change")
        yield "print job", self._print
        yield "page", self._page
        if dice.random() < 0.1:
            yield "PIN", lambda: SignIn(self._stores)._try("staff-1", self._now())
        if dice.random() < 0.15:
            yield "clock", self._clock_back
        if dice.random() < 0.15:
            yield "fold", self._fold
        if dice.random() < 0.05:
            yield "new life", self._enrol_anew

    def _open(self) -> Till:
        stores = self._stores
        return Till(
            TillStore(Catalog(stores), self._baskets, Sales(stores), Shifts(stores), self._journal),
            store_id=DEVICE.store_id,
            till_id=DEVICE.device_id,
            notify=lambda _event: None,
            now=self._now,
            new_id=lambda: f"id-{next(self._ids)}",
            ask_central=lambda _code, answer: answer(False),
        )

    def _now(self) -> Now:
        self._wall_ms += 50
        return Now(self._wall_ms, self._wall_ms % 10**9, "boot")

    def _sell(self) -> None:
        due = self.till.settlement.cash_due
        assert self.till.take_tender(TenderKind.CASH, -(-due // 100) * 100) is not None

    def _acknowledge(self) -> None:
        seq = self._journal.state().last_seq
        self._journal.acknowledged(seq, seq, "epoch")

    def _countersign(self) -> None:
        state = self._journal.state()
        self._proofs.keep(
            Kept(state.device_id, state.incarnation, state.last_seq, state.last_hash, "sig", 1)
        )

    def _print(self) -> None:
        job = PrintRow(f"job-{next(self._ids)}", "sale", "receipt", "", "queued", "", self._wall_ms)
        self._jobs.record(job)
        self._jobs.set_state(job.job_id, "printed")

    def _page(self) -> None:
        blocks = goods_blocks()
        stock = [
            [f"store-014|{n}", "store-014", f"{n}", self._dice.randrange(99), 1] for n in range(40)
        ]
        blocks.append(block("stock:cz", "stock", "key place_id sku qty as_of_ms", stock))
        before, self._cursor = self._cursor, f"cursor-{next(self._ids)}"
        page = {"from_cursor": before, "next_cursor": self._cursor, "has_more": False, "epoch": "1"}
        self._replica.apply(page | {"blocks": blocks})

    def _clock_back(self) -> None:
        self._wall_ms -= 3_600_000
        self.till.open_drawer("change")

    def _fold(self) -> None:
        """What the store's own thread does: sync the log, copy it into the file, sync that."""
        for conn in (self._stores.journal, self._stores.replica):
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()

    def _enrol_anew(self) -> None:
        device = self._journal.device()
        assert device is not None
        changed = {name: getattr(device, name) for name in Device.__slots__}
        self._journal.enrol(Device(**changed | {"incarnation": device.incarnation + 1}))
