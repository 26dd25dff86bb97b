"""Where facts to verify come from: a journal that may be in use, or a file exported by central."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pysqlite3.dbapi2 as sqlite

from pos_app.integrity.mark import Mark
from pos_app.integrity.verify import (
    Bad,
    Life,
    Report,
    ShiftSums,
    compare_sales,
    compare_shifts,
)
from sync.chain import GENESIS
from sync.ports import WireFactDict
from sync.wire import Checkpoint, WireFact

FACT_COLUMNS = (
    "incarnation, seq, id, type, occurred_at_ms, mono_ms, boot_id, clock_offset_ms, actor,"
    " payload, hash"
)
_FIELDS = tuple(WireFact.model_fields)


class Unusable(Exception):
    """There is nothing here that can be verified; the message is for a person."""


@dataclass(frozen=True, slots=True)
class LifeRow:
    """Whose the facts after `base` are."""

    base: int
    device_id: str
    incarnation: int


class JournalReader:
    """journal.db of any till, also one that is running: only reads, in one snapshot."""

    def __init__(self, path: Path, *, is_still: bool = False) -> None:
        """`is_still`: nobody writes it, so nothing need be locked or laid beside it."""
        if not path.exists():
            raise Unusable(f"there is no {path}")
        how = "immutable=1" if is_still else "mode=ro"
        self._conn = sqlite.connect(f"file:{path}?{how}", uri=True, isolation_level=None)
        try:
            self._conn.execute("BEGIN").close()
            self._tables = {row[0] for row in self._conn.execute("SELECT name FROM sqlite_master")}
        except sqlite.DatabaseError as error:
            self._conn.close()
            raise Unusable(f"{path} cannot be read: {error}") from error

    def close(self) -> None:
        self._conn.close()

    def lives(self) -> list[LifeRow]:
        """Oldest first; an older file knows only its last one. Unusable if there is none."""
        table = "life" if "life" in self._tables else "device"
        rows = self._conn.execute(f"SELECT base, device_id, incarnation FROM {table} ORDER BY base")
        found = [LifeRow(*row) for row in rows]
        if not found:
            raise Unusable("this till was never enrolled, there is nothing to verify")
        return found

    def to_verify(self) -> Iterator[Life]:
        lives = self.lives()
        ends = [life.base for life in lives[1:]] + [2**62]
        keys = self._central_keys()
        for life, end in zip(lives, ends, strict=True):
            yield Life(
                life.device_id,
                life.incarnation,
                self.facts(life.base, end),
                central_keys=keys,
                checkpoints=self._checkpoints(life),
            )

    def held(self, known: Iterable[Mark]) -> Iterator[tuple[Mark, int, str]]:
        """Marks of the till's last life and of later ones, for `verify.compare_marks`; what a life
        that has ended lacks was known when the next one began."""
        last = self.lives()[-1]
        end = self._conn.execute("SELECT coalesce(max(position), 0) FROM fact").fetchone()[0]
        for mark in known:
            if mark.device_id != last.device_id or mark.incarnation < last.incarnation:
                continue
            here = max(end - last.base, 0) if mark.incarnation == last.incarnation else 0
            at = last.base + mark.seq
            found = next(self.facts(at - 1, at), None) if 0 < mark.seq <= here else None
            yield mark, here, found["hash"] if found else GENESIS.hex()

    def facts(self, after: int, through: int) -> Iterator[WireFactDict]:
        query = (
            f"SELECT {FACT_COLUMNS} FROM fact WHERE position > ? AND position <= ?"
            " ORDER BY position"
        )
        with closing(self._conn.execute(query, (after, through))) as rows:
            for row in rows:
                yield wire(row)

    def shifts(self) -> Iterator[tuple[str, ShiftSums]]:
        for row in self._conn.execute("SELECT shift_id, sale_count, total, rounding FROM shift"):
            taken = self._conn.execute(
                "SELECT kind, amount FROM shift_tender WHERE shift_id = ?", row[:1]
            )
            yield row[0], ShiftSums(row[1], row[2], row[3], dict(taken.fetchall()))

    def sales(self) -> Iterator[tuple[str, tuple[str, int, str]]]:
        for row in self._conn.execute("SELECT sale_id, receipt_no, total, fingerprint FROM sale"):
            yield row[0], row[1:]

    def wrong_rows(self, report: Report) -> Iterator[Bad]:
        """Sales and shifts that differ from the facts reported on."""
        yield from compare_sales(report, self.sales())
        yield from compare_shifts(report, self.shifts())

    def _central_keys(self) -> tuple[str, ...]:
        if "central_key" not in self._tables:
            return ()
        return tuple(row[0] for row in self._conn.execute("SELECT public FROM central_key"))

    def _checkpoints(self, life: LifeRow) -> tuple[Checkpoint, ...]:
        if "checkpoint" not in self._tables:
            return ()
        rows = self._conn.execute(
            "SELECT seq, hash, sig FROM checkpoint WHERE device_id = ? AND incarnation = ?",
            (life.device_id, life.incarnation),
        )
        return tuple(Checkpoint(seq=row[0], hash=row[1], sig=row[2]) for row in rows)


def wire(row: tuple[Any, ...]) -> WireFactDict:
    """A row of `FACT_COLUMNS` as it would travel, unsigned."""
    return dict(zip(_FIELDS, (*row[1:-1], row[-1].hex(), None), strict=True))


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose facts a bare list of facts is said to be, for an export without its heading."""

    device_id: str = ""
    incarnation: int = 1
    public_key: str = ""


def exported(path: Path, claim: Claim) -> Iterator[Life]:
    """Lives in a file of JSON lines: each a heading and its facts, as export-facts writes them.

    Facts without a heading, as a till is answered, are the claimed till's.
    """
    with path.open("rb") as file:
        lines = _Lines(file)
        while (head := lines.peek()) is not None:
            if "seq" in head:
                if not claim.device_id:
                    raise Unusable("facts without a heading: say whose they are with --device")
                yield Life(claim.device_id, claim.incarnation, lines.facts(), claim.public_key)
                continue
            lines.take()
            point = head.get("checkpoint")
            yield Life(
                head["device_id"],
                head["incarnation"],
                lines.facts(),
                head["public_key"],
                (head["central_key"],),
                (Checkpoint(**point),) if point else (),
            )


class _Lines:
    """JSON lines with a look at the next one."""

    def __init__(self, file: Iterator[bytes]) -> None:
        self._file = file
        self._next: dict[str, Any] | None = None

    def peek(self) -> dict[str, Any] | None:
        while self._next is None:
            line = next(self._file, None)
            if line is None:
                return None
            if line.strip():
                self._next = _object(line)
        return self._next

    def take(self) -> None:
        self._next = None

    def facts(self) -> Iterator[WireFactDict]:
        while (fact := self.peek()) is not None and "seq" in fact:
            self.take()
            yield fact


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Unusable(f"a line that is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Unusable("a line that is not a JSON object")
    return found


def report_facts(report: Report) -> str:
    """One sentence of what was looked at."""
    return (
        f"{report.facts} facts, {report.sales} sales, {report.signatures} signatures,"
        f" {report.checkpoints} checkpoints"
    )
