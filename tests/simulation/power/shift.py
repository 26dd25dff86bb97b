"""A till's day for the power-cut disk: every kind of transaction there is, one after the other."""

from collections.abc import Callable, Iterator
from contextlib import closing
from random import Random

import orjson
import pysqlite3.dbapi2 as sqlite
import zstandard

from pos_app.domain.basket import Discount, DiscountKind
from pos_app.domain.clock import Now
from pos_app.domain.money import ONE
from pos_app.domain.sale import TenderKind, receipt_no
from pos_app.integrity.lives import Why, next_life
from pos_app.integrity.startup import take_back
from pos_app.services.needs import TillStore
from pos_app.services.till import Till
from pos_app.store.baskets import Baskets
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores
from pos_app.store.journal import Device, Journal
from pos_app.store.prints import PrintJobs, PrintRow
from pos_app.store.proofs import Kept, Proofs
from pos_app.store.rebuild import hash_of
from pos_app.store.replica import Replica
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from pos_app.store.signin import SignIn
from pos_app.store.snapshot import SnapshotLoader
from sync.ports import WireFactDict
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
        yield "key of central", lambda: self._proofs.trust("key", self._wall_ms)
        yield "first load", self._first_load
        yield "page", self._page
        self.till, dice = self._open(), self._dice
        self.till.sign_in(JANA)
        yield "shift", lambda: self.till.open_shift(300_000)
        while Sales(self._stores).last() is None:
            yield from self._customer()
        yield "facts taken back", self._take_back
        yield "life told again", self._tell_again
        while True:
            yield from self._customer()
            if dice.random() < 0.1:
                yield "facts taken back", self._take_back
            if dice.random() < 0.05:
                yield "life told again", self._tell_again

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

    def _first_load(self) -> None:
        """A packed file as central makes it, of what has no articles."""
        folder = self._stores.data_dir
        plain, packed = folder / "central.plain", folder / "central.zst"
        with closing(sqlite.connect(plain)) as conn, conn:
            conn.execute("CREATE TABLE tax_rate (seq INTEGER PRIMARY KEY, code, name, ppm)")
            conn.execute(
                "CREATE TABLE stock (seq INTEGER PRIMARY KEY, place_id, sku, qty, as_of_ms)"
            )
            conn.execute("INSERT INTO tax_rate VALUES (1, 'S', '21 %', 210000)")
            rows = [(seq, "store-014", f"{seq}", seq, 1) for seq in range(2, 500)]
            conn.executemany("INSERT INTO stock VALUES (?,?,?,?,?)", rows)
        packed.write_bytes(zstandard.ZstdCompressor().compress(plain.read_bytes()))
        self._cursor = "cursor-of-the-file"
        SnapshotLoader(self._stores).take(packed, self._cursor, 0)

    def _take_back(self) -> None:
        """The next sale, as if this file were older than the black box."""
        state = self._journal.state()
        query = "SELECT payload FROM fact JOIN sale USING (position) ORDER BY position DESC LIMIT 1"
        told = orjson.loads(self._stores.journal.exec_driver_sql(query).scalar_one())
        told.pop("forked_from", None)
        number = told["number"] + 1
        told |= {"sale_id": f"back-{next(self._ids)}", "number": number}
        told["receipt_no"] = receipt_no(DEVICE.store_no, DEVICE.till_no, state.incarnation, number)
        fact: WireFactDict = self._journal.batch(state.last_seq, 1, 2**62)[0] | {
            "seq": state.last_seq + 1,
            "id": told["sale_id"],
            "type": "sale.completed.v1",
            "payload": orjson.dumps(told).decode(),
        }
        fact["hash"] = hash_of(state.last_hash, state.device_id, state.incarnation, fact)
        assert take_back(self._stores, [fact]) == 1

    def _tell_again(self) -> None:
        state = self._journal.state()
        why = Why("journal_behind_mark", state.last_seq + 1)
        next_life(self._stores, state.incarnation + 1, state.last_seq - 2, why, self._now())
