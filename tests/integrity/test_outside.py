"""A data folder that is put back whole, marks and black box included, gives no number twice."""

import shutil
from contextlib import closing
from pathlib import Path

import platformdirs
import pytest

from pos_app import app, config
from pos_app.__main__ import main
from pos_app.integrity.mark import Mark, MarkFile
from pos_app.integrity.startup import Outcome
from pos_app.integrity.witness import Witness
from pos_app.opening import is_as_closed, places, settle_journal
from pos_app.store.db import Stores, open_stores
from pos_app.store.journal import Journal
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from tests.integrity.put_back import OFFLINE, now
from tests.store.till import DEVICE, SHIFT, a_draft, at


@pytest.fixture
def till(tmp_path: Path) -> Path:
    """Closed after one sale."""
    folder = tmp_path / "till"
    folder.mkdir()
    with closing(open_stores(folder)) as stores:
        stores.enrol(DEVICE)
        Shifts(stores).open(SHIFT, at(1_000))
    sold(folder, "first")
    return folder


def marks_dir(till: Path) -> Path:
    return till.parent / "state" / "marks"


def sold(folder: Path, sale_id: str) -> str:
    """The receipt of one sale on a till that is opened for it and closed."""
    with closing(open_stores(folder)) as stores:
        receipt = Sales(stores).book(a_draft(sale_id), at(2_000)).receipt_no
        witnessed(stores, marks_dir(folder))
    return receipt


def witnessed(stores: Stores, marks: Path | None) -> None:
    kept = places(stores.data_dir, None, marks, DEVICE.device_id)
    witness = Witness(stores, kept.marks, kept.box_folder)
    witness.start()
    witness.stop()


def settled(folder: Path, marks: Path | None) -> Outcome:
    """What the start says, offline."""
    with closing(open_stores(folder)) as stores:
        as_closed = is_as_closed(stores, folder, marks_dir=marks)
        outcome = settle_journal(stores, folder, now(), OFFLINE, marks_dir=marks)
    assert as_closed is (outcome == "same")
    return outcome


def replaced(folder: Path, copy: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)


@pytest.mark.logs("behind or beside its mark")
def test_a_folder_put_back_whole_begins_a_new_series(till: Path) -> None:
    copy = Path(shutil.copytree(till, till.parent / "copy"))
    lost = sold(till, "lost")
    replaced(till, copy)

    assert settled(till, marks_dir(till)) == "new_life"

    assert (lost, sold(till, "next")) == ("014-2-000002", "014-2-2-000001")
    assert settled(till, marks_dir(till)) == "same"


@pytest.mark.logs("behind or beside its mark")
def test_of_two_copies_of_a_folder_the_one_opened_later_is_found_out(till: Path) -> None:
    twin = Path(shutil.copytree(till, till.parent / "twin"))
    assert settled(till, marks_dir(till)) == "same"
    sold(till, "here")

    assert settled(twin, marks_dir(till)) == "new_life"


def test_a_folder_taken_to_another_machine_goes_on(till: Path) -> None:
    assert settled(till, till.parent / "another machine") == "same"


def test_tills_of_one_user_do_not_meet(till: Path) -> None:
    with closing(open_stores(till)) as stores:
        mark = MarkFile(marks_dir(till) / DEVICE.device_id).read()
        assert mark is not None
        assert mark.seq == Journal(stores).state().last_seq
    for_another = places(till, None, marks_dir(till), "device-2").marks
    shutil.rmtree(till)

    assert for_another.read() is None


def test_no_id_leads_out_of_the_folder(tmp_path: Path) -> None:
    kept = places(tmp_path / "till", None, tmp_path / "marks", "../../elsewhere")

    kept.marks.write(Mark("../../elsewhere", 1, 1, 0, "0" * 64))

    assert len(list(tmp_path.glob("marks/*/till.mark"))) == 1


def test_where_no_mark_can_be_kept_outside_the_till_opens_and_sells_as_without(till: Path) -> None:
    shutil.rmtree(till.parent / "state")
    (till.parent / "state").write_text("a file where a folder should be")

    assert settled(till, marks_dir(till)) == "same"
    sold(till, "next")

    assert settled(till, marks_dir(till)) == "same"
    mark = MarkFile(till).read()
    assert mark is not None
    assert mark.seq == 3


def test_verifying_a_folder_put_back_whole_names_what_is_missing(
    till: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(config, "default_marks_dir", lambda: marks_dir(till))
    copy = Path(shutil.copytree(till, till.parent / "copy"))
    sold(till, "lost")
    assert main(["verify", "--data-dir", str(till)]) == 0
    replaced(till, copy)

    assert main(["verify", "--data-dir", str(till)]) == 1

    assert "1/3: missing: facts 3 to 3 are known" in capsys.readouterr().out


def test_a_real_till_has_its_mark_where_the_system_keeps_a_users_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Path | None] = []
    monkeypatch.setattr(app, "run", lambda found: started.append(found.marks_dir))

    main(["--data-dir", str(tmp_path)])

    assert started == [platformdirs.user_state_path("omnitill") / "marks"]
