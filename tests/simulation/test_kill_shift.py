"""A short slice of `make crash`: a till killed at random moments keeps its word."""

from pathlib import Path

import pytest

from tests.simulation.kill_shift import kill_shifts
from tests.simulation.shift_audit import Slip, Verdict, audit
from tests.simulation.shift_log import ShiftLog, entries

KILLS = 8
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crash")


@pytest.fixture(scope="module")
def verdict(folder: Path) -> Verdict:
    return kill_shifts(KILLS, folder, seed=11)


def test_nothing_told_to_the_cashier_is_lost_or_doubled(verdict: Verdict) -> None:
    assert verdict.complaints == ()


def test_the_till_really_sold_printed_and_died(verdict: Verdict) -> None:
    assert verdict.lives == KILLS + 1
    assert verdict.told > KILLS
    assert verdict.slips > 0
    assert verdict.restored > KILLS // 2


def test_the_audit_sees_a_lost_sale(folder: Path, verdict: Verdict) -> None:
    told = next(entry for entry in entries(folder / "told.jsonl") if entry["what"] == "told")
    ShiftLog(folder / "told.jsonl", KILLS).write(
        "told", sale="never booked", receipt="014-2-999999", total=told["total"]
    )

    assert any("never booked" in complaint for complaint in audit(folder, []).complaints)


def test_the_audit_sees_a_receipt_printed_twice(folder: Path, verdict: Verdict) -> None:
    slips = [Slip("014-2-000001", is_copy=False)] * 2

    assert "receipt 014-2-000001 was printed 2 times" in audit(folder, slips).complaints


def test_the_audit_sees_a_screen_that_forgot_a_line(folder: Path, verdict: Verdict) -> None:
    log = ShiftLog(folder / "told.jsonl", KILLS)
    log.write("painted", shown={"lines": [["SKU-1", 1000, 349, None]]})
    log.write("restored", shown={"lines": []})

    assert any("after {'lines': [['SKU-1'" in it for it in audit(folder, []).complaints)
