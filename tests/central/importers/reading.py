"""Small product files written on the spot, and how tests read them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pos_app.domain.money import Currency
from pos_app.domain.tax import TaxRate
from sync.central.importers.articles import Catalogue, NewVariant
from sync.central.importers.choices import Choices
from sync.central.importers.reading import read_catalogue
from sync.central.importers.report import Finding

EUR = Currency("EUR", 2)
STANDARD = TaxRate("standard", "VAT 20 %", 200_000)
CHOICES = Choices(EUR, known_rates={"standard": STANDARD})
MAPPINGS = Path(__file__).parents[3] / "resources" / "demo" / "mappings"

SHOPIFY = ("Handle", "Title", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Barcode")
SHOPIFY_HEADER = (*SHOPIFY, "Variant Price", "Variant Inventory Qty")


def shopify_file(path: Path, *rows: Sequence[str]) -> Path:
    """Rows in the columns of SHOPIFY_HEADER, quoted as Shopify does."""
    lines = [",".join(_quoted(cell) for cell in row) for row in (SHOPIFY_HEADER, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def one_row(
    title: str = "Mug", sku: str = "MUG", barcode: str = "", price: str = "9.90", stock: str = ""
) -> tuple[str, ...]:
    return ("mug", title, "Title", "Default Title", sku, barcode, price, stock)


def read(path: Path, choices: Choices = CHOICES, **said: Any) -> Catalogue:
    return read_catalogue(path, replace(choices, **said))


def the_one(catalogue: Catalogue) -> NewVariant:
    assert [found.message for found in catalogue.report.refused] == []
    (variant,) = catalogue.variants
    return variant


def refusals(catalogue: Catalogue) -> list[tuple[int, str]]:
    return [(found.line, found.message) for found in catalogue.report.refused]


def notices(catalogue: Catalogue) -> list[tuple[int, str]]:
    return [(found.line, found.kind) for found in catalogue.report.notices]


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    kinds = [found.kind for found in findings]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
