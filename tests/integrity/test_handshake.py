"""Each row of the table of protocol.md 5, with real files and a real central."""

import shutil
from pathlib import Path

import pytest

from pos_app.__main__ import main
from pos_app.reenrolment import enrol_again
from pos_app.store.db import open_stores
from pos_app.store.proofs import Proofs
from sync.invitation import Invitation
from tests.integrity.put_back import (
    OFFLINE,
    closed,
    keep_copy,
    last_seq,
    lose_black_box,
    now,
    open_up,
    put_back,
    sold,
)
from tests.journeys import goods
from tests.journeys.conftest import Shop
from tests.journeys.counter import Counter, until


@pytest.fixture
def folder(shop: Shop) -> Path:
    return shop.folder / "till"


def sell_more(shop: Shop, count: int = 1) -> list[str]:
    """Online, everything sent; receipts in order."""
    return sold(shop, count)


def at_central(shop: Shop) -> list[str]:
    return [number for number, _ in shop.server.receipts()]


def exceptions(shop: Shop) -> list[str]:
    return sorted(row[0] for row in shop.server.rows("SELECT code FROM fact_exception"))


def test_same_seq_and_hash_is_a_normal_day(shop: Shop, folder: Path) -> None:
    receipts = sold(shop, 2)

    assert open_up(folder, shop.server.address) == "same"
    receipts += sell_more(shop)

    assert at_central(shop) == receipts


def test_a_till_that_is_ahead_pushes(shop: Shop, folder: Path) -> None:
    receipts = sold(shop, 3, synced=False)
    assert at_central(shop) == []

    assert open_up(folder, shop.server.address) == "same"
    receipts += sell_more(shop)

    assert at_central(shop) == receipts


def test_a_till_keeps_what_central_countersigned(shop: Shop, folder: Path) -> None:
    sold(shop, 2)

    stores = open_stores(folder)
    kept, keys = Proofs(stores).last(), Proofs(stores).central_keys()
    stores.close()

    assert kept is not None
    assert (kept.seq, len(keys)) == (last_seq(folder), 1)
    assert main(["verify", "--data-dir", str(folder)]) == 0


@pytest.mark.logs("behind or beside its mark")
def test_an_old_backup_is_fenced_before_the_first_sale(shop: Shop, folder: Path) -> None:
    first = sold(shop, 2)
    copy = keep_copy(folder)
    second = sold(shop, 2)
    put_back(folder, copy, with_marks=False)
    lose_black_box(folder)

    outcome = open_up(folder, shop.server.address)
    third = sell_more(shop)

    assert outcome == "filled"
    assert at_central(shop) == first + second + third
    assert len({*first, *second, *third}) == 5
    assert exceptions(shop) == []
    assert main(["verify", "--data-dir", str(folder)]) == 0


@pytest.mark.logs("came back from central")
def test_an_old_backup_with_its_mark_is_fenced_by_the_greeting(shop: Shop, folder: Path) -> None:
    first = sold(shop, 2)
    copy = keep_copy(folder)
    second = sold(shop, 3)
    put_back(folder, copy, with_marks=True)
    assert open_up(folder, shop.server.address) == "same", "nothing here knows better"

    counter = shop.till().connect()
    until(lambda: counter.journal.state().last_seq == 6)
    until(lambda: counter.connections[-1:] == ["online"])
    receipt = counter.open_for().sell(goods.ean13(shop.server)).receipt_no
    closed(counter)

    assert at_central(shop) == [*first, *second, receipt]
    assert exceptions(shop) == []


@pytest.mark.logs("behind or beside its mark")
def test_offline_with_the_mark_above_the_file_a_new_series_starts_at_once(
    shop: Shop, folder: Path
) -> None:
    first = sold(shop, 1)
    copy = keep_copy(folder)
    lost = sold(shop, 2)
    put_back(folder, copy, with_marks=False)
    lose_black_box(folder)

    outcome = open_up(folder, OFFLINE)
    offline = sold(shop, 2, synced=False)
    online = sell_more(shop)

    assert outcome == "new_life"
    assert offline == ["014-2-2-000001", "014-2-2-000002"]
    assert sorted(at_central(shop)) == sorted(first + lost + offline + online)
    assert exceptions(shop) == []


