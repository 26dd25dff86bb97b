"""WooCommerce's product CSV: simple products, and variable ones whose variations name a parent."""

import re
from collections.abc import Iterator

from sync.central.importers.articles import Article
from sync.central.importers.errors import RowRefused
from sync.central.importers.report import Report
from sync.central.importers.rules import UNTAXED
from sync.central.importers.table import Record, Table

BARCODE = (
    "gtin, upc, ean, or isbn",
    "meta: _barcode",
    "meta: _ean",
    "meta: _alg_ean",
    "meta: _gtin",
)
ANY = "Any"
STANDARD_CLASSES = frozenset({"", "standard", "parent"})

_LIST = re.compile(r"(?<!\\),")
_NOT_ARTICLES = {
    "grouped": "a group of other products; its parts are articles of their own",
    "external": "sold on another web site",
    "downloadable": "a download cannot be handed over at a till",
}


def is_woocommerce(table: Table) -> bool:
    return {"type", "sku", "name", "regular price"} <= set(table.columns)


def articles(table: Table, report: Report) -> Iterator[Article]:
    """Every simple product and variation; parents give name, category and tax class."""
    parents = _Parents(table)
    for record in table.records:
        if "variable" in _types(record) and parents.has_children(record):
            report.headings += 1
            continue
        try:
            yield _article(record, parents)
        except RowRefused as refused:
            report.refuse(record.line, refused.kind, str(refused), record.get("sku"))


class _Parents:
    """Variable products by SKU and by `id:44`, the two ways a variation names its parent."""

    def __init__(self, table: Table) -> None:
        self._by_name: dict[str, Record] = {}
        self._children: dict[int, list[Record]] = {}
        for record in table.records:
            if "variable" in _types(record):
                for name in _names(record):
                    self._by_name.setdefault(name, record)
        for record in table.records:
            parent = self._by_name.get(record.get("parent"))
            if parent is not None and "variation" in _types(record):
                self._children.setdefault(parent.line, []).append(record)

    def of(self, record: Record) -> Record:
        parent = self._by_name.get(record.get("parent"))
        if parent is None:
            named = record.get("parent") or "nothing"
            raise RowRefused("parent", f"its parent ({named}) is no variable product of this file")
        return parent

    def has_children(self, record: Record) -> bool:
        return record.line in self._children

    def used_axes(self, parent: Record) -> list[int]:
        """Attributes that at least one variation gives a value."""
        children = self._children.get(parent.line, [])
        return [
            number
            for number in _attribute_numbers(parent)
            if any(child.get(f"attribute {number} value(s)") for child in children)
        ]


def _names(record: Record) -> Iterator[str]:
    if record.get("sku"):
        yield record.get("sku")
    if record.get("id"):
        yield f"id:{record.get('id')}"


def _types(record: Record) -> set[str]:
    return {kind.strip().casefold() for kind in record.get("type").split(",")}


def _article(record: Record, parents: _Parents) -> Article:
    types = _types(record)
    for kind, reason in _NOT_ARTICLES.items():
        if kind in types:
            raise RowRefused(kind, reason)
    if "variation" in types:
        return _variation(record, parents.of(record), parents)
    if "variable" in types:
        raise RowRefused("no variations", "a variable product without a variation: nothing to sell")
    return _plain(record)


def _plain(record: Record) -> Article:
    notes = list(_price_notes(record))
    return Article(
        line=record.line,
        sku=record.get("sku"),
        name=record.get("name"),
        price=_price(record),
        barcodes=tuple(filter(None, [record.get(*BARCODE)])),
        tax=_tax(record, record),
        category=_category(record),
        brand=record.get("brands"),
        stock=record.get("stock"),
        is_active=record.get("published") != "-1",
        notes=tuple(notes + _draft_note(record)),
    )


def _variation(record: Record, parent: Record, parents: _Parents) -> Article:
    options, notes = _options(record, parent, parents)
    return Article(
        line=record.line,
        sku=record.get("sku"),
        name=parent.get("name"),
        price=_price(record),
        group=parent.get("sku") or f"id:{parent.get('id')}",
        barcodes=tuple(filter(None, [record.get(*BARCODE)])),
        options=options,
        tax=_tax(record, parent),
        category=_category(parent),
        brand=parent.get("brands"),
        stock=record.get("stock"),
        is_active="-1" not in {record.get("published"), parent.get("published")},
        notes=(*_price_notes(record), *_draft_note(record), *notes),
    )


def _options(
    record: Record, parent: Record, parents: _Parents
) -> tuple[tuple[tuple[str, str], ...], list[tuple[str, str]]]:
    """An attribute no variation tells apart is no choice; one only some tell apart says Any."""
    options, notes = [], []
    used = parents.used_axes(parent)
    for number in _attribute_numbers(parent):
        axis = parent.get(f"attribute {number} name")
        value = record.get(f"attribute {number} value(s)")
        if number in used:
            options.append((axis, value.replace("\\,", ",") or ANY))
        if not value:
            notes.append(("any value", f"one article for any {axis}"))
    return tuple(options), notes


def _attribute_numbers(record: Record) -> list[int]:
    return [n for n in range(1, 21) if record.get(f"attribute {n} name")]


def _price(record: Record) -> str:
    """The sale price where it always applies; one with dates is a promotion, not a price."""
    if record.get("sale price") and not _is_dated(record):
        return record.get("sale price")
    return record.get("regular price")


def _price_notes(record: Record) -> Iterator[tuple[str, str]]:
    sale, regular = record.get("sale price"), record.get("regular price")
    if sale and _is_dated(record):
        yield (
            "dated sale price",
            f"the sale price {sale} has dates: the regular {regular} was taken",
        )
    elif sale:
        yield "sale price", f"the sale price {sale} was taken instead of {regular or 'none'}"


def _is_dated(record: Record) -> bool:
    return bool(record.get("date sale price starts", "date sale price ends"))


def _draft_note(record: Record) -> list[tuple[str, str]]:
    return [("not on sale", "it is a draft")] if record.get("published") == "-1" else []


def _tax(record: Record, parent: Record) -> str:
    """A variation without a tax class of its own has its parent's."""
    if (record.get("tax status") or parent.get("tax status")).casefold() == "none":
        return UNTAXED.code
    own = record.get("tax class").casefold()
    tax = parent.get("tax class").casefold() if own in {"", "parent"} else own
    return "" if tax in STANDARD_CLASSES else tax


def _category(record: Record) -> str:
    """The last part of the first of `Clothing > Hoodies, Sale`."""
    first = _LIST.split(record.get("categories"))[0]
    return first.split(">")[-1].replace("\\,", ",").strip()
