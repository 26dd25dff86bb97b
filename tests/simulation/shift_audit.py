"""After all those deaths: does the journal hold what the cashier was told, once, and in order?"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from hardware.emulators.paper import Paper
from pos_app.store.db import open_stores
from pos_app.store.journal import Journal
from pos_app.store.shifts import Shifts
from tests.simulation.shift_log import Shown, entries

RECEIPT = re.compile(r"\b014-2-\d{6}\b")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was counted, and every complaint; a till that keeps its word has none."""

    lives: int
    sales: int
    told: int
    slips: int
    restored: int
    complaints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """A piece of paper: whose receipt it is, and whether it says COPY."""

    receipt: str
    is_copy: bool


def slip_of(paper: Paper) -> Slip:
    text = paper.to_text()
    number = RECEIPT.search(text)
    return Slip(number[0] if number else "", "COPY" in text.replace(" ", ""))


def audit(folder: Path, slips: Sequence[Slip]) -> Verdict:
    """Read the log of what was told and shown, the journal and the paper, and compare."""
    log = list(entries(folder / "told.jsonl"))
    sales = rows(folder, "SELECT sale_id, receipt_no, number, total FROM sale ORDER BY position")
    told = [entry for entry in log if entry["what"] == "told"]
    lives = 1 + max(entry["life"] for entry in log)
    complaints = [
        *told_wrongly(told, sales),
        *untold(told, sales, lives),
        *numbered_wrongly(sales),
        *restored_wrongly(log),
        *facts_amiss(folder, sales),
        *figures_amiss(folder, sales),
        *chain_broken(folder),
        *printed_wrongly(folder, slips, sales),
    ]
    restored = sum(entry["what"] == "restored" for entry in log)
    return Verdict(lives, len(sales), len(told), len(slips), restored, tuple(complaints))


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Straight from the file, past all code of the store."""
    conn = sqlite.connect(folder / "till" / "journal.db")
    try:
        return list(conn.execute(query))
    finally:
        conn.close()


def told_wrongly(told: list[dict[str, Any]], sales: list[tuple[Any, ...]]) -> Iterator[str]:
    booked = {sale[0]: (sale[1], sale[3]) for sale in sales}
    for entry in told:
        if booked.get(entry["sale"]) != (entry["receipt"], entry["total"]):
            yield f"told {entry}, booked {booked.get(entry['sale'])}"
    for sale_id, count in Counter(entry["sale"] for entry in told).items():
        if count > 1:
            yield f"sale {sale_id} was told {count} times"


def untold(told: list[dict[str, Any]], sales: list[tuple[Any, ...]], lives: int) -> Iterator[str]:
    """A sale may be booked and not told only where the plug was pulled in between."""
    silent = len(sales) - len({entry["sale"] for entry in told})
    if silent >= lives:
        yield f"{silent} sales were booked and never told in {lives} lives"


def numbered_wrongly(sales: list[tuple[Any, ...]]) -> Iterator[str]:
    if [sale[2] for sale in sales] != list(range(1, len(sales) + 1)):
        yield "receipt numbers have gaps or doubles"
    if len({sale[1] for sale in sales}) != len(sales) or len({sale[0] for sale in sales}) != len(
        sales
    ):
        yield "a receipt number or a sale exists twice"


def restored_wrongly(log: list[dict[str, Any]]) -> Iterator[str]:
    """After a restart the screen shows what it last showed, or the one step that was under way."""
    last: Shown | None = None
    step: Shown | None = None
    for entry in log:
        match entry["what"]:
            case "painted":
                last, step = entry["shown"], None
            case "next":
                step = entry["shown"]
            case "restored":
                if last is not None and not same(last, entry["shown"]) and not fits(step, entry):
                    yield f"life {entry['life']}: {entry['shown']} after {last}, then {step}"
                last, step = entry["shown"], None


def same(last: Shown, now: Shown) -> bool:
    return last == now


def fits(step: Shown | None, entry: dict[str, Any]) -> bool:
    """Everything foretold of the step is there."""
    return step is not None and all(entry["shown"][key] == value for key, value in step.items())


def facts_amiss(folder: Path, sales: list[tuple[Any, ...]]) -> Iterator[str]:
    facts = rows(folder, "SELECT id FROM fact WHERE type = 'sale.completed.v1' ORDER BY position")
    if [fact[0] for fact in facts] != [sale[0] for sale in sales]:
        yield "facts and sales differ"
    seqs = [row[0] for row in rows(folder, "SELECT seq FROM fact ORDER BY position")]
    if seqs != list(range(1, len(seqs) + 1)):
        yield "the facts are not a sequence without gaps"


def figures_amiss(folder: Path, sales: list[tuple[Any, ...]]) -> Iterator[str]:
    stores = open_stores(folder / "till")
    try:
        shifts = Shifts(stores)
        shift = shifts.current()
        if shift is None:
            yield "no shift is open"
            return
        figures = shifts.figures(shift.shift_id)
    finally:
        stores.close()
    if (figures.sale_count, figures.total) != (len(sales), sum(sale[3] for sale in sales)):
        yield f"the shift says {figures.sale_count} sales, {figures.total}"
    if figures.tenders != taken(folder):
        yield f"the shift says {figures.tenders} was taken, the sales say {taken(folder)}"


def taken(folder: Path) -> dict[str, int]:
    """What every kind of tender took, less the change given in cash."""
    sums: Counter[str] = Counter()
    for kind, amount in rows(folder, "SELECT kind, amount FROM sale_tender"):
        sums[kind] += amount
    ((change,),) = rows(folder, "SELECT coalesce(sum(change), 0) FROM sale")
    sums["cash"] -= change
    return dict(sums)


def chain_broken(folder: Path) -> Iterator[str]:
    stores = open_stores(folder / "till")
    try:
        bad = Journal(stores).verify(limit=10_000_000)
    finally:
        stores.close()
    if bad is not None:
        yield f"the hash chain breaks at fact {bad}"


def printed_wrongly(
    folder: Path, slips: Sequence[Slip], sales: list[tuple[Any, ...]]
) -> Iterator[str]:
    """No receipt comes twice unless it says COPY; none that is missing is missing in silence."""
    originals = Counter(slip.receipt for slip in slips if not slip.is_copy)
    originals.pop("", None)  # torn off before its number
    for receipt, count in originals.items():
        if count > 1:
            yield f"receipt {receipt} was printed {count} times"
    for receipt in originals.keys() - {sale[1] for sale in sales}:
        yield f"receipt {receipt} was printed and never booked"
    jobs = rows(
        folder,
        "SELECT receipt_no, p.state FROM sale LEFT JOIN print_job p ON p.sale_id ="
        " sale.sale_id AND p.kind = 'receipt'",
    )
    for receipt, state in jobs:
        if state is None or (state == "printed" and not originals[receipt]):
            yield f"receipt {receipt} never came and nobody is told: {state}"
