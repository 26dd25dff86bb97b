"""What an import found: every refused row with line and reason, and notices about kept ones."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

SHOWN_PER_KIND = 5


class Level(StrEnum):
    REFUSED = "refused"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one row; line 1 is the first line of the file."""

    line: int
    level: Level
    kind: str
    sku: str
    message: str


@dataclass(slots=True)
class Report:
    """Rows are counted once: read = accepted + refused + headings (rows that are no article)."""

    source: str = ""
    reading: str = ""
    read: int = 0
    accepted: int = 0
    headings: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def refused(self) -> list[Finding]:
        return [found for found in self.findings if found.level is Level.REFUSED]

    @property
    def notices(self) -> list[Finding]:
        return [found for found in self.findings if found.level is Level.NOTICE]

    def refuse(self, line: int, kind: str, message: str, sku: str = "") -> None:
        self.findings.append(Finding(line, Level.REFUSED, kind, sku, message))

    def notice(self, line: int, kind: str, message: str, sku: str = "") -> None:
        self.findings.append(Finding(line, Level.NOTICE, kind, sku, message))

    def kinds(self, level: Level) -> dict[str, int]:
        """How often each kind occurs, the most frequent first."""
        return dict(
            Counter(found.kind for found in self.findings if found.level is level).most_common()
        )


def summary(report: Report) -> list[str]:
    """The report as lines of text: counts, every refused row, and examples of each notice."""
    return [
        f"{report.source}: {report.reading}",
        f"{report.read} rows: {report.accepted} accepted, {len(report.refused)} refused, "
        f"{report.headings} headings (rows that are no article themselves)",
        *(_sentence(found) for found in sorted(report.refused, key=_by_line)),
        *_notice_lines(report),
    ]


def _notice_lines(report: Report) -> Iterable[str]:
    for kind, count in report.kinds(Level.NOTICE).items():
        yield f"notice, {kind}: {count} rows"
        examples = [found for found in report.notices if found.kind == kind][:SHOWN_PER_KIND]
        yield from (f"  {_sentence(found)}" for found in examples)
        if count > len(examples):
            yield f"  ... and {count - len(examples)} more (all of them with --report FILE)"


def _sentence(found: Finding) -> str:
    what = f" ({found.sku})" if found.sku else ""
    return f"line {found.line}{what}: {found.message}"


def _by_line(found: Finding) -> int:
    return found.line


def write_csv(report: Report, path: Path) -> None:
    """Every finding, one a row, in the order of the file."""
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(["line", "level", "kind", "sku", "message"])
        rows.writerows(
            (found.line, found.level, found.kind, found.sku, found.message)
            for found in sorted(report.findings, key=_by_line)
        )
