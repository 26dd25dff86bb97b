"""Shopify's product CSV: the old and new column names of its export, and reduced files like it."""

from collections import Counter
from collections.abc import Iterator

from sync.central.importers.articles import Article
from sync.central.importers.report import Report
from sync.central.importers.rules import UNTAXED
from sync.central.importers.table import Record, Table

HANDLE = ("handle", "url handle")
TITLE = ("title",)
SKU = ("variant sku", "sku")
BARCODE = ("variant barcode", "barcode")
PRICE = ("variant price", "price")
STOCK = ("variant inventory qty", "inventory quantity", "inventory_qty")
TAXABLE = ("variant taxable", "charge tax", "taxable")
TYPE = ("type", "product category")
NO_OPTION = "default title"


def is_shopify(table: Table) -> bool:
    columns = set(table.columns)
    return bool(columns & set(HANDLE) and columns & set(PRICE) and columns & set(_option(1)[1]))


def articles(table: Table, report: Report) -> Iterator[Article]:
    """Every variant; the product's own columns stand on its first row only in a real export."""
    heads: dict[str, Record] = {}
    for record in table.records:
        heads.setdefault(record.get(*HANDLE), record)
    variants = Counter(record.get(*HANDLE) for record in table.records if _is_variant(record))
    for record in table.records:
        handle = record.get(*HANDLE)
        if not handle:
            report.refuse(record.line, "handle", "the row has no handle", record.get(*SKU))
        elif not _is_variant(record):
            report.headings += 1
        elif record.get("gift card").casefold() == "true":
            report.refuse(record.line, "gift card", "a gift card is no article", record.get(*SKU))
        else:
            yield _article(record, heads[handle], is_single=variants[handle] == 1)


def _is_variant(record: Record) -> bool:
    """Rows that only carry a further picture of the product have no variant in them."""
    return bool(record.get(*SKU, *BARCODE, *PRICE, *_option(1)[1]))


def _article(record: Record, head: Record, *, is_single: bool) -> Article:
    status = (record.get("status") or head.get("status")).casefold()
    return Article(
        line=record.line,
        sku=record.get(*SKU).lstrip("'"),
        name=head.get(*TITLE),
        price=record.get(*PRICE),
        group=record.get(*HANDLE),
        barcodes=tuple(filter(None, [record.get(*BARCODE)])),
        options=_options(record, head, is_single=is_single),
        tax=UNTAXED.code if record.get(*TAXABLE).casefold() == "false" else "",
        category=head.get(*TYPE),
        brand=head.get("vendor"),
        stock=record.get(*STOCK),
        is_active=status in {"", "active"},
        notes=() if status in {"", "active"} else (("not on sale", f"its status is {status}"),),
    )


def _options(record: Record, head: Record, *, is_single: bool) -> tuple[tuple[str, str], ...]:
    """A product without variants has one option called Title that says nothing of its own."""
    found = []
    for number in (1, 2, 3):
        names, values = _option(number)
        axis, value = head.get(*names), record.get(*values)
        empty = value.casefold() in {"", NO_OPTION}
        repeats = is_single and value.casefold() == head.get(*TITLE).casefold()
        if not empty and not repeats:
            found.append((axis or f"Option {number}", value))
    return tuple(found)


def _option(number: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Column names of an option's name and value."""
    return (
        (f"option{number} name", f"option{number}_name"),
        (f"option{number} value", f"option{number}_value"),
    )