@pytest.mark.logs("behind or beside its mark")
def test_what_the_put_back_file_had_not_sent_is_told_again_in_the_new_life(
    shop: Shop, folder: Path
) -> None:
    unsent = sold(shop, 2, synced=False)
    copy = keep_copy(folder)
    gone = sold(shop, 1, synced=False)
    put_back(folder, copy, with_marks=False)
    lose_black_box(folder)

    assert open_up(folder, OFFLINE) == "new_life"
    fresh = sell_more(shop)

    assert sorted(at_central(shop)) == sorted(unsent + fresh)
    assert not set(gone) & set(fresh), "no number is given out twice"
    assert exceptions(shop) == ["forked_from"] * 3  # the shift and both sales, for review
    assert main(["verify", "--data-dir", str(folder)]) == 0


@pytest.mark.logs("behind or beside its mark")
def test_the_black_box_fills_what_the_put_back_file_lacks(shop: Shop, folder: Path) -> None:
    first = sold(shop, 1, synced=False)
    copy = keep_copy(folder)
    second = sold(shop, 2, synced=False)
    put_back(folder, copy, with_marks=False)

    assert open_up(folder, OFFLINE) == "filled"
    third = sell_more(shop)

    assert at_central(shop) == first + second + third
    assert exceptions(shop) == []


def fork(shop: Shop, folder: Path) -> tuple[list[str], Counter, list[str]]:
    """A copy of the whole till is opened elsewhere; both sell. The copy meets central second."""
    before = sold(shop, 1)
    clone = folder.with_name("clone")
    shutil.copytree(folder, clone)
    ours = sold(shop, 2)
    copy = shop.kept(Counter(clone, OFFLINE)).open_for()
    theirs = [copy.sell(goods.ean13(shop.server)).receipt_no for _ in range(3)]
    copy.close()
    met = shop.kept(Counter(clone, shop.server.address)).connect()
    until(lambda: "fork" in met.connections)
    return before + ours, met, theirs


def test_a_cloned_till_is_read_only_for_the_exchange_and_sells_on(shop: Shop, folder: Path) -> None:
    good, clone, theirs = fork(shop, folder)

    clone.open_for().sell(goods.ean13(shop.server))

    assert clone.unsent() > len(theirs)
    assert at_central(shop) == good


def invitation(shop: Shop) -> Invitation:
    return Invitation(shop.server.address, shop.server.code_for("2"))


def test_a_clone_enrolled_again_tells_what_it_sold_alone_once_more(
    shop: Shop, folder: Path
) -> None:
    good, clone, theirs = fork(shop, folder)
    clone.close()
    stores = open_stores(clone.folder)

    device = enrol_again(stores, clone.folder, invitation(shop), now())
    stores.close()
    again = shop.kept(Counter(clone.folder, shop.server.address)).connect().open_for()
    fresh = again.sell(goods.ean13(shop.server)).receipt_no
    closed(again)

    assert device.incarnation == 2
    assert sorted(at_central(shop)) == sorted([*good, *theirs, fresh])
    assert set(exceptions(shop)) == {"forked_from", "receipt_no_reused"}
    assert fresh == "014-2-2-000001"
    assert main(["verify", "--data-dir", str(clone.folder)]) == 0


def test_the_original_goes_on_beside_its_enrolled_clone(shop: Shop, folder: Path) -> None:
    good, clone, _ = fork(shop, folder)
    clone.close()
    stores = open_stores(clone.folder)
    enrol_again(stores, clone.folder, invitation(shop), now())
    stores.close()

    more = sell_more(shop)

    assert at_central(shop) == good + more


def test_a_forked_till_is_enrolled_again_from_the_command_line(
    shop: Shop, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, clone, _ = fork(shop, folder)
    clone.close()
    words = ["enrol", "--data-dir", str(clone.folder), "--code"]

    assert main([*words, "WRONGCODE"]) == 1
    assert main([*words, shop.server.code_for("2"), "--url", shop.server.address]) == 0

    assert "till 2 of 014" in capsys.readouterr().out
