"""kill -9 at any moment: what was said to be done is there, and nothing is there by half."""

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from pos_app.store.baskets import Baskets
from pos_app.store.catalog import Catalog
from pos_app.store.db import open_stores
from pos_app.store.journal import Journal
from pos_app.store.replica import Replica
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts


def killed(what: str, data_dir: Path, after_s: float) -> list[str]:
    """Lines a till said before it was killed in the middle of its work."""
    till = subprocess.Popen(
        [sys.executable, "-m", "tests.store.till_to_kill", what, str(data_dir)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert till.stdout
    with till, till.stdout:
        first = till.stdout.readline()
        time.sleep(after_s)
        till.kill()
        return (first + till.stdout.read()).splitlines()


@pytest.mark.parametrize("after_s", [0.02, 0.071, 0.13])
def test_the_basket_in_progress_survives(tmp_path: Path, after_s: float) -> None:
    last = int(killed("baskets", tmp_path, after_s)[-1])

    with closing(open_stores(tmp_path)) as stores:
        saved = Baskets(stores).load_open()
    assert saved
    newest = max(line.qty for line in saved.lines) - 1_000
    assert newest in {last, last + 1}
    assert [it.line_id for it in saved.lines] == [f"line-{n}" for n in range(min(newest + 1, 40))]


@pytest.mark.parametrize("after_s", [0.03, 0.11])
def test_no_sale_is_lost_doubled_or_there_by_half(tmp_path: Path, after_s: float) -> None:
    said = [line.split() for line in killed("sell", tmp_path, after_s)]

    with closing(open_stores(tmp_path)) as stores:
        sales = Sales(stores)
        last = sales.last()
        assert last
        assert last.number - len(said) in {0, 1}
        assert all(sales.by_receipt(receipt) == sales.by_id(f"s{n}") for n, receipt in said)
        assert Shifts(stores).figures("shift-1").sale_count == last.number
        assert Journal(stores).state().last_seq == last.number + 1
        assert Journal(stores).verify(limit=10**6) is None


@pytest.mark.parametrize("after_s", [0.05, 0.35])
def test_the_replica_has_whole_pages_and_indexes_them_after_all(
    tmp_path: Path, after_s: float
) -> None:
    said = killed("pull", tmp_path, after_s)

    with closing(open_stores(tmp_path)) as stores:
        pages = int(Replica(stores).cursor()) + 1
        assert pages - len(said) in {0, 1}
        assert Catalog(stores).counts()["variant"] == pages * 200
        assert stores.upkeep.settle(30)
        indexed = stores.replica.exec_driver_sql("SELECT count(*) FROM search_face").scalar()
        assert indexed == pages * 200
