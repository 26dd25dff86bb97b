"""A damaged journal is made anew: nothing is lost that anybody still has, and nothing is deleted."""

import random
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from pos_app.__main__ import main
from pos_app.integrity.copies import KEEP, HourlyCopies, copy_now, hourly_copies
from pos_app.integrity.lives import Why, next_life
from pos_app.integrity.recover import CannotRecover, Rescue, recover
from pos_app.integrity.salvage import salvage
from pos_app.integrity.witness import Witness
from pos_app.opening import places
from pos_app.store.baskets import Baskets
from pos_app.store.db import Stores, open_stores
from pos_app.store.errors import StoreDamaged, StoreInUse
from pos_app.store.journal import Journal
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from tests.integrity.put_back import now, open_up, sold
from tests.journeys.conftest import Shop
from tests.journeys.counter import until
from tests.store.till import DEVICE, SHIFT, a_draft, a_line, at


def witnessed(stores: Stores, folder: Path, second: Path | None = None) -> None:
    kept = places(folder, second)
    watching = Witness(stores, kept.marks, kept.box_folder)
    watching.start()
    watching.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A till with 120 sales, a basket in progress, a mark and a black box; closed."""
    stores = open_stores(tmp_path)
    stores.enrol(DEVICE)
    Shifts(stores).open(SHIFT, at(1_000))
    for n in range(120):
        Sales(stores).book(a_draft(f"sale-{n}"), at(2_000 + n))
    Baskets(stores).save_line("basket-1", 0, a_line())
    witnessed(stores, tmp_path)
    stores.close()
    return tmp_path


def rescued(folder: Path) -> Rescue:
    kept = places(folder, None)
    return recover(folder, kept, now(), hourly_copies(kept.box_folder))


def figures(folder: Path) -> tuple[int, int, int]:
    """Facts, sales and their total."""
    with closing(open_stores(folder)) as stores:
        run = stores.journal.exec_driver_sql
        facts = run("SELECT count(*) FROM fact").scalar_one()
        sales, total = run("SELECT count(*), sum(total) FROM sale").one()
    return facts, sales, total


def damage(path: Path, seed: int) -> None:
    """Zeros, noise and foreign pages here and there behind the first page."""
    dice, content = random.Random(seed), bytearray(path.read_bytes())
    for _ in range(dice.randrange(1, 8)):
        start = dice.randrange(4096, len(content) - 600)
        content[start : start + 500] = dice.choice((bytes(500), dice.randbytes(500)))
    path.write_bytes(content)


def beheaded(path: Path) -> None:
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])


def halved(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 8192 * 4096])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("how", [beheaded, halved, emptied, gone])
def test_the_black_box_brings_everything_back(folder: Path, how: Callable[[Path], None]) -> None:
    how(folder / "journal.db")

    rescue = rescued(folder)

    assert (rescue.facts, rescue.sales, rescue.total, rescue.lost) == (121, 120, 120 * 121, 0)
    assert rescue.bad is None
    assert main(["verify", "--data-dir", str(folder)]) == 0


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_damaged_totals_are_equal_afterwards(folder: Path, seed: int) -> None:
    damage(folder / "journal.db", seed)

    rescue = rescued(folder)

    assert (rescue.sales, rescue.total, rescue.lost, rescue.bad) == (120, 120 * 121, 0, None)
    assert main(["verify", "--data-dir", str(folder)]) == 0


def test_the_second_folder_of_the_tills_file_helps_without_being_named(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    stick = tmp_path_factory.mktemp("stick")
    shutil.rmtree(folder / "second")
    (folder / "till.toml").write_text(f"second_dir = '{stick}'\n")
    with closing(open_stores(folder)) as stores:
        witnessed(stores, folder, stick)
    gone(folder / "journal.db")

    assert main(["recover", "--data-dir", str(folder)]) == 0

    assert "121 facts, 120 sales" in capsys.readouterr().out


def test_the_damaged_file_is_kept_as_it_was(folder: Path) -> None:
    damage(folder / "journal.db", 1)
    content = (folder / "journal.db").read_bytes()

    rescue = rescued(folder)

    assert rescue.kept_aside.read_bytes() == content


def test_a_journal_that_is_whole_comes_out_the_same(folder: Path) -> None:
    before = figures(folder)

    rescue = rescued(folder)

    assert (rescue.is_new_life, rescue.incarnation) == (False, 1)
    assert figures(folder) == before
    with closing(open_stores(folder)) as stores:
        basket = Baskets(stores).load_open()
        assert basket is not None
        assert stores.identity is not None
        assert stores.identity.device.pin_pepper == "pepper"
    assert open_up(folder, "http://127.0.0.1:9") == "same"


def test_a_basket_from_before_the_last_life_comes_back_under_the_ids_of_that_life(
    folder: Path,
) -> None:
    old = shutil.copy(folder / "journal.db", folder / "journal.old")
    with closing(open_stores(folder)) as stores:
        next_life(stores, 2, 1, Why("journal_behind_mark", 999), at(9_000))
        witnessed(stores, folder)
    shutil.copy(old, folder / "journal.db")

    rescue = rescued(folder)

    assert (rescue.incarnation, rescue.is_new_life) == (2, False)
    with closing(open_stores(folder)) as stores:
        left = Baskets(stores).load_open()
        assert left is not None
        assert (left.basket_id, left.lines[0].line_id) == ("basket-1-2", "line-1-2")


def test_when_the_end_is_in_doubt_a_new_receipt_series_starts(folder: Path) -> None:
    gone(folder / "journal.db")

    rescue = rescued(folder)

    assert rescue.is_new_life
    with closing(open_stores(folder)) as stores:
        shift = Shifts(stores).current()
        assert shift is not None
        assert Sales(stores).book(a_draft("next"), at(9_999)).receipt_no == "014-2-2-000001"


def test_what_nobody_has_any_more_is_counted_and_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box = next((folder / "second").glob("blackbox-*"))
    lines = box.read_bytes().splitlines(keepends=True)
    box.write_bytes(b"".join(lines[:101]))  # its heading and a hundred facts
    gone(folder / "journal.db")

    assert main(["recover", "--data-dir", str(folder)]) == 1

    said = capsys.readouterr().out
    assert "100 facts, 99 sales" in said
    assert "21 facts lost (seq 101-121), 100 told again" in said
    assert "incarnation 2, a new one" in said


def test_facts_behind_a_gap_are_told_again_in_the_new_life(folder: Path) -> None:
    box = next((folder / "second").glob("blackbox-*"))
    lines = box.read_bytes().splitlines(keepends=True)
    box.write_bytes(b"".join(lines[:51] + lines[52:]))
    gone(folder / "journal.db")

    rescue = rescued(folder)

    # nobody can say what the first one behind it followed from
    assert (rescue.lost, rescue.gaps, rescue.is_new_life) == (2, ((51, 52),), True)
    assert rescue.told_again == 119
    assert figures(folder)[0] == 50 + 1 + 119
    assert (rescue.sales, rescue.bad) == (120 - 2, None)


@pytest.mark.parametrize("rot", ["replace(payload, '121', '921')", "'x' || payload", "'{}'"])
def test_a_fact_that_is_not_as_it_was_written_is_not_told_again_but_named(
    folder: Path, capsys: pytest.CaptureFixture[str], rot: str
) -> None:
    shutil.rmtree(folder / "second")
    with closing(sqlite.connect(folder / "journal.db")) as conn:
        conn.execute(f"UPDATE fact SET payload = {rot} WHERE seq = 100")
        conn.commit()

    assert main(["recover", "--data-dir", str(folder)]) == 1

    assert "1 facts lost (seq 100), 120 told again" in capsys.readouterr().out
    with closing(sqlite.connect(folder / "journal.db")) as conn:
        told = conn.execute(
            "SELECT payload ->> '$.forked_from.seq', payload ->> 'total_minor' FROM fact"
            " WHERE incarnation = 2 AND type = 'sale.completed.v1'"
        ).fetchall()
    assert told == [(seq, 121) for seq in range(2, 122) if seq != 100]


def test_behind_a_gap_whoever_has_the_fact_as_it_was_written_is_believed(folder: Path) -> None:
    box = next((folder / "second").glob("blackbox-*"))
    lines = box.read_bytes().splitlines(keepends=True)
    strange = b'{"seq": "90", "hash": 1, "payload": 2}\n{"seq": 91, "hash": "no", "payload": 2}\n'
    box.write_bytes(b"".join([lines[0], strange, *lines[1:51], *lines[52:]]))
    with closing(sqlite.connect(folder / "journal.db")) as conn:
        conn.execute(
            "UPDATE fact SET payload = replace(payload, '121', '921') WHERE seq IN (51, 90)"
        )
        conn.commit()

    rescue = rescued(folder)

    assert (rescue.lost, rescue.gaps, rescue.told_again) == (1, ((51, 51),), 120)
    with closing(open_stores(folder)) as stores:
        run = stores.journal.exec_driver_sql
        assert (
            run("SELECT count(*) FROM fact WHERE payload ->> 'total_minor' = 921").scalar_one() == 0
        )


def test_an_hourly_copy_helps_where_there_is_no_black_box(folder: Path) -> None:
    with closing(open_stores(folder)) as stores:
        copy_now(stores, folder / "second")
    next((folder / "second").glob("blackbox-*")).unlink()
    beheaded(folder / "journal.db")

    rescue = rescued(folder)

    assert (rescue.sales, rescue.lost, rescue.bad) == (120, 0, None)


def test_nothing_at_all_is_said_so_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"x" * 9000)

    with pytest.raises(CannotRecover):
        rescued(tmp_path)

    assert (tmp_path / "journal.db").read_bytes() == b"x" * 9000


def test_a_till_that_runs_is_not_recovered(folder: Path) -> None:
    with closing(open_stores(folder)), pytest.raises(StoreInUse):
        rescued(folder)


def test_central_fills_what_is_nowhere_else(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    receipts, folder = sold(shop, 4), shop.folder / "till"
    with closing(sqlite.connect(folder / "journal.db")) as conn:
        conn.execute("PRAGMA foreign_keys=OFF")
        conn.execute("DELETE FROM fact WHERE seq > 2")
        conn.commit()
    shutil.rmtree(folder / "second")
    (folder / "till.mark").unlink()

    words = ["recover", "--data-dir", str(folder), "--server", "--url", shop.server.address]

    assert main(words) == 0

    assert "5 facts, 4 sales" in capsys.readouterr().out
    assert main(["verify", "--data-dir", str(folder)]) == 0
    more = sold(shop, 1)
    assert more == ["014-2-2-000001"], "without a mark the end is in doubt"
    assert [it[0] for it in shop.server.receipts()] == [*receipts, *more]


def test_a_central_that_does_not_answer_is_said_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["recover", "--data-dir", str(folder), "--server", "--url", "http://127.0.0.1:9"]

    assert main(words) == 1

    said = capsys.readouterr()
    assert "asked in vain: Unreachable" in said.err
    assert "121 facts, 120 sales" in said.out


def test_thousands_of_facts_are_recovered_in_a_second_each(folder: Path) -> None:
    with closing(open_stores(folder)) as stores:
        for n in range(2_000):
            Journal(stores).record("auth.event.v1", "jana", {"what": "signed_in"}, at(9_000 + n))
        witnessed(stores, folder)
    beheaded(folder / "journal.db")
    start = time.process_time()

    rescue = rescued(folder)

    assert rescue.facts == 2_121
    assert rescue.facts / (time.process_time() - start) > 250


def test_hourly_copies_are_whole_and_only_two_days_are_kept(stores: Stores, tmp_path: Path) -> None:
    Shifts(stores).open(SHIFT, at(1_000))
    for hour in range(KEEP + 3):
        copy_now(stores, tmp_path / "copies", at_ns=hour * 3_600 * 10**9)

    kept = hourly_copies(tmp_path / "copies")

    assert len(kept) == KEEP
    shutil.copy(kept[0], tmp_path / "read.db")
    assert [it["type"] for it in salvage(tmp_path / "read.db").facts[1, "device-1"]] == [
        "shift.opened.v1"
    ]


def test_a_copy_is_made_while_the_till_sells(stores: Stores, tmp_path: Path) -> None:
    Shifts(stores).open(SHIFT, at(1_000))
    copies = HourlyCopies(stores, tmp_path / "copies", first_s=0.01, every_s=0.05)
    copies.start()

    for n in range(40):
        Sales(stores).book(a_draft(f"sale-{n}"), at(2_000 + n))
    until(lambda: hourly_copies(tmp_path / "copies"))
    copies.stop()

    with closing(sqlite.connect(hourly_copies(tmp_path / "copies")[0])) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_damaged_journal_is_refused_until_it_is_recovered(folder: Path) -> None:
    halved(folder / "journal.db")
    with pytest.raises(StoreDamaged):
        open_stores(folder).close()

    rescued(folder)

    open_stores(folder).close()
