"""Is every fact as it was written? Chain, seals, marks, figures, numbers: the first bad one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

from pydantic import ValidationError

from pos_app.integrity.mark import Mark
from pos_app.store.rebuild import hash_of
from sync.central.recompute import findings
from sync.chain import GENESIS
from sync.ports import WireFactDict
from sync.seals import is_countersigned, is_signed_by
from sync.wire import Checkpoint
from sync.wire_facts import SaleCompletedV1, ShiftOpenedV1


class Bad(NamedTuple):
    """The first thing that is not as it was written. `seq` 0: no single fact is to blame."""

    incarnation: int
    seq: int
    what: str
    detail: str = ""

    def __str__(self) -> str:
        where = f"fact {self.incarnation}/{self.seq}: " if self.seq else ""
        return f"{where}{self.what}{': ' if self.detail else ''}{self.detail}"


class WrongFact(Exception):
    """Stops the reading at the first bad fact."""

    def __init__(self, bad: Bad) -> None:
        super().__init__(bad.what)
        self.bad = bad


@dataclass(frozen=True, slots=True)
class Life:
    """One incarnation's facts, and what they can be proven with; keys in base64, "" for none."""

    device_id: str
    incarnation: int
    facts: Iterable[WireFactDict]
    public_key: str = ""
    central_keys: tuple[str, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()


@dataclass(slots=True)
class ShiftSums:
    """What the sales of a shift add up to."""

    sales: int = 0
    total: int = 0
    rounding: int = 0
    tenders: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """What was looked at. `first_bad` is None when all is well."""

    facts: int = 0
    signatures: int = 0
    checkpoints: int = 0
    sales: int = 0
    shifts: dict[str, ShiftSums] = field(default_factory=dict)
    booked: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    """By sale id: receipt number, total and fingerprint, as the facts say."""
    first_bad: Bad | None = None


def check(lives: Iterable[Life]) -> Report:
    """Read every fact once, in order, up to the first bad one."""
    report = Report()
    try:
        for life in lives:
            _Reader(life, report).read()
    except WrongFact as wrong:
        report.first_bad = wrong.bad
    return report


class _Reader:
    """One life, fact by fact."""

    def __init__(self, life: Life, report: Report) -> None:
        self._life, self._report = life, report
        self._points = {point.seq: point for point in life.checkpoints}
        self._number, self._series = 0, ""
        self._unproven = 0

    def read(self) -> None:
        previous, seq = GENESIS.hex(), 0
        for seq, fact in enumerate(self._life.facts, 1):
            self._link(seq, previous, fact)
            self._seal(fact)
            self._point(seq, fact["hash"])
            self._figures(fact)
            previous = fact["hash"]
            self._report.facts += 1
        if self._points:  # said first: the signature of these may be on a fact that is missing
            last = max(self._points)
            self._wrong(last, "missing", f"central countersigned {last}, there are {seq}")
        if self._unproven:
            self._wrong(self._unproven, "unsigned", "no signature here or on a later fact")

    def _link(self, seq: int, previous: str, fact: WireFactDict) -> None:
        if fact["seq"] != seq:
            self._wrong(seq, "gap", f"the next fact here is {fact['seq']}")
        try:
            digest = hash_of(previous, self._life.device_id, self._life.incarnation, fact)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            self._wrong(seq, "unreadable", str(error))
        if digest != fact["hash"]:
            self._wrong(seq, "hash", "the hash does not belong to these bytes")

    def _seal(self, fact: WireFactDict) -> None:
        """A till signs the last fact of what it sends, which proves all before it; its own journal,
        given without its key, has no signatures."""
        if not self._life.public_key:
            return
        if not fact.get("sig"):
            self._unproven = self._unproven or fact["seq"]
            return
        if not is_signed_by(self._life.public_key, fact["hash"], str(fact["sig"])):
            self._wrong(fact["seq"], "signature", "not signed by this till's key")
        self._unproven = 0
        self._report.signatures += 1

    def _point(self, seq: int, fact_hash: str) -> None:
        point = self._points.pop(seq, None)
        if point is None:
            return
        life = self._life
        if life.central_keys and not any(
            is_countersigned(key, life.device_id, life.incarnation, point)
            for key in life.central_keys
        ):
            self._wrong(seq, "checkpoint_signature", "not signed by central's key")
        if point.hash != fact_hash:
            self._wrong(seq, "checkpoint", f"central countersigned {point.hash[:8]}")
        self._report.checkpoints += 1

    def _figures(self, fact: WireFactDict) -> None:
        try:
            if fact["type"] == "sale.completed.v1":
                self._sale(fact, SaleCompletedV1.model_validate_json(fact["payload"]))
            elif fact["type"] == "shift.opened.v1":
                opened = ShiftOpenedV1.model_validate_json(fact["payload"])
                self._report.shifts.setdefault(opened.shift_id, ShiftSums())
        except ValidationError as error:
            self._wrong(fact["seq"], "payload", f"{error.error_count()} fields are wrong")

    def _sale(self, fact: WireFactDict, sale: SaleCompletedV1) -> None:
        if found := findings(sale):
            self._wrong(fact["seq"], found[0].code, found[0].detail)
        if sale.sale_id in self._report.booked:
            if is_reissued(fact):
                return
            self._wrong(fact["seq"], "duplicate_sale", sale.sale_id)
        if not is_reissued(fact):
            self._next_number(fact["seq"], sale)
        self._report.sales += 1
        self._report.booked[sale.sale_id] = (sale.receipt_no, sale.total_minor, fact["hash"][:8])
        _add(self._report.shifts.setdefault(sale.shift_id, ShiftSums()), sale)

    def _next_number(self, seq: int, sale: SaleCompletedV1) -> None:
        """Receipts are gapless in each incarnation, and say so themselves."""
        self._number += 1
        if sale.number != self._number:
            self._wrong(seq, "receipt_gap", f"{sale.receipt_no}: not number {self._number}")
        series, _, number = sale.receipt_no.rpartition("-")
        self._series = self._series or series
        if number != f"{sale.number:06d}" or series != self._series:
            self._wrong(seq, "receipt_no", sale.receipt_no)

    def _wrong(self, seq: int, what: str, detail: str = "") -> NoReturn:
        raise WrongFact(Bad(self._life.incarnation, seq, what, detail))


def is_reissued(fact: WireFactDict) -> bool:
    """Told again in a new life after a fork; it keeps the receipt number of its old one."""
    return '"forked_from":{' in fact["payload"]


def compare_shifts(report: Report, kept: Iterable[tuple[str, ShiftSums]]) -> Iterator[Bad]:
    """Shifts whose running figures are not the sums of their sales."""
    for shift_id, figures in kept:
        summed = report.shifts.get(shift_id, ShiftSums())
        if figures != summed:
            yield Bad(0, 0, "shift", f"{shift_id}: {figures}, the sales say {summed}")


def compare_sales(
    report: Report, kept: Iterable[tuple[str, tuple[str, int, str]]]
) -> Iterator[Bad]:
    """Booked sales that differ from the facts about them, and facts whose sale is missing."""
    missing = dict(report.booked)
    for sale_id, row in kept:
        if missing.pop(sale_id, None) != row:
            yield Bad(0, 0, "sale_row", f"{row[0]} is not as its fact says")
    for receipt, _, _ in missing.values():
        yield Bad(0, 0, "sale_row", f"{receipt} is not among the sales")


def compare_marks(held: Iterable[tuple[Mark, int, str]]) -> Iterator[Bad]:
    """Ends known outside a journal that it does not reach, or reaches through another fact; each
    beside how many facts of that life the journal has, and the hash it has there."""
    for mark, here, fact_hash in held:
        if mark.seq > here:
            facts = f"facts {here + 1} to {mark.seq} are known to the mark or the black box"
            yield Bad(mark.incarnation, here + 1, "missing", facts)
        elif mark.hash != fact_hash:
            other = f"the mark or the black box knows another one here, {mark.hash[:8]}"
            yield Bad(mark.incarnation, mark.seq, "mark", other)


def _add(sums: ShiftSums, sale: SaleCompletedV1) -> None:
    sums.sales += 1
    sums.total += sale.total_minor
    sums.rounding += sale.rounding_minor
    taken: dict[str, int] = {}
    for tender in sale.tenders:
        taken[tender.kind] = taken.get(tender.kind, 0) + tender.amount_minor
    if taken and sale.change_minor:
        taken["cash"] = taken.get("cash", 0) - sale.change_minor
    for kind, amount in taken.items():
        sums.tenders[kind] = sums.tenders.get(kind, 0) + amount
