"""omnitill verify: a journal or an export is as it was written, or the first bad fact is named."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import orjson
import pysqlite3.dbapi2 as sqlite
import pytest

from pos_app.__main__ import main
from pos_app.integrity import blackbox
from pos_app.integrity.mark import Mark, Marks
from pos_app.integrity.verify import Life, check
from pos_app.integrity.witness import mark_of
from pos_app.store.db import Stores, open_stores
from pos_app.store.identity import Device
from pos_app.store.journal import Journal
from pos_app.store.proofs import Kept, Proofs
from pos_app.store.sales import Sales
from pos_app.store.shifts import Shifts
from sync.keys import new_key
from sync.seals import countersign
from tests.store.till import DEVICE, SHIFT, a_draft, at


@pytest.fixture
def sold(tmp_path: Path) -> Path:
    """A folder with six facts: enrolment, a shift, four sales, a sign-out."""
    stores = open_stores(tmp_path)
    stores.enrol(DEVICE)
    sell(stores, 4)
    stores.close()
    return tmp_path


def sell(stores: Stores, count: int) -> None:
    Shifts(stores).open(SHIFT, at(1_000))
    for n in range(count):
        Sales(stores).book(a_draft(f"sale-{n}"), at(2_000 + n))
    Journal(stores).record("auth.event.v1", "jana", {"what": "signed_out"}, at(9_000))


def change(folder: Path, *statements: str) -> None:
    with closing(sqlite.connect(folder / "journal.db")) as conn:
        for statement in statements:
            conn.execute(statement)
        conn.commit()


def verified(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Exit code and the last line."""
    code = main(["verify", *words])
    said = capsys.readouterr()
    return code, (said.out + said.err).strip().splitlines()[-1]


