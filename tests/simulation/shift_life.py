"""One life of a till: open its files, show what they hold, sell as fast as possible until killed.

Started as a program of its own: `python -m tests.simulation.shift_life DIR LIFE SEED PORT [--calm]`.
"""

import argparse
import os
import queue
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

import uuid_utils

from hardware.library import escpos
from hardware.printer import NetworkPrinter
from hardware.spooler import JobState, PrintJob, Spooler
from pos_app.domain.basket import Basket, Discount, DiscountKind, Line, line_of
from pos_app.domain.clock import Now
from pos_app.domain.events import Event, SaleCompleted
from pos_app.domain.money import ONE
from pos_app.domain.sale import Tender, TenderKind
from pos_app.domain.staff import Right, Staff
from pos_app.services.needs import TillStore
from pos_app.services.printing import Printing
from pos_app.services.till import Till
from pos_app.store.baskets import Baskets
from pos_app.store.catalog import Catalog
from pos_app.store.db import Stores, open_stores
from pos_app.store.journal import Journal
from pos_app.store.prints import PrintJobs
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from tests.simulation.shift_log import ShiftLog, Shown
from tests.simulation.shift_shop import CODES, WEIGHED, stock_the_shop

JANA = Staff("staff-1", "Jana", "cashier", frozenset(Right), 4)
FLOAT = 100_00


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("life", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("port", type=int, help="where the receipt printer listens")
    parser.add_argument("--calm", action="store_true", help="show what is there, and end")
    asked = parser.parse_args(words)
    stores = open_stores(asked.folder / "till")
    try:
        stock_the_shop(stores)
        log = ShiftLog(asked.folder / "told.jsonl", asked.life)
        Cashier(stores, log, Random(asked.seed), asked.port).work(calm=asked.calm)
    finally:
        stores.close()
    return 0


class Cashier:
    """Never tires. Every step is announced before, and what the screen shows is noted after."""

    def __init__(self, stores: Stores, log: ShiftLog, dice: Random, port: int) -> None:
        self._log, self._dice = log, dice
        sales = Sales(stores)
        store = TillStore(Catalog(stores), Baskets(stores), sales, Shifts(stores), Journal(stores))
        self._till = Till(
            store,
            store_id="store-1",
            till_id="till-2",
            notify=self._told,
            now=now,
            new_id=new_id,
            ask_central=lambda _code, _done: None,
        )
        self._heard: queue.SimpleQueue[PrintJob] = queue.SimpleQueue()
        printers = {"front": NetworkPrinter("127.0.0.1", port)}
        self._spooler = Spooler(printers, self._heard.put)
        self._printing = Printing(
            self._spooler,
            PrintJobs(stores),
            sales,
            printer="front",
            till_name="2",
            settings=lambda: self._till.settings,
            now=now,
            new_id=new_id,
        )

    def work(self, *, calm: bool) -> None:
        self._log.write("restored", shown=shown(self._till))
        escpos("printer")  # its half second is not what is to be killed here
        print("selling", flush=True)
        self._look_after_the_printer()
        self._till.sign_in(JANA)
        if self._till.shift is None:
            self._till.open_shift(FLOAT)
        while not calm:
            self._step()
            self._hear_the_printer()

    def _look_after_the_printer(self) -> None:
        """Of the receipts nobody knows about, a person asks for some again and lets others be."""
        for row in self._printing.after_restart():
            if self._dice.random() < 0.5:
                self._printing.retry(row)
            else:
                self._printing.give_up(row)

    def _wait_for_the_paper(self) -> None:
        """Most customers want their receipt, so many kills fall while a printer is at work."""
        end = time.monotonic() + self._dice.choice([0, 0.3, 0.3])
        while time.monotonic() < end and self._printing_now():
            self._hear_the_printer(wait_s=0.02)

    def _printing_now(self) -> bool:
        return any(job.state in (JobState.QUEUED, JobState.SENDING) for job in self._spooler.jobs())

    def _hear_the_printer(self, wait_s: float = 0) -> None:
        with suppress(queue.Empty):
            self._printing.job_changed(self._heard.get(timeout=wait_s or 0.0001))
            while True:
                self._printing.job_changed(self._heard.get_nowait())

    def _step(self) -> None:
        till = self._till
        if till.tenders:
            self._pay()
        elif not till.basket.lines:
            self._dice.choice([self._scan, self._scan, self._scan, self._resume])()
        else:
            self._dice.choice(
                [self._scan] * 6
                + [self._weigh, self._change_qty, self._discount, self._discount_all]
                + [self._remove, self._hold]
                + [self._pay] * 4
            )()

    def _scan(self) -> None:
        code = self._dice.choice(CODES)
        (variant,) = self._till.catalog.find(code.zfill(14))
        self._announce_added(line_of(variant, "", ONE))
        self._till.scan(code)
        self._painted()

    def _weigh(self) -> None:
        variant = self._till.catalog.by_sku(WEIGHED)
        assert variant is not None
        grams = self._dice.randrange(1, 3000)
        self._announce_added(line_of(variant, "", grams))
        self._till.add_variant(WEIGHED, grams)
        self._painted()

    def _announce_added(self, line: Line) -> None:
        basket = self._copy()
        basket.add(line)
        self._announce(basket)

    def _change_qty(self) -> None:
        basket, row = self._copy(), self._row()
        qty = basket.lines[row].qty + ONE
        basket.set_qty(row, qty)
        self._announce(basket)
        self._till.change_qty(row, qty)
        self._painted()

    def _discount(self) -> None:
        basket, row = self._copy(), self._row()
        discount = Discount(DiscountKind.PERCENT, self._dice.randrange(0, 200_000), "dented")
        basket.set_line_discount(row, discount)
        self._announce(basket)
        self._till.set_line_discount(row, discount)
        self._painted()

    def _discount_all(self) -> None:
        basket = self._copy()
        discount = Discount(DiscountKind.PERCENT, self._dice.randrange(0, 100_000), "regular")
        basket.set_discount(discount)
        self._announce(basket)
        self._till.set_discount(discount)
        self._painted()

    def _remove(self) -> None:
        before, basket, row = self._copy(), self._copy(), self._row()
        basket.remove(row)
        self._announce(basket)
        self._till.remove_line(row)
        self._painted()
        if self._dice.random() < 0.5:
            self._announce(before)
            self._till.undo_remove()
            self._painted()

    def _hold(self) -> None:
        held = [*held_ids(self._till), self._till.basket.basket_id]
        self._log.write("next", shown={"lines": [], "discount": None, "tenders": [], "held": held})
        self._till.suspend("for later")
        self._painted()

    def _resume(self) -> None:
        held = self._till.suspended()
        if not held:
            return
        chosen = self._dice.choice(held)
        rest = [it for it in held_ids(self._till) if it != chosen.basket_id]
        wanted = {"basket": chosen.basket_id, "total": chosen.total, "held": rest}
        self._log.write("next", shown=wanted)
        self._till.resume(chosen.basket_id)
        self._painted()

    def _pay(self) -> None:
        """Some by card, some by card and cash; the finishing tap comes twice, as from a nervous finger."""
        due = self._till.settlement.due
        if due > 200 and self._dice.random() < 0.3:
            part = due // 3
            self._announce(self._copy(), Tender("", TenderKind.CARD_EXTERNAL, part))
            self._till.take_tender(TenderKind.CARD_EXTERNAL, part)
            self._painted()
        given = -(-self._till.settlement.cash_due // 500) * 500
        self._log.write("next", shown={"lines": [], "tenders": [], "held": held_ids(self._till)})
        sale = self._till.take_tender(TenderKind.CASH, given)
        again = self._till.take_tender(TenderKind.CASH, given)
        assert (sale is None, again) == (False, None), (
            "a paid basket was not booked, or booked twice"
        )
        self._painted()
        self._wait_for_the_paper()

    def _told(self, event: Event) -> None:
        """Called by the till after the commit: what is said here must be true for ever."""
        if isinstance(event, SaleCompleted):
            sale = event.sale
            self._log.write("told", sale=sale.sale_id, receipt=sale.receipt_no, total=sale.total)
            self._printing.print_receipt(sale)

    def _announce(self, basket: Basket, *more: Tender) -> None:
        tenders = (*self._till.tenders, *more)
        self._log.write("next", shown=contents(basket, tenders, held_ids(self._till)))

    def _painted(self) -> None:
        self._log.write("painted", shown=shown(self._till))
        time.sleep(self._dice.random() * 0.002)

    def _copy(self) -> Basket:
        basket = self._till.basket
        return Basket(basket.basket_id, basket.policy, list(basket.lines), basket.discount)

    def _row(self) -> int:
        return self._dice.randrange(len(self._till.basket.lines))


def new_id() -> str:
    return str(uuid_utils.uuid7())


def now() -> Now:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return Now(time.time_ns() // 1_000_000, time.monotonic_ns() // 1_000_000, boot)


def shown(till: Till) -> Shown:
    """Everything on the screen, with the ids behind it."""
    basket = till.basket
    ids = [line.line_id for line in basket.lines] + [it.tender_id for it in till.tenders]
    return {
        **contents(basket, till.tenders, held_ids(till)),
        "basket": basket.basket_id if basket.lines else "",
        "total": basket.total,
        "ids": ids,
    }


def contents(basket: Basket, tenders: Sequence[Tender], held: list[str]) -> Shown:
    """What can be foretold of a step: goods, discounts and tenders, without the ids the till makes."""
    lines = [[it.sku, it.qty, it.unit_price, _plain(it.discount)] for it in basket.lines]
    paid = [[it.kind, it.amount] for it in tenders]
    return {"lines": lines, "discount": _plain(basket.discount), "tenders": paid, "held": held}


def held_ids(till: Till) -> list[str]:
    return [it.basket_id for it in till.suspended()]


def _plain(discount: Discount | None) -> list[object] | None:
    return [discount.kind, discount.value, discount.reason] if discount else None


if __name__ == "__main__":
    # no tidy exit: what is not on the disk by now must not matter
    os._exit(main(sys.argv[1:]))
