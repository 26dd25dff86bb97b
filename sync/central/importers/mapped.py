"""Any other CSV, read as a mapping file says."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pos_app.domain.catalog import Unit
from sync.central.importers.articles import Article
from sync.central.importers.errors import RowRefused
from sync.central.importers.mapping import Heads, Mapping
from sync.central.importers.report import Report
from sync.central.importers.table import Record, Table, column_name

PIECES = frozenset({"", "piece", "pieces", "pc", "pcs"})


def articles(table: Table, mapping: Mapping, report: Report) -> Iterator[Article]:
    """Every sellable row; rows that head others are counted and give them their name."""
    mapping.check(table)
    reader = _Reader(mapping, _families(table, mapping))
    for record in table.records:
        if record.line in reader.families.heads:
            report.headings += 1
            continue
        try:
            yield reader.article(record)
        except RowRefused as refused:
            sku = reader.text(record, mapping.columns.sku)
            report.refuse(record.line, refused.kind, str(refused), sku)


@dataclass(slots=True)
class _Families:
    """Lines of heading rows, and for each child's SKU its head and options."""

    heads: set[int] = field(default_factory=set)
    head_of: dict[str, Record] = field(default_factory=dict)
    options_of: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


def _families(table: Table, mapping: Mapping) -> _Families:
    families = _Families()
    if mapping.heads:
        _listed_children(table, mapping.heads, families)
    if mapping.columns.parent:
        _named_parents(table, mapping, families)
    return families


def _listed_children(table: Table, heads: Heads, families: _Families) -> None:
    for record in table.records:
        if record.get(column_name(heads.column)) == heads.value:
            families.heads.add(record.line)
            for child in record.get(column_name(heads.children)).split("|"):
                pairs = [part.split("=", 1) for part in child.split(",") if "=" in part]
                values = {key.strip(): value.strip() for key, value in pairs}
                sku = values.pop(heads.sku, "")
                families.head_of.setdefault(sku, record)
                families.options_of.setdefault(sku, _named(values, heads.options))


def _named(values: dict[str, str], names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Options in the order and with the names the mapping gives; all of them when it gives none."""
    if not names:
        return tuple(values.items())
    return tuple((name, values[key]) for name, key in names.items() if values.get(key))


def _named_parents(table: Table, mapping: Mapping, families: _Families) -> None:
    parent = [column_name(name) for name in mapping.columns.parent]
    sku = [column_name(name) for name in mapping.columns.sku]
    by_sku = {record.get(*sku): record for record in reversed(table.records)}
    for record in table.records:
        named = record.get(*parent)
        head = by_sku.get(named) if named else None
        if head is not None and head.line != record.line:
            families.heads.add(head.line)
            families.head_of.setdefault(record.get(*sku), head)


class _Reader:
    """Rows to articles by one mapping."""

    def __init__(self, mapping: Mapping, families: _Families) -> None:
        self._mapping = mapping
        self._units = {key.casefold(): Unit(unit) for key, unit in mapping.units.items()}
        self.families = families

    def text(self, record: Record, columns: list[str]) -> str:
        return record.get(*(column_name(name) for name in columns))

    def article(self, record: Record) -> Article:
        columns, constants = self._mapping.columns, self._mapping.constants
        sku = self.text(record, columns.sku)
        head = self.families.head_of.get(sku)
        group = self.text(record, columns.product)
        if columns.parent and (parent := self.text(record, columns.parent)):
            if head is None:
                raise RowRefused("parent", f'its parent "{parent}" is not in the file')
            group = parent
        first = head or record
        unit = self._unit(record)
        return Article(
            line=record.line,
            sku=sku,
            name=self.text(first, columns.name),
            price=self._price(record, unit),
            group=group or (self.text(head, columns.sku) if head else ""),
            barcodes=tuple(filter(None, (record.get(column_name(it)) for it in columns.barcode))),
            options=self._options(record, sku),
            unit=unit,
            tax=self._tax(record) or self._tax(first) or constants.tax,
            category=self._category(first) or constants.category,
            brand=self.text(first, columns.brand) or constants.brand,
            stock=self.text(record, columns.stock),
            is_open_price=self._mapping.missing_price == "open",
        )

    def _unit(self, record: Record) -> Unit:
        said = self.text(record, self._mapping.columns.unit).casefold()
        if said in self._units:
            return self._units[said]
        if said in PIECES:
            return Unit.PIECE
        raise RowRefused("unit", f'the unit "{said}" is not in the mapping')

    def _price(self, record: Record, unit: Unit) -> str:
        columns = self._mapping.price_of_unit.get(unit.value) or self._mapping.columns.price
        return self.text(record, columns)

    def _tax(self, record: Record) -> str:
        said = self.text(record, self._mapping.columns.tax)
        return self._mapping.taxes.get(said, said)

    def _category(self, record: Record) -> str:
        said = self.text(record, self._mapping.columns.category)
        if self._mapping.category_list:
            said = said.split(self._mapping.category_list)[0]
        if self._mapping.category_path:
            said = said.split(self._mapping.category_path)[-1]
        return said

    def _options(self, record: Record, sku: str) -> tuple[tuple[str, str], ...]:
        own = tuple(
            (axis, value)
            for axis, column in self._mapping.options.items()
            if (value := record.get(column_name(column)))
        )
        return own or self.families.options_of.get(sku, ())