def test_an_honest_journal_is_found_to_be_one(
    sold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verified(capsys, "--data-dir", str(sold)) == (0, "every fact is as it was written")


def test_a_journal_is_verified_while_its_till_runs(
    sold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(open_stores(sold)) as stores:
        Sales(stores).book(a_draft("now"), at(10_000))

        assert verified(capsys, "--data-dir", str(sold))[0] == 0


TAMPERED = {
    "a payload": ("UPDATE fact SET payload = replace(payload, '200', '201') WHERE seq = 3", "1/3: hash"),
    "a header": ("UPDATE fact SET actor = 'eva' WHERE seq = 4", "1/4: hash"),
    "an order": ("UPDATE fact SET seq = 60 WHERE seq = 6", "1/6: gap"),
    "a sale's row": ("UPDATE sale SET total = 120 WHERE number = 2", "sale_row: 014-2-000002"),
    "the shift's figures": ("UPDATE shift SET total = total - 1", "shift: shift-1"),
    "a tender's figures": ("UPDATE shift_tender SET amount = amount + 1", "shift: shift-1"),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "named"), TAMPERED.values(), ids=TAMPERED)
def test_whoever_changes_the_file_is_found_out(
    sold: Path, capsys: pytest.CaptureFixture[str], statement: str, named: str
) -> None:
    change(sold, statement)

    code, said = verified(capsys, "--data-dir", str(sold))

    assert code == 1
    assert named in said


def test_a_fact_cut_out_of_the_middle_is_missed(
    sold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(sold, "PRAGMA foreign_keys=OFF", "DELETE FROM fact WHERE seq = 2")

    assert "1/2: gap" in verified(capsys, "--data-dir", str(sold))[1]


def test_a_tail_that_central_had_countersigned_is_missed(
    sold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(
        sold,
        "INSERT INTO checkpoint SELECT 'device-1', 1, 6, lower(hex(hash)), 'sig', 1 FROM fact"
        " WHERE seq = 6",
        "DELETE FROM fact WHERE seq = 6",
    )

    assert "1/6: missing" in verified(capsys, "--data-dir", str(sold))[1]


def test_a_history_written_anew_does_not_fit_the_checkpoint(
    sold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zeros = "0" * 64
    change(sold, f"INSERT INTO checkpoint VALUES ('device-1', 1, 3, '{zeros}', 'sig', 1)")

    assert "1/3: checkpoint" in verified(capsys, "--data-dir", str(sold))[1]


@pytest.mark.parametrize("signer", ["central", "somebody"])
def test_a_checkpoint_counts_if_centrals_key_signed_it(
    sold: Path, capsys: pytest.CaptureFixture[str], signer: str
) -> None:
    keys = {name: new_key() for name in ("central", "somebody")}
    with closing(open_stores(sold)) as stores:
        Proofs(stores).trust(keys["central"].public, 1)
        last = Journal(stores).state()
        point = countersign(keys[signer], "device-1", 1, last.last_seq, last.last_hash)
        Proofs(stores).keep(Kept("device-1", 1, point.seq, point.hash, point.sig, 1))

    found = verified(capsys, "--data-dir", str(sold))

    if signer == "central":
        assert found == (0, "every fact is as it was written")
    else:
        assert found == (1, "fact 1/6: checkpoint_signature: not signed by central's key")


CUT_OFF = "DELETE FROM fact WHERE seq > 5"
"""The sign-out: no sale's row and no figure tells that it is missing."""


def marked(folder: Path, mark: Mark | None = None) -> None:
    """Where the journal ends, unless said otherwise."""
    with closing(open_stores(folder)) as stores:
        Marks([folder]).write(mark or mark_of(Journal(stores).state()))


def boxed(folder: Path) -> None:
    """All facts once more in the folder that the till's own file names."""
    (folder / "till.toml").write_text(f"second_dir = '{folder / 'stick'}'\n")
    with closing(open_stores(folder)) as stores:
        blackbox.BlackBox(folder / "stick", DEVICE).append(Journal(stores).batch(1, 10, 10**6))


@pytest.mark.parametrize("witness", [marked, boxed])
def test_a_tail_that_was_never_sent_is_missed_if_anything_outside_knows_it(
    sold: Path, capsys: pytest.CaptureFixture[str], witness: Callable[[Path], None]
) -> None:
    witness(sold)
    assert verified(capsys, "--data-dir", str(sold))[0] == 0
    change(sold, CUT_OFF)

    code, said = verified(capsys, "--data-dir", str(sold))

    assert code == 1
    assert said == "fact 1/6: missing: facts 6 to 6 are known to the mark or the black box"


def test_a_tail_written_anew_does_not_fit_the_mark(
    sold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marked(sold)
    change(sold, CUT_OFF)
    with closing(open_stores(sold)) as stores:
        Journal(stores).record("auth.event.v1", "eva", {"what": "signed_out"}, at(9_000))

    code, said = verified(capsys, "--data-dir", str(sold))

    assert code == 1
    assert "1/6: mark" in said


def test_a_journal_from_before_a_life_that_is_marked_is_found_out(
    sold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marked(sold, Mark("device-1", 2, 3, 0, "0" * 64))

    code, said = verified(capsys, "--data-dir", str(sold))

    assert code == 1
    assert "2/1: missing: facts 1 to 3" in said


@pytest.mark.parametrize("changes", [{"incarnation": 0}, {"device_id": "device-9"}], ids=str)
def test_the_mark_of_another_till_or_of_an_ended_life_says_nothing(
    sold: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, object]
) -> None:
    mark = replace(Mark("device-1", 1, 99, 0, "0" * 64), **changes)  # type: ignore[arg-type]  # any field
    marked(sold, mark)

    assert verified(capsys, "--data-dir", str(sold))[0] == 0


def test_a_till_that_was_never_enrolled_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_stores(tmp_path).close()

    code, said = verified(capsys, "--data-dir", str(tmp_path))

    assert code == 2
    assert "never enrolled" in said


def test_a_file_of_the_till_that_cannot_be_read_leaves_it_open(
    sold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sold / "till.toml").write_text("second_dir = 5")

    code, said = verified(capsys, "--data-dir", str(sold))

    assert code == 2
    assert "second_dir" in said


def test_figures_are_computed_anew_by_the_domain(stores: Stores, journal: Journal) -> None:
    Shifts(stores).open(SHIFT, at(1_000))
    sale = Sales(stores).book(a_draft(), at(2_000))
    (fact,) = journal.batch(2, 1, 10**6)
    payload = orjson.loads(fact["payload"]) | {"total_minor": sale.total + 1, "sale_id": "other"}
    journal.record("sale.completed.v1", "jana", payload, at(3_000))

    report = check([Life("device-1", 1, journal.batch(1, 10, 10**6))])

    assert report.first_bad is not None
    assert (report.first_bad.seq, report.first_bad.what) == (3, "sums")


def test_a_receipt_number_left_out_is_named(stores: Stores, journal: Journal) -> None:
    Shifts(stores).open(SHIFT, at(1_000))
    Sales(stores).book(a_draft(), at(2_000))
    (fact,) = journal.batch(2, 1, 10**6)
    changes = {"sale_id": "other", "number": 3, "receipt_no": "014-2-000003"}
    payload = orjson.loads(fact["payload"]) | changes
    journal.record("sale.completed.v1", "jana", payload, at(3_000))

    report = check([Life("device-1", 1, journal.batch(1, 10, 10**6))])

    assert report.first_bad is not None
    assert (report.first_bad.seq, report.first_bad.what) == (3, "receipt_gap")


def test_every_life_of_a_journal_is_a_chain_of_its_own(
    sold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(open_stores(sold)) as stores:
        stores.enrol(Device("device-2", "store-14", "014", "Brno", "2", 2, "https://x.example"))
        Sales(stores).book(a_draft("again"), at(20_000))
    assert verified(capsys, "--data-dir", str(sold))[0] == 0

    change(sold, "UPDATE fact SET occurred_at_ms = 1 WHERE incarnation = 2")

    assert "2/1: hash" in verified(capsys, "--data-dir", str(sold))[1]


@pytest.mark.parametrize("content", [b"", b"not a database at all, only words" * 200])
def test_what_cannot_be_read_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    if content:
        (tmp_path / "journal.db").write_bytes(content)

    assert verified(capsys, "--data-dir", str(tmp_path))[0] == 2


def test_thousands_of_facts_are_verified_in_a_second(stores: Stores, journal: Journal) -> None:
    sell(stores, 500)
    facts = journal.batch(1, 1000, 10**9)
    start = time.thread_time()

    report = check([Life("device-1", 1, facts)])

    assert (report.first_bad, report.facts) == (None, 502)
    assert report.facts / (time.thread_time() - start) > 1000
