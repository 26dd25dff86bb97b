"""A till that says each thing it has done, until it is killed. Run by test_kill.py."""

import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

from pos_app.store.baskets import Baskets
from pos_app.store.db import Stores, open_stores
from pos_app.store.replica import Replica
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from tests.store.pages import goods, page
from tests.store.till import DEVICE, SHIFT, a_draft, a_line, at


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def fill_baskets(stores: Stores) -> None:
    baskets = Baskets(stores)
    for n in count():
        baskets.save_line("b", n % 40, replace(a_line(f"line-{n % 40}"), qty=1_000 + n))
        say(str(n))


def sell(stores: Stores) -> None:
    sales = Sales(stores)
    for n in count():
        say(f"{n} {sales.book(a_draft(f's{n}'), at(n)).receipt_no}")


def pull(stores: Stores) -> None:
    replica = Replica(stores)
    for n in count():
        cursor = replica.cursor()
        many = [(f"A{n}-{m}", f"Thing {m}", f"{n:07}{m:07}") for m in range(200)]
        replica.apply(page(*goods(*many), start=cursor, end=str(n), has_more=n % 3 == 0))
        say(str(n))


def main() -> None:
    stores = open_stores(Path(sys.argv[2]))
    if stores.identity is None:
        stores.enrol(DEVICE)
        Shifts(stores).open(SHIFT, at(1))
    {"baskets": fill_baskets, "sell": sell, "pull": pull}[sys.argv[1]](stores)


if __name__ == "__main__":
    main()
