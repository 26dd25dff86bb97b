"""WooCommerce's tax-rate CSV as the shop's tax rates."""

from collections import Counter
from dataclasses import dataclass

from pos_app.domain.money import rounded
from pos_app.domain.tax import MILLION, TaxRate
from sync.central.importers.errors import RowRefused
from sync.central.importers.figures import ppm_of
from sync.central.importers.report import Report
from sync.central.importers.table import Record, Table
from sync.central.importers.wording import plain, shortened, slug

EVERYWHERE = frozenset({"", "*"})


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    country: str
    state: str
    places: str
    tax_class: str
    priority: int
    is_compound: bool
    ppm: int
    name: str


def is_tax_rates(table: Table) -> bool:
    return {"country code", "rate %", "tax name"} <= set(table.columns)


def tax_rates(table: Table, report: Report, country: str | None = None) -> tuple[TaxRate, ...]:
    """One rate a row. The code is the tax class, after the country where there are several.

    Taxes that add up (priority 2 and on) become one rate, because a line of a sale has one.
    """
    rows = _rows(table, report, country)
    several = len({row.country for row in rows} - EVERYWHERE) > 1
    found: dict[str, TaxRate] = {}
    for row in rows:
        code = _code(row, with_country=several)
        if code in found:
            report.refuse(row.line, "double", f'the tax rate "{code}" is already in the file')
            continue
        found[code] = _rate(code, row, rows, report)
    report.accepted = len(found)
    return tuple(found.values())


def _rows(table: Table, report: Report, country: str | None) -> list[_Row]:
    rows = []
    for record in table.records:
        try:
            rows.append(_row(record, country))
        except RowRefused as refused:
            report.refuse(record.line, refused.kind, str(refused))
    return rows


def _row(record: Record, wanted: str | None) -> _Row:
    country = record.get("country code").upper()
    if wanted and country not in {wanted.upper(), *EVERYWHERE}:
        raise RowRefused("other country", f"the rate is for {country}")
    priority = record.get("priority") or "1"
    if not (priority.isascii() and priority.isdigit() and len(priority) < 4):
        raise RowRefused("number", f'the priority "{priority}" is not a number')
    specific = [record.get(column) for column in ("zip/postcode", "city")]
    return _Row(
        line=record.line,
        country=country,
        state=record.get("state code").upper(),
        places=", ".join(place for place in specific if place not in EVERYWHERE),
        tax_class=slug(record.get("tax class") or "standard", 40),
        priority=int(priority),
        is_compound=record.get("compound") == "1",
        ppm=ppm_of(record.get("rate %")).value,
        name=shortened(plain(record.get("tax name") or "Tax"), 40),
    )


def _code(row: _Row, *, with_country: bool) -> str:
    state = row.state.casefold() if row.state not in EVERYWHERE else ""
    country = row.country.casefold() if with_country else ""
    return "-".join(part for part in (country, state, row.tax_class) if part)


def _rate(code: str, row: _Row, rows: list[_Row], report: Report) -> TaxRate:
    below = _one_a_priority([other for other in rows if _lies_under(other, row)])
    ppm = row.ppm
    if below:
        ppm = _together([*below, row])
        added = " + ".join(_percent(other.ppm) for other in below)
        report.notice(row.line, "added taxes", f"on top of {added}: one rate of {_percent(ppm)}")
    if row.places:
        report.notice(
            row.line, "place", f"kept as a rate of its own; it holds only in {row.places}"
        )
    return TaxRate(code, f"{row.name} {_percent(ppm)}", ppm)


def _lies_under(other: _Row, row: _Row) -> bool:
    return (
        other.priority < row.priority
        and other.tax_class == row.tax_class
        and other.country in {row.country, *EVERYWHERE}
        and other.state in {row.state, *EVERYWHERE}
    )


def _one_a_priority(rows: list[_Row]) -> list[_Row]:
    """Of rates with equal priority the first applies (WooCommerce's own rule)."""
    seen = Counter[int]()
    first = []
    for row in sorted(rows, key=lambda it: it.priority):
        if not seen[row.priority]:
            first.append(row)
        seen[row.priority] += 1
    return first


def _together(rows: list[_Row]) -> int:
    """Parts per million of all; a compound tax is taken on the sum with the taxes below it."""
    total = 0
    for row in rows:
        base = MILLION + total if row.is_compound else MILLION
        total += rounded(row.ppm * base, MILLION)
    return total


def _percent(ppm: int) -> str:
    whole, rest = divmod(ppm, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + " %"
